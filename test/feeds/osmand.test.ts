import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type PhoneReport, reportOfJson, reportOfQuery } from '@/lib/feeds/osmand';
import type { IncomingFix } from '@/lib/live/ingest';
import { recording, recordings } from '../support/recordings';

const NOW_MS = 1_750_000_000_123;
const KNOT = 1852 / 3600;

const query = (text: string): PhoneReport =>
  reportOfQuery(new URL(text, 'http://phone.test').searchParams, NOW_MS);

function fixOf(report: PhoneReport): IncomingFix {
  if ('kind' in report && report.kind === 'fix') return report.fix;
  throw new Error(`No fix: ${JSON.stringify(report)}`);
}

const there = recordings() !== null;
const fixtures = z.object({
  json: z.array(z.unknown()),
  query: z.array(z.object({ expect: z.enum(['NotNull', 'Null', 'Position']), url: z.string() })),
});

describe.runIf(there)('what phones really sent', () => {
  const read = () =>
    fixtures.parse(JSON.parse(readFileSync(recording('traccar', 'osmand_fixtures.json'), 'utf8')));

  test('as queries is read: a place makes a fix, none a sign of life', () => {
    const sent = read().query;
    expect(sent).toHaveLength(11);
    const kinds = sent.map(({ url }) => {
      const report = query(url);
      return 'kind' in report ? report.kind : report.reason;
    });
    // The second names no phone: here the key in the path does.
    expect(kinds).toEqual(['heartbeat', ...Array.from({ length: 10 }, () => 'fix')]);
    const fixes = sent.slice(1).map(({ url }) => fixOf(query(url)));
    expect(fixes.map(({ timeMs }) => timeMs)).toEqual([
      1_377_177_267_000,
      Date.parse('2016-01-27T18:55:47Z'),
      1_442_068_686_579,
      new Date(2014, 5, 4, 9, 10, 11).getTime(),
      1_377_177_267_000,
      1_377_177_267_000,
      NOW_MS,
      NOW_MS,
      1_377_177_267_000,
      1_504_763_810_000,
    ]);
    expect(fixes.map(({ x, y }) => [y, x])).toEqual([
      [60, 30],
      [42.06288, -88.23412],
      [42.06288, -88.23412],
      [49.60688, 6.15788],
      [60, 30],
      [60, 30],
      [60, 30],
      [41.666667, -0.883333],
      [60, 30],
      [40.7232948571, -74.0061408571],
    ]);
    expect(fixes.map(({ altitudeM }) => altitudeM)).toEqual([
      ...[Number.NaN, 224, 224, 384.7, 0],
      ...[Number.NaN, 0, 350.059479, Number.NaN, Number.NaN],
    ]);
    expect(fixes[9]).toMatchObject({
      speedMps: 40 * KNOT,
      courseDeg: 7.19889788244,
      attributes: { ignition: true, rpm: 933, fuel: 24 },
    });
    expect(fixes[7]?.attributes).toEqual({ battery_pct: 87 });
    expect(fixes[1]?.attributes).toEqual({ hdop: 6 });
    expect(fixes[6]).toMatchObject({ courseDeg: 0, attributes: { vacc: 0, hacc: 0 } });
    const [first] = sent;
    expect(query(first?.url ?? '')).toEqual({
      kind: 'heartbeat',
      attributes: {
        cell: '257,02,16,2224; 257,02,16,2223,-90',
        wifi: '00-14-22-01-23-45,-80; 00-1C-B3-09-85-15,-70',
      },
    });
  });

  test('as JSON is read: speed in m/s, −1 is not known', () => {
    const [still, withExtras, unknown, moving] = read().json.map((body) => fixOf(reportOfJson(body, NOW_MS)));
    expect(still).toEqual({
      timeMs: Date.parse('2025-06-15T13:45:12.862Z'),
      ...{ x: -122.084, y: 37.4219983, speedMps: 0, courseDeg: Number.NaN, altitudeM: 5, accuracyM: 5 },
      attributes: {
        ...{ battery_pct: 100, charge: false, activity: 'still', motion: false },
        ...{ odometer: 0, event: 'motionchange' },
      },
    });
    expect(withExtras?.attributes).toMatchObject({
      device_string_test: 'long_device_id',
      device_bool_test: true,
      device_bool_false_test: false,
      device_integer_twelve_test: 12,
      device_very_long_double_test: 1_763_636.3442,
    });
    expect(unknown).toMatchObject({ speedMps: Number.NaN, courseDeg: Number.NaN, altitudeM: 0 });
    expect(unknown?.attributes).not.toHaveProperty('battery_pct');
    expect(unknown?.attributes).toMatchObject({ mock: true, activity: 'unknown' });
    expect(moving).toMatchObject({ speedMps: 18.67, courseDeg: 63, altitudeM: 35.7, accuracyM: 3.8 });
    expect(moving?.attributes).toMatchObject({ battery_pct: 79 });
  });
});

describe('a phone’s query', () => {
  test('has its timestamp in seconds below 2147483647, else in milliseconds', () => {
    const timeOf = (text: string) => fixOf(query(`/?lat=1&lon=2&timestamp=${text}`)).timeMs;
    expect(timeOf('2147483646')).toBe(2_147_483_646_000);
    expect(timeOf('2147483647')).toBe(2_147_483_647);
    expect(timeOf('1750000000.25')).toBe(1_750_000_000_250);
    expect(timeOf('2026-03-14T09:41:00.250%2B01:00')).toBe(Date.parse('2026-03-14T08:41:00.250Z'));
    expect(timeOf('')).toBe(NOW_MS);
  });

  test('says by −1 what it does not know', () => {
    const fix = fixOf(query('/?lat=1&lon=2&speed=-1&bearing=-1&accuracy=-1'));
    expect([fix.speedMps, fix.courseDeg, fix.accuracyM]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test.each([
    ['/?lat=1', 'lat and lon must come together'],
    ['/?lat=north&lon=2', 'lat is no decimal number'],
    ['/?lat=1&lon=0x10', 'lon is no decimal number'],
    ['/?location=1;2', 'lat is no decimal number'],
    ['/?lat=1&lon=2&speed=fast', 'speed is no decimal number'],
    ['/?lat=1&lon=2&timestamp=yesterday', 'timestamp must be'],
    ['/?lat=1&lon=2&timestamp=2026-13-40 99:99:99', 'timestamp must be'],
  ])('that is none is told why: %s', (text, words) => {
    expect(query(text)).toEqual({ reason: 'malformed', message: expect.stringContaining(words) });
  });

  test('may say itself that its place is not valid', () => {
    expect(query('/?lat=1&lon=2&valid=false')).toEqual({ kind: 'unsure' });
    expect(query('/?lat=1&lon=2&valid=1')).toMatchObject({ kind: 'fix' });
  });

  test('loses an attribute that cannot be kept, never its place', () => {
    const many = Array.from({ length: 200 }, (_, at) => `a${at}=1`).join('&');
    const { attributes } = fixOf(query(`/?lat=1&lon=2&${'n'.repeat(80)}=1&z=%00&__proto__=5&${many}`));
    expect(Object.keys(attributes ?? {})).toHaveLength(64);
    expect(Object.hasOwn(attributes ?? {}, '__proto__')).toBe(true);
    expect(Object.hasOwn(attributes ?? {}, 'z')).toBe(false);
  });
});

test.each([
  [null, 'location is missing'],
  [[], 'location is missing'],
  [{ location: 5 }, 'location is missing'],
  [{ location: { coords: { latitude: '1', longitude: 2 } } }, 'must be numbers'],
  [{ location: { coords: { latitude: 1 } } }, 'must be numbers'],
  [{ location: { timestamp: {}, coords: { latitude: 1, longitude: 2 } } }, 'timestamp must be'],
])('JSON that is no report is told why: %j', (body, words) => {
  expect(reportOfJson(body, NOW_MS)).toEqual({
    reason: 'malformed',
    message: expect.stringContaining(words),
  });
});

test('JSON without a place is a sign of life', () => {
  expect(reportOfJson({ location: { battery: { level: 0.5 } } }, NOW_MS)).toEqual({
    kind: 'heartbeat',
    attributes: { battery_pct: 50 },
  });
  expect(reportOfJson({ location: { coords: {} } }, NOW_MS)).toEqual({ kind: 'heartbeat', attributes: null });
});
