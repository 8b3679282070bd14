import { expect, test } from 'vitest';
import { stampHeaders, stampOf } from '@/lib/api/request-stamp';

test('a stamp is read as it was written', () => {
  const stamp = {
    requestId: 'c1a1f0fe-4b9c-4c8e-9a36-1f7d3f1f0a01',
    ip: '2001:db8::1',
    country: 'AT',
    scheme: 'https',
    isLocal: true,
    path: '/sessions/7?laps=1,2',
  } as const;
  expect(stampOf(new Headers(stampHeaders(stamp)))).toEqual(stamp);
  const unknown = { ...stamp, country: null, scheme: 'http', isLocal: false } as const;
  expect(stampOf(new Headers(stampHeaders(unknown)))).toEqual(unknown);
});

test('a path of any bytes fits a header', () => {
  const path = Buffer.from('/räder?x=ÿ y').toString('latin1');
  const base = { requestId: 'x', ip: '127.0.0.1', country: null, scheme: 'http', isLocal: false } as const;
  const read = stampOf(new Headers(stampHeaders({ ...base, path }))).path;
  expect(read).toMatch(/^[\x21-\x7e]+$/);
  expect(decodeURIComponent(read)).toBe('/räder?x=ÿ y');
});

test('without a stamp the client has no rights by its place, and each request an id of its own', () => {
  const first = stampOf(new Headers());
  expect(first).toMatchObject({ ip: '127.0.0.1', country: null, scheme: 'http', isLocal: false, path: '/' });
  expect(stampOf(new Headers()).requestId).not.toBe(first.requestId);
});
