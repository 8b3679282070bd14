import { describe, expect, test } from 'vitest';
import { fixesOfCsv } from '@/lib/feeds/fix-csv';
import { fixesOfJson, fixesOfNdjson } from '@/lib/feeds/fix-json';
import { atOnce, inTurns } from '@/lib/feeds/in-turns';

const FIX = { time_ms: 1000, lat: 41, lon: 2 };
const NONE = { speedMps: Number.NaN, courseDeg: Number.NaN, altitudeM: Number.NaN, accuracyM: Number.NaN };

function feed(document: unknown) {
  const parsed = atOnce(fixesOfJson(document, null));
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
}

const faultOf = (fix: object) => feed({ device: 'a', fixes: [fix] }).faults[0];

describe('fixes as JSON', () => {
  test('come with their device around them, each with its own, or alone', () => {
    const around = feed({ device: 'kart 7', fixes: [FIX, { ...FIX, device_id: 5 }] });
    expect(around.lines.map(({ index, device }) => [index, device])).toEqual([
      [0, { name: 'kart 7' }],
      [1, { id: 5 }],
    ]);
    expect(around.lines[0]).toMatchObject({
      frame: 'wgs84',
      fix: { timeMs: 1000, x: 2, y: 41, ...NONE, attributes: null },
    });
    expect(feed([{ ...FIX, device: 'b' }]).lines[0]?.device).toEqual({ name: 'b' });
    expect(feed({ ...FIX, device: ' e\u0301 ' }).lines[0]?.device).toEqual({ name: '\u00e9' });
    expect(feed({ device_id: 3, fixes: [] })).toEqual({ lines: [], faults: [] });
  });

  test('have metres on a plane, ISO instants, and attributes by any other name', () => {
    const [line] = feed({
      device: 'r',
      time: '2026-03-14T09:41:00.250123+01:00',
      ...{ x_m: 1, y_m: -2, speed_mps: 3, course_deg: 4, altitude_m: 5, accuracy_m: 6 },
      ...{ rpm: 9000, note: 'wet', attributes: { drs: true }, gear: null },
    }).lines;
    expect(line).toMatchObject({ frame: 'planar' });
    expect(line?.fix).toEqual({
      timeMs: Date.parse('2026-03-14T08:41:00Z') + 250.123,
      ...{ x: 1, y: -2, speedMps: 3, courseDeg: 4, altitudeM: 5, accuracyM: 6 },
      attributes: { rpm: 9000, note: 'wet', drs: true },
    });
  });

  test.each([
    [{ lat: 1, lon: 2 }, 'malformed', 'time_ms (or time) is missing'],
    [{ ...FIX, time_ms: '1000' }, 'malformed', 'time_ms must be a number'],
    [{ lat: 1, lon: 2, time: '2026-03-14T09:41:00' }, 'malformed', 'with its zone'],
    [{ lat: 1, lon: 2, time: '14.03.2026' }, 'malformed', 'ISO 8601'],
    [{ time_ms: 1, lat: 1 }, 'malformed', 'lon is missing'],
    [{ time_ms: 1 }, 'malformed', 'lat and lon (or x_m and y_m) are missing'],
    [{ ...FIX, x_m: 1 }, 'malformed', 'degrees and metres'],
    [JSON.parse('{"time_ms":1,"lat":1e999,"lon":2}'), 'not_finite', 'lat is no finite number'],
    [{ ...FIX, speed_mps: 'fast' }, 'malformed', 'speed_mps must be a number'],
    [{ ...FIX, wheels: [1, 2] }, 'malformed', '"wheels" must be a number'],
    [{ ...FIX, note: 'a\0b' }, 'malformed', '"note" must be text'],
    [{ ...FIX, note: 'x'.repeat(501) }, 'malformed', '"note" must be text of at most 500'],
    [{ ...FIX, ['n'.repeat(61)]: 1 }, 'malformed', 'name must have 1 to 60'],
    [{ ...FIX, attributes: 5 }, 'malformed', 'attributes must be an object'],
    [{ ...FIX, device: '' }, 'malformed', 'device must have 1 to 150'],
    [{ ...FIX, device_id: 1.5 }, 'malformed', 'device_id must be a whole number'],
    [
      { ...FIX, ...Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`a${at}`, 1])) },
      'malformed',
      'more than 64',
    ],
  ])('that are none say why: %j', (fix, reason, words) => {
    expect(faultOf(fix)).toMatchObject({ index: 0, reason, message: expect.stringContaining(words) });
  });

  test('without any device are faults, unless the request names one', () => {
    expect(feed([FIX]).faults).toMatchObject([{ index: 0, message: 'device (or device_id) is missing' }]);
    expect(atOnce(fixesOfJson([FIX], { id: 4 }))).toMatchObject({ lines: [{ device: { id: 4 } }] });
  });

  test.each([[5], [null], ['text'], [{ fixes: 5 }], [{ device: 7, fixes: [] }]])(
    'are not in %j',
    (document) => {
      expect(atOnce(fixesOfJson(document, null))).toEqual({ message: expect.any(String) });
    },
  );
});

test('lines of JSON are fixes or faults, each counted by its place', () => {
  const text = `{"device":"a","time_ms":1,"lat":1,"lon":2}\r\n\n{"device":"a",\n[]\n{"device":"a","time_ms":2,"lat":1,"lon":2}`;
  const { lines, faults } = atOnce(fixesOfNdjson(text, null));
  expect(lines.map(({ index }) => index)).toEqual([0, 3]);
  expect(faults.map(({ index, message }) => [index, message])).toEqual([
    [1, 'the line is not JSON'],
    [2, 'it is no JSON object'],
  ]);
});

describe('fixes as CSV', () => {
  test('are of several devices by their column, further columns are attributes', () => {
    const { lines, faults } = atOnce(
      fixesOfCsv(
        '\uFEFF# made by hand\ndevice,time_ms,lat,lon,speed_kmh,rpm,note\r\n"kart, 7",1000,41,2,36,9000,wet\r\nb,1001,42,3,,,\r\n',
        null,
      ),
    );
    expect(faults).toEqual([]);
    expect(lines.map(({ device }) => device)).toEqual([{ name: 'kart, 7' }, { name: 'b' }]);
    expect(lines[0]?.fix).toMatchObject({
      timeMs: 1000,
      x: 2,
      y: 41,
      attributes: { rpm: 9000, note: 'wet' },
    });
    expect(lines[0]?.fix.speedMps).toBeCloseTo(10, 12);
    expect(lines[1]?.fix).toMatchObject({ speedMps: Number.NaN, attributes: null });
  });

  test('say of each bad line why, counted from 0 after the header', () => {
    const text = 'device,time_ms,x_m,y_m\na,1,2\na,,1,2\n,1,1,2\na,1,1,2,\na,1,1,2,5\na,nan,1,2\na,2,0x10,1';
    const { lines, faults } = atOnce(fixesOfCsv(text, null));
    expect(lines.map(({ index, frame }) => [index, frame])).toEqual([[3, 'planar']]);
    expect(faults.map(({ index, message }) => [index, message])).toEqual([
      [0, 'it has 3 cells, the header 4'],
      [1, 'time_ms is missing'],
      [2, 'device is missing: add a column device or name it in the query'],
      [4, 'it has 5 cells, the header 4'],
      [5, 'time_ms is no number: "nan"'],
      [6, 'x_m is no number: "0x10"'],
    ]);
  });

  test('need a header with a time and a place', () => {
    expect(() => atOnce(fixesOfCsv('device,lat,lon\na,1,2', null))).toThrow(/lacks time_ms/);
    expect(atOnce(fixesOfCsv('', null))).toEqual({ lines: [], faults: [] });
  });
});

test('a long request is read in turns, and is the same', async () => {
  const rows = Array.from({ length: 9_000 }, (_, at) => `${at},41,2`);
  const text = `time_ms,lat,lon\n${rows.join('\n')}`;
  let turns = 0;
  const work = fixesOfCsv(text, { name: 'a' });
  for (let step = work.next(); !step.done; step = work.next()) turns++;
  expect(turns).toBe(4);
  const inOne = atOnce(fixesOfCsv(text, { name: 'a' }));
  expect(await inTurns(fixesOfCsv(text, { name: 'a' }))).toEqual(inOne);
  expect(inOne.lines).toHaveLength(9_000);
  const list = rows.map((_, at) => ({ device: 'a', time_ms: at, lat: 41, lon: 2 }));
  const lines = list.map((fix) => JSON.stringify(fix)).join('\n');
  expect(await inTurns(fixesOfNdjson(lines, null))).toEqual(atOnce(fixesOfJson(list, null)));
});
