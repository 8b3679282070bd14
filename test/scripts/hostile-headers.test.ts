import type http from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { stampOf } from '@/lib/api/request-stamp';
import type { Environment } from '@/lib/env';
import { type DoorTimeouts, doorSettings } from '@/scripts/server/door-settings';
import { type FrontDoor, openFrontDoor } from '@/scripts/server/front-door';
import { rawGet, sendRaw } from '../support/raw-http';

type Seen = Pick<http.IncomingMessage, 'headers' | 'rawHeaders' | 'headersDistinct'>;

let door: FrontDoor | undefined;
let seen: Seen | undefined;
afterEach(async () => {
  door?.server.closeAllConnections();
  await new Promise((resolve) => door?.server.close(resolve));
  seen = undefined;
});

/** Opens a door whose handler keeps what it was given. */
async function open(environment: Partial<Environment> = {}, timeouts?: DoorTimeouts): Promise<number> {
  const settings = doorSettings({ HOST: '127.0.0.1', PORT: 0, ...environment });
  door = await openFrontDoor(timeouts ? { ...settings, timeouts } : settings);
  door.open(async (request, response) => {
    const { headers, rawHeaders, headersDistinct } = request;
    seen = { headers, rawHeaders, headersDistinct };
    response.end('page');
  });
  return door.port;
}

function stamp() {
  if (!seen) throw new Error('No request came to the handler.');
  const headers = new Headers();
  for (const [name, value] of Object.entries(seen.headers)) headers.set(name, String(value));
  return stampOf(headers);
}

const FORGED = [
  'X-Forwarded-For: 198.51.100.1',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Port: 1',
  'CF-Connecting-IP: 198.51.100.1',
  'CF-IPCountry: CH',
  'X-Real-IP: 198.51.100.1',
  'Forwarded: for=198.51.100.1;host=evil.example',
  'True-Client-IP: 198.51.100.1',
];

describe('what a client says of itself', () => {
  test('as a stamp never reaches a handler, in no spelling and however often', async () => {
    const port = await open();
    const forged = [
      'X-Pitwall-IP: 9.9.9.9',
      'x-pitwall-ip: 9.9.9.8',
      'X-PITWALL-LOCAL: 1',
      'X-Pitwall-Country: XX',
      'X-Pitwall-Request-Id: mine',
      'X-Pitwall-Role: admin',
      'Via: 1.1 somewhere',
    ];
    await sendRaw(port, rawGet('/tracks?x=1', forged));
    expect(JSON.stringify(seen)).not.toMatch(/9\.9\.9\.|"mine"|role|somewhere/i);
    const { requestId, ...rest } = stamp();
    expect(rest).toEqual({
      ip: '127.0.0.1',
      country: null,
      scheme: 'http',
      isLocal: false,
      path: '/tracks?x=1',
    });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    const raw = seen?.rawHeaders.filter((name) => name.startsWith('x-pitwall-')) ?? [];
    expect(new Set(raw).size).toBe(raw.length);
    expect(seen?.headersDistinct['x-pitwall-ip']).toEqual(['127.0.0.1']);
  });

  test('of its address is not believed without a trusted proxy, and takes its local rights', async () => {
    const port = await open();
    await sendRaw(port, rawGet('/', FORGED));
    expect(stamp()).toMatchObject({ ip: '127.0.0.1', scheme: 'http', country: null, isLocal: false });
    expect(JSON.stringify(seen)).not.toMatch(/198\.51|evil|"CH"/);
    await sendRaw(port, rawGet('/'));
    expect(stamp().isLocal).toBe(true);
  });

  test('counts as local on a server with a public address never, and as TLS under that address alone', async () => {
    const port = await open({ PUBLIC_URL: 'https://pitwall.example.org' });
    await sendRaw(port, rawGet('/'));
    expect(stamp()).toMatchObject({ isLocal: false, scheme: 'http' });
    await sendRaw(port, rawGet('/').replace(/Host: [^\r]*/, 'Host: pitwall.example.org'));
    expect(stamp()).toMatchObject({ isLocal: false, scheme: 'https' });
  });

  test('of its address is believed from a trusted proxy, but its forged host goes no further', async () => {
    const port = await open({ TRUST_PROXY: ['127.0.0.1'] });
    const answer = await sendRaw(port, rawGet('/', FORGED));
    expect(stamp()).toMatchObject({
      ip: '198.51.100.1',
      scheme: 'https',
      country: 'CH',
      isLocal: false,
    });
    expect(JSON.stringify(seen)).not.toContain('evil');
    expect(answer).toMatch(/\r\nStrict-Transport-Security: max-age=/);
    await sendRaw(port, rawGet('/', ['X-Forwarded-For: 8.8.8.8']));
    expect(stamp()).toMatchObject({ ip: '8.8.8.8', country: 'US', scheme: 'http' });
  });

  test('of its nonce is not believed: each page gets a new one, in request and answer alike', async () => {
    const port = await open();
    const forged = [
      "Content-Security-Policy: script-src 'nonce-mine'",
      "Content-Security-Policy-Report-Only: script-src 'nonce-mine'",
    ];
    const nonces = new Set<string>();
    for (const path of ['/', '/tracks', '/']) {
      const answer = await sendRaw(port, rawGet(path, forged));
      const policy = String(seen?.headers['content-security-policy']);
      expect(answer).toContain(`Content-Security-Policy: ${policy}\r\n`);
      nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
    }
    expect(nonces.size).toBe(3);
    await sendRaw(port, rawGet('/api/v1/tracks', forged));
    expect(JSON.stringify(seen)).not.toMatch(/nonce/);
  });
});

describe('a request that tries to break out of its headers', () => {
  const BROKEN = {
    'a line break alone in a value': rawGet('/', ['X-Forwarded-For: 1.2.3.4\rX-Pitwall-Local: 1']),
    'a null byte in a value': rawGet('/', ['X-Forwarded-For: 1.2.3.4\0']),
    'a space before the colon': rawGet('/', ['X-Pitwall-Local : 1']),
    'a folded line': rawGet('/', ['X-A: b', ' X-Pitwall-Local: 1']),
    'two lengths': rawGet('/', ['Content-Length: 1', 'Content-Length: 2']),
    'a length and chunks': rawGet('/', ['Content-Length: 1', 'Transfer-Encoding: chunked']),
    'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    'a space in the path': rawGet('/a b'),
    'no Host': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    'two Hosts': rawGet('/', ['Host: evil.example']),
    'an absolute target': rawGet('http://evil.example/'),
  };

  test.each(Object.entries(BROKEN))('is refused or harmless: %s', async (_, text) => {
    const port = await open();
    const answer = await sendRaw(port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|200) /);
    if (answer.startsWith('HTTP/1.1 400')) {
      expect(answer).toMatch(/\r\nX-Content-Type-Options: nosniff\r\n/);
      expect(answer).toMatch(/"error":"bad_request","message":"[^"]+","status_code":400,"request_id":"/);
      expect(seen).toBeUndefined();
    } else expect(stamp().ip).toBe('127.0.0.1');
  });

  test('with two Hosts is refused: a proxy in front may go by the one that is not checked', async () => {
    expect(await sendRaw(await open(), rawGet('/', ['Host: localhost']))).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('does no harm by names that every object has', async () => {
    const port = await open();
    const names = ['__proto__', 'constructor', 'toString', '__PROTO__'];
    const answer = await sendRaw(
      port,
      rawGet(
        '/',
        [...names, ...names].map((name) => `${name}: x`),
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(stamp()).toMatchObject({ ip: '127.0.0.1', isLocal: true });
  });

  test('with too many headers is told so', async () => {
    const port = await open();
    const answer = await sendRaw(port, rawGet('/', [`X-Long: ${'a'.repeat(20_000)}`]));
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*"error":"headers_too_large"/s);
  });

  test('with an Expect that nobody knows is told so', async () => {
    const answer = await sendRaw(await open(), rawGet('/', ['Expect: the-impossible']));
    expect(answer).toMatch(/^HTTP\/1\.1 417 .*"error":"expectation_failed"/s);
  });

  test('after a first answer on its connection is refused without disturbing that one', async () => {
    const first = rawGet('/').replace('Connection: close\r\n', '');
    const answer = await sendRaw(await open(), `${first}rubbish\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(2);
    expect(answer).not.toMatch(/page.+page/s);
  });
});

describe('a client that sends slowly', () => {
  test('is told and closed when half a header line is all that comes', async () => {
    const port = await open({}, { headersMs: 60, requestMs: 5_000, checkEveryMs: 20 });
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: local');
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"error":"request_timeout"/s);
    expect(seen).toBeUndefined();
  });

  test('may take long over a body when its head came in time', async () => {
    const { timeouts } = doorSettings({ HOST: '127.0.0.1', PORT: 0 });
    const uploadS = (200 * 8) / 5;
    expect(timeouts.requestMs).toBeGreaterThan(uploadS * 1000 * 1.5);
    expect(timeouts.headersMs).toBeLessThanOrEqual(15_000);
  });
});

describe('an answer to another origin', () => {
  const GOOD = 'Origin: https://good.example';
  const settings = { CORS_ORIGINS: ['https://good.example'] };

  test('carries its permission also when it is a refusal', async () => {
    const port = await open(settings);
    const allowed = /\r\nAccess-Control-Allow-Origin: https:\/\/good\.example\r\n/;
    const answers = [
      await sendRaw(port, rawGet('/api/v1/tracks', [GOOD])),
      await sendRaw(port, rawGet('/api/v1/%ff', [GOOD])),
      await sendRaw(port, rawGet('/api/v1/tracks', [GOOD]).replace('localhost', 'evil.example')),
      await sendRaw(port, rawGet('/api/v1/tracks', [GOOD]).replace('GET', 'PROPFIND')),
    ];
    expect(answers.map((answer) => Number(answer.slice(9, 12)))).toEqual([200, 400, 421, 405]);
    for (const answer of answers) {
      expect(answer).toMatch(allowed);
      expect(answer).toMatch(/\r\nVary: Origin\r\n/);
      expect(answer).toMatch(/\r\nCross-Origin-Resource-Policy: cross-origin\r\n/);
      expect(answer).not.toMatch(/Allow-Credentials/i);
    }
  });

  test('answers a preflight itself, and a foreign one as before', async () => {
    const port = await open(settings);
    const ask = (origin: string) =>
      sendRaw(
        port,
        rawGet('/api/v1/tracks', [origin, 'Access-Control-Request-Method: PUT']).replace('GET', 'OPTIONS'),
      );
    expect(await ask(GOOD)).toMatch(/^HTTP\/1\.1 204 .*Access-Control-Allow-Methods: GET, .*PUT/s);
    expect(seen).toBeUndefined();
    const foreign = await ask('Origin: https://good.example.evil.com');
    expect(foreign).not.toContain('Access-Control');
    expect(seen).toBeDefined();
  });

  test('carries none without the setting', async () => {
    const answer = await sendRaw(await open(), rawGet('/api/v1/tracks', [GOOD]));
    expect(answer).not.toMatch(/Access-Control|Vary/);
    expect(answer).toMatch(/\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n/);
  });
});
