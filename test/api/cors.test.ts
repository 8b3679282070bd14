import { describe, expect, test } from 'vitest';
import { corsAnswer } from '@/lib/api/cors';

const ORIGINS = ['https://good.example', 'http://localhost:5173'];
const from = (
  origin: string | string[] | undefined,
  rest: { method?: string; url?: string; origins?: string[] } = {},
  headers: Record<string, string> = {},
) => {
  const { method = 'GET', url = '/api/v1/tracks', origins = ORIGINS } = rest;
  return corsAnswer({ method, url, headers: { origin, ...headers } }, origins);
};

describe('an answer to a page of another origin', () => {
  test('may be read when the setting names the origin, and never with cookies', () => {
    const { allowed, headers } = from('https://good.example');
    expect(allowed).toBe(true);
    expect(headers).toEqual({
      Vary: 'Origin',
      'Access-Control-Allow-Origin': 'https://good.example',
      'Access-Control-Expose-Headers':
        'X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, ETag, Link, Deprecation',
    });
  });

  test.each([
    'null',
    'https://good.example.evil.com',
    'https://evilgood.example',
    'https://good.example:1',
    'http://good.example',
    'https://good.example/',
    'https://good.example\u0000',
    'https://good.example https://evil.example',
    '*',
    '',
    undefined,
  ])('is closed to %j, and says that it depends on the origin', (origin) => {
    expect(from(origin)).toEqual({ allowed: false, isPreflight: false, headers: { Vary: 'Origin' } });
  });

  test('is closed to an origin sent twice', () => {
    expect(from(['https://good.example', 'https://good.example']).allowed).toBe(false);
    expect(from('https://good.example, https://evil.example').allowed).toBe(false);
  });

  test('is as before without the setting and outside the API', () => {
    const nothing = { allowed: false, isPreflight: false, headers: {} };
    expect(from('https://good.example', { origins: [] })).toEqual(nothing);
    for (const url of ['/tracks', '/apiary', '/login?next=/api/v1', '//api/v1'])
      expect(from('https://good.example', { url })).toEqual(nothing);
  });

  test('is open to any origin when the setting is *, in one way for all', () => {
    for (const origin of ['https://any.example', 'null'])
      expect(from(origin, { origins: ['*'] })).toMatchObject({
        allowed: true,
        headers: { 'Access-Control-Allow-Origin': '*' },
      });
    expect(from('https://any.example', { origins: ['*'] }).headers).not.toHaveProperty('Vary');
  });
});

describe('a preflight', () => {
  const asks = { 'access-control-request-method': 'DELETE' };

  test('is answered with the methods and headers of the API, to be kept for ten minutes', () => {
    const { isPreflight, headers } = from('https://good.example', { method: 'OPTIONS' }, asks);
    expect(isPreflight).toBe(true);
    expect(headers).toEqual({
      Vary: 'Origin',
      'Access-Control-Allow-Origin': 'https://good.example',
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'authorization, content-type, if-none-match, last-event-id',
      'Access-Control-Max-Age': '600',
    });
  });

  test('is only one from a named origin that asks for a method', () => {
    expect(from('https://evil.example', { method: 'OPTIONS' }, asks).isPreflight).toBe(false);
    expect(from('https://good.example', { method: 'OPTIONS' }).isPreflight).toBe(false);
    expect(from('https://good.example', { method: 'GET' }, asks).isPreflight).toBe(false);
  });
});
