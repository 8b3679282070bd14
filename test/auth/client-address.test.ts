import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clientOf,
  type HeaderValues,
  isLoopback,
  parseAddress,
  trustedProxies,
} from '@/lib/auth/client-address';

const PROXIES = trustedProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
const NOBODY = trustedProxies([]);

function behind(peer: string | undefined, headers: HeaderValues, trusted = PROXIES) {
  return clientOf({ peer, headers, hostIsLoopback: true, trusted });
}

const ipOf = (forwardedFor: string, headers: HeaderValues = {}) =>
  behind('10.0.0.1', { 'x-forwarded-for': forwardedFor, ...headers }).ip;

describe('an address in a text', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7:51234 ', '203.0.113.7'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:10.1.2.3]:80', '10.1.2.3'],
  ])('%s is %s', (text, ip) => expect(parseAddress(text)).toBe(ip));

  test.each([
    '',
    'unknown',
    '_hidden',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4:port',
    '1.2.3.4, 5.6.7.8',
    '[2001:db8::1',
    '2001:db8::1]:1',
    '1.2.3.4\r\nx: y',
    '"1.2.3.4"',
    '::ffff:1.2.3.999',
    `${'1'.repeat(10_000)}.1.1.1`,
  ])('%j is none', (text) => expect(parseAddress(text)).toBeNull());

  test('whatever is sent, reading it does not throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (address, forwarded, proto) => {
        const headers = {
          'x-forwarded-for': forwarded,
          'x-forwarded-proto': proto,
          'cf-connecting-ip': address,
          'cf-ipcountry': proto,
        };
        expect(parseAddress(behind('10.0.0.1', headers).ip)).not.toBeNull();
        expect(parseAddress(behind(address, headers).ip)).not.toBeNull();
      }),
    );
  });
});

describe('a peer that is not trusted', () => {
  const forged = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'cf-connecting-ip': '198.51.100.1',
    'cf-ipcountry': 'CH',
    'x-real-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1;proto=https',
  };

  test('is the client, whatever it forges', () => {
    const expected = { ip: '203.0.113.9', scheme: 'http', country: null, isLocal: false };
    expect(behind('203.0.113.9', forged)).toEqual(expected);
    expect(behind('203.0.113.9', forged, NOBODY)).toEqual(expected);
    expect(behind('::ffff:203.0.113.9', forged)).toEqual(expected);
  });

  test('is not believed because it is near the trusted blocks', () => {
    for (const peer of ['11.0.0.1', '9.255.255.255', '127.0.0.2', 'fc00::1', '::1'])
      expect(behind(peer, forged)).toMatchObject({ ip: peer, scheme: 'http' });
  });
});

describe('a trusted proxy', () => {
  test('names the client, also through several proxies and as a mapped address', () => {
    expect(ipOf('203.0.113.9')).toBe('203.0.113.9');
    expect(ipOf('203.0.113.9, 10.2.3.4, 10.0.0.9')).toBe('203.0.113.9');
    expect(ipOf('2001:db8::9, fd00::1, ::ffff:10.0.0.9')).toBe('2001:db8::9');
    expect(behind('::ffff:127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }).ip).toBe('203.0.113.9');
  });

  test('hides what the client itself wrote before it', () => {
    expect(ipOf('127.0.0.1, 198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(ipOf('10.0.0.5, 203.0.113.9, 10.0.0.9')).toBe('203.0.113.9');
  });

  test('is itself the client of the leftmost entry when all are trusted', () => {
    expect(ipOf('10.0.0.7, 10.0.0.8')).toBe('10.0.0.7');
  });

  test('ends the walk at the last good entry when one is malformed', () => {
    expect(ipOf('203.0.113.9, unknown, 10.0.0.9')).toBe('10.0.0.9');
    expect(ipOf('203.0.113.9, ')).toBe('10.0.0.1');
    expect(ipOf('rubbish')).toBe('10.0.0.1');
    expect(ipOf('203.0.113.9,,10.0.0.9')).toBe('10.0.0.9');
  });

  test('takes ports, brackets and a header sent twice', () => {
    expect(ipOf('203.0.113.9:1234, [fd00::1]:99')).toBe('203.0.113.9');
    const twice = { 'x-forwarded-for': ['198.51.100.1', '203.0.113.9'] };
    expect(behind('10.0.0.1', twice).ip).toBe('203.0.113.9');
  });

  test('may say it in the way of Cloudflare, but X-Forwarded-For comes first', () => {
    const cloudflare = { 'cf-connecting-ip': '203.0.113.9', 'cf-ipcountry': 'ch' };
    expect(behind('10.0.0.1', cloudflare)).toMatchObject({ ip: '203.0.113.9', country: 'CH' });
    expect(ipOf('198.51.100.1', cloudflare)).toBe('198.51.100.1');
    expect(behind('10.0.0.1', { 'cf-connecting-ip': '203.0.113.9, 127.0.0.1' }).ip).toBe('10.0.0.1');
    expect(behind('10.0.0.1', {}).ip).toBe('10.0.0.1');
  });

  test('tells the country only of the client that was found, and no country that is none', () => {
    const of = (country: string, client = '203.0.113.9') =>
      behind('10.0.0.1', {
        'x-forwarded-for': '203.0.113.9',
        'cf-connecting-ip': client,
        'cf-ipcountry': country,
      }).country;
    expect(of('AT')).toBe('AT');
    expect(of('AT', '198.51.100.1')).toBeNull();
    for (const none of ['XX', 'T1', '', 'AUT', 'A', 'AT, CH', 'Ä1']) expect(of(none)).toBeNull();
    expect(behind('10.0.0.1', { 'cf-ipcountry': 'AT' }).country).toBeNull();
  });

  test('says https only when every value says so', () => {
    const scheme = (proto: string | string[]) => behind('10.0.0.1', { 'x-forwarded-proto': proto }).scheme;
    expect(scheme('https')).toBe('https');
    expect(scheme(' HTTPS ,https')).toBe('https');
    for (const proto of ['http', '', 'https, http', 'http, https', 'wss', 'https\u0000'])
      expect(scheme(proto)).toBe('http');
    expect(scheme(['https', 'http'])).toBe('http');
    expect(behind('10.0.0.1', {}).scheme).toBe('http');
  });
});

describe('who may claim a new server', () => {
  const at = (headers: HeaderValues, rest: Partial<Parameters<typeof clientOf>[0]> = {}) =>
    clientOf({ peer: '127.0.0.1', headers, hostIsLoopback: true, trusted: NOBODY, ...rest }).isLocal;

  test('is a browser at this machine', () => {
    expect(at({ host: 'localhost:3000' })).toBe(true);
    for (const peer of ['::1', '::ffff:127.0.0.1', '127.0.0.53']) expect(at({}, { peer })).toBe(true);
  });

  test('is nobody else: another machine, a server open to the network, a proxy, a connection that is gone', () => {
    expect(at({}, { peer: '192.168.1.7' })).toBe(false);
    expect(at({}, { hostIsLoopback: false })).toBe(false);
    expect(at({}, { trusted: PROXIES })).toBe(false);
    expect(at({}, { peer: undefined })).toBe(false);
  });

  test.each([
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-anything',
    'x-real-ip',
    'cf-connecting-ip',
    'cf-ray',
    'via',
    'true-client-ip',
  ])('is nobody whose request came with %s, even an empty one', (name) => {
    expect(at({ [name]: '' })).toBe(false);
  });
});

describe('the trusted blocks', () => {
  test('reach to their last address and no further', () => {
    const narrow = trustedProxies([
      '192.0.2.8/30',
      '2001:db8::/33',
      '::ffff:198.51.100.0/120',
      '203.0.113.1',
    ]);
    for (const ip of ['192.0.2.8', '192.0.2.11', '2001:db8:7fff::1', '198.51.100.255', '203.0.113.1'])
      expect(narrow.has(ip), ip).toBe(true);
    for (const ip of ['192.0.2.7', '192.0.2.12', '2001:db8:8000::1', '198.51.101.0', '203.0.113.2', '', 'x'])
      expect(narrow.has(ip), ip).toBe(false);
  });

  test('loopback is an address or localhost, no name that looks like it', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'LOCALHOST'])
      expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '127.example.org', '128.0.0.1', 'localhost.example', ''])
      expect(isLoopback(host)).toBe(false);
  });
});
