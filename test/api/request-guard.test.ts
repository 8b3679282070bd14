import { describe, expect, test } from 'vitest';
import { checkRequest, type GuardedRequest, type HostPolicy, hostPolicyFor } from '@/lib/api/request-guard';

const onLoopback = hostPolicyFor({ host: '127.0.0.1' });

function check(
  headers: GuardedRequest['headers'],
  rest: Partial<GuardedRequest> = {},
  policy: HostPolicy = onLoopback,
) {
  return checkRequest({ method: 'POST', url: '/api/v1/imports', headers, ...rest }, policy);
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
    expect(checkRequest(request, hostPolicyFor({ host: 'fd00::1' }))).toBeNull();
    expect(checkRequest(request, onLoopback)?.error).toBe('host_not_allowed');
  });

  test('answers on loopback for the names of the settings too', () => {
    const policy = hostPolicyFor({
      host: '::1',
      publicUrl: 'https://pitwall.example:8443',
      allowedHosts: ['pit.local', 'fd00::7'],
    });
    for (const host of ['pitwall.example', 'PIT.local:3000', '[fd00::7]', 'localhost', '[::1]:1'])
      expect(check({ host }, { method: 'GET' }, policy)).toBeNull();
    for (const host of ['other.example', 'a.pit.local', 'pit.local.evil.example', '10.0.0.1', '[fd00::8]'])
      expect(check({ host }, { method: 'GET' }, policy)?.error).toBe('host_not_allowed');
  });

  test('bound to the network answers for every address but no unknown name, and says how to add one', () => {
    const policy = hostPolicyFor({ host: '0.0.0.0', allowedHosts: ['pit.local'] });
    for (const host of ['10.0.0.1:3000', '203.0.113.9', '[2001:db8::1]:3000', 'localhost', 'pit.local'])
      expect(check({ host }, { method: 'GET' }, policy)).toBeNull();
    for (const host of [
      'evil.example',
      '10.0.0.1.nip.io',
      '0x7f.1',
      '2130706433',
      '256.1.1.1',
      '1.2.3',
      'pit',
    ])
      expect(check({ host }, { method: 'GET' }, policy)?.message).toMatch(/ALLOWED_HOSTS.*PUBLIC_URL/);
    expect(check({ host: 'timing-box' }, {}, hostPolicyFor({ host: 'Timing-Box' }))).toBeNull();
  });

  test('refuses an absurd Host without repeating it', () => {
    for (const host of [
      'a'.repeat(8000),
      `${'a.'.repeat(200)}example`,
      'a,b',
      'lo\u0000calhost',
      '[::1]]',
      '%31',
      'ä',
    ])
      expect(check({ host })).toMatchObject({ status: 400, message: expect.not.stringContaining('aaaa') });
  });

  test('lets the pages of PUBLIC_URL write behind a proxy that names another Host', () => {
    const policy = hostPolicyFor({ host: '127.0.0.1', publicUrl: 'https://pitwall.example' });
    const from = (origin: string) => check({ host: 'localhost:3000', origin }, {}, policy);
    expect(from('https://pitwall.example')).toBeNull();
    for (const origin of [
      'http://pitwall.example',
      'https://pitwall.example:1',
      'https://pitwall.example.evil.example',
      'https://evil.example/https://pitwall.example',
      'https://pitwall.example, https://pitwall.example',
    ])
      expect(from(origin)?.error).toBe('cross_site');
  });
});

describe('the request guard with shared origins', () => {
  const shared = hostPolicyFor({ host: '127.0.0.1', corsOrigins: ['https://good.example'] });
  const host = 'localhost:3000';
  const foreign = { host, origin: 'https://good.example', 'sec-fetch-site': 'cross-site' };

  test('lets their pages write to the API, and upgrade, but to nothing else', () => {
    expect(check(foreign, {}, shared)).toBeNull();
    expect(check(foreign, { method: 'GET', url: '/api/v1/x', upgrade: true }, shared)).toBeNull();
    for (const url of ['/login', '/apix', '/', '//api/v1/x', '/%61pi/v1/x'])
      expect(check(foreign, { url }, shared)?.error).toBe('cross_site');
  });

  test('lets no origin in that only looks like one', () => {
    for (const origin of [
      'null',
      'https://good.example.evil.com',
      'https://good.example:1',
      'http://good.example',
      'https://sub.good.example',
      'https://good.example/',
      'https://good.example, https://good.example',
      '*',
      '',
    ])
      expect(check({ ...foreign, origin }, {}, shared)?.error).toBe('cross_site');
  });

  test('refuses their writes with a cookie, which would act for whoever is logged in here', () => {
    const anyone = hostPolicyFor({ host: '127.0.0.1', corsOrigins: ['*'] });
    expect(check({ ...foreign, cookie: 'session=1' }, {}, shared)?.status).toBe(403);
    expect(check({ host, origin: 'null', cookie: 'session=1' }, {}, anyone)?.status).toBe(403);
    expect(check({ host, origin: 'null' }, {}, anyone)).toBeNull();
    const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin', cookie: 'session=1' };
    expect(check(own, {}, anyone)).toBeNull();
  });

  test('knows no origin by a Sec-Fetch-Site alone', () => {
    expect(check({ host, 'sec-fetch-site': 'cross-site' }, {}, shared)?.error).toBe('cross_site');
  });
});
