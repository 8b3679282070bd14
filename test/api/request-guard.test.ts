import { describe, expect, test } from 'vitest';
import { allowedHostsFor, checkRequest, type GuardedRequest } from '@/lib/api/request-guard';

const allowed = allowedHostsFor('127.0.0.1');

function check(headers: GuardedRequest['headers'], rest: Partial<GuardedRequest> = {}) {
  return checkRequest({ method: 'POST', url: '/api/v1/imports', headers, ...rest }, allowed);
}

describe('the request guard', () => {
  test('lets the own pages write, under each loopback name and any forwarded port', () => {
    for (const host of ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'LOCALHOST:8080', 'localhost'])
      expect(check({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBeNull();
  });

  test('lets a program write, which sends neither Origin nor Sec-Fetch-Site', () => {
    expect(check({ host: '127.0.0.1:3000' })).toBeNull();
  });

  test('refuses a foreign name that points here (DNS rebinding), for reads too', () => {
    const headers = {
      host: 'evil.example:3000',
      origin: 'http://evil.example:3000',
      'sec-fetch-site': 'same-origin',
    };
    expect(check(headers)?.error).toBe('host_not_allowed');
    expect(check({ host: 'evil.example' }, { method: 'GET' })?.status).toBe(421);
    for (const host of ['localhost.evil.example', '127.0.0.1.nip.io', 'localhost.', '[::2]:3000', '0.0.0.0'])
      expect(check({ host })?.error).toBe('host_not_allowed');
  });

  test('refuses a request without a valid Host', () => {
    expect(check({})?.status).toBe(400);
    for (const host of ['', 'local host', 'user@localhost', 'localhost:3000:1', '[::1', 'localhost/x'])
      expect(check({ host })?.error).toBe('bad_request');
  });

  test('refuses an absolute request target, which names another host than the header', () => {
    const refusal = check({ host: 'localhost:3000' }, { method: 'GET', url: 'http://evil.example/' });
    expect(refusal?.status).toBe(400);
  });

  test('refuses a path that is none and a method that nothing takes', () => {
    const headers = { host: 'localhost:3000' };
    for (const url of ['*', '/api/v1/tracks/%ff', '/%', '/sessions/%E0%A4'])
      expect(check(headers, { method: 'GET', url })?.status).toBe(400);
    for (const url of ['/sessions?search=%ff', '/%F0%9F%8F%8E'])
      expect(check(headers, { method: 'GET', url })).toBeNull();
    for (const method of ['TRACE', 'PROPFIND', 'QUERY'])
      expect(check(headers, { method })).toMatchObject({ status: 405, error: 'method_not_allowed' });
  });

  test('refuses a cross-site write by its Origin', () => {
    for (const origin of [
      'http://evil.example',
      'null',
      'http://localhost:4000',
      'http://127.0.0.1:3000',
      'file://',
    ])
      expect(check({ host: 'localhost:3000', origin })?.error).toBe('cross_site');
  });

  test('refuses a cross-site write by Sec-Fetch-Site alone', () => {
    for (const site of ['cross-site', 'same-site', 'strange'])
      expect(check({ host: 'localhost:3000', 'sec-fetch-site': site })?.status).toBe(403);
    expect(check({ host: 'localhost:3000', 'sec-fetch-site': 'none' })).toBeNull();
  });

  test('checks every method that may write', () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'post'])
      expect(check({ host: 'localhost:3000', origin: 'null' }, { method })?.error).toBe('cross_site');
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(check({ host: 'localhost:3000', origin: 'http://evil.example' }, { method })).toBeNull();
  });

  test('checks a WebSocket like a write, although it is a GET', () => {
    const headers = { host: 'localhost:3000', origin: 'http://evil.example' };
    expect(check(headers, { method: 'GET', upgrade: true })?.error).toBe('cross_site');
  });

  test('a header sent twice matches nothing', () => {
    const twice = ['http://localhost:3000', 'http://evil.example'];
    expect(check({ host: 'localhost:3000', origin: twice })?.error).toBe('cross_site');
    expect(check({ host: ['localhost:3000', 'evil.example'] })?.status).toBe(400);
  });

  test('answers for the address it is bound to', () => {
    const request = { method: 'GET', url: '/', headers: { host: '[fd00::1]:3000' } };
    expect(checkRequest(request, allowedHostsFor('fd00::1'))).toBeNull();
    expect(checkRequest(request, allowed)?.error).toBe('host_not_allowed');
  });
});
