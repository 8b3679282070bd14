import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankRecording } from '@/lib/formats/recording';
import { FORMATS } from '@/lib/formats/registry';
import { type DeviceRecording, FormatError, type Recording } from '@/lib/formats/types';
import type { Track } from '@/lib/timing/types';
import { deviceOf, finite, ROWS, type Row, rowsOf, someDevices, TRACK } from './made-recordings';
import { read } from './reading';

function written(id: string, recording: Recording): string {
  const write = FORMATS.find((format) => format.id === id)?.write;
  if (!write) throw new Error(`${id} does not write.`);
  return [...write(recording)].join('');
}

describe('our CSV', () => {
  it('reads back as it was written, to the last digit', () => {
    fc.assert(
      fc.property(someDevices, (list) => {
        expect(read('a.csv', written('csv', { ...blankRecording('csv'), devices: list })).devices).toEqual(
          list,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('keeps channels that are called like fields of a fix', () => {
    const list = [
      deviceOf('device', 'wgs84', ROWS, ['lat', 'speed', 'time_ms', 'device', 'oil_c', 'a [b]', 'unit ()']),
    ];
    expect(read('a.csv', written('csv', { ...blankRecording('csv'), devices: list })).devices).toEqual(list);
  });

  it('refuses to mix degrees and metres', () => {
    const list = [deviceOf('a', 'wgs84', ROWS, []), deviceOf('b', 'planar', ROWS, [])];
    expect(() => written('csv', { ...blankRecording('csv'), devices: list })).toThrow(FormatError);
  });
});

describe('our JSON', () => {
  it('reads back as it was written, to the last digit, with all that it keeps', () => {
    const text = fc.option(fc.string());
    const lap = fc.record({
      number: fc.nat(),
      timeMs: finite({ min: 0, max: 1e7 }),
      sectorsMs: fc.array(finite({ min: 0, max: 1e6 }), { maxLength: 3 }),
    });
    const recording = fc.record({
      format: fc.constant('json'),
      timeBasis: fc.constantFrom('utc' as const, 'local' as const, 'none' as const),
      devices: someDevices,
      track: fc.constantFrom(null, TRACK),
      recordedLaps: fc.array(lap, { maxLength: 3 }),
      rejected: fc.constant({}),
      notes: fc.array(fc.string(), { maxLength: 2 }),
      title: text,
      driver: text,
      vehicle: text,
    });
    fc.assert(
      fc.property(recording, (value) => {
        expect(read('a.json', written('json', value))).toEqual({ ...value });
      }),
      { numRuns: 300 },
    );
  });
});

describe('GPX', () => {
  it('reads back time to 1 µs, position to 1e-9 degrees, altitude to 1 mm, speed and course', () => {
    const list = fc.uniqueArray(
      fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), rowsOf('wgs84', finite({ min: 0, max: 4e12 }))),
      {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(list, (devices) => {
        const recording = {
          ...blankRecording('gpx'),
          devices: devices.map(([, rows], index) => deviceOf(`<${index} & co>`, 'wgs84', rows, [])),
        };
        const back = read('a.gpx', written('gpx', recording));
        expect(back.devices.map(({ device }) => device)).toEqual(
          recording.devices.map(({ device }) => device),
        );
        back.devices.forEach(({ fixes }, index) => {
          const was = recording.devices[index]?.fixes;
          if (!was) throw new Error('A device is missing.');
          expectNear(fixes.timeMs, was.timeMs, 0.0011);
          expectNear(fixes.x, was.x, 0.51e-9);
          expectNear(fixes.y, was.y, 0.51e-9);
          expectNear(fixes.altitudeM, was.altitudeM, 0.00051);
          expectNear(fixes.speedMps, was.speedMps, 0.000051);
          expectNear(fixes.courseDeg, was.courseDeg, 0.00051);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps times in whole ms exactly, and any name of a device that XML can hold', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (name) => {
        const recording = { ...blankRecording('gpx'), devices: [deviceOf(name, 'wgs84', ROWS, [])] };
        const back = read('a.gpx', written('gpx', recording));
        expect([...(back.devices[0]?.fixes.timeMs ?? [])]).toEqual(ROWS.map(({ timeMs }) => timeMs));
        if (/^[!-~]+$/.test(name)) expect(back.devices[0]?.device).toBe(name);
      }),
    );
  });

  it('refuses times that no date can hold', () => {
    const [row] = ROWS;
    if (!row) throw new Error('ROWS is empty.');
    for (const id of ['gpx', 'vbo']) {
      const late = deviceOf('a', 'wgs84', [{ ...row, timeMs: 1e18 }], []);
      expect(() => written(id, { ...blankRecording(id), devices: [late] })).toThrow('years 0 to 9999');
    }
  });

  it('refuses metres and two devices of one name', () => {
    const one = deviceOf('a', 'wgs84', ROWS, []);
    expect(() => written('gpx', { ...blankRecording('gpx'), devices: [one, one] })).toThrow('share a name');
    expect(() =>
      written('gpx', { ...blankRecording('gpx'), devices: [deviceOf('a', 'planar', ROWS, [])] }),
    ).toThrow('metres');
  });
});

describe('VBO', () => {
  const write = (rows: readonly Row[], names: readonly string[] = [], track: Track | null = null) =>
    written('vbo', {
      ...blankRecording('vbo'),
      devices: [deviceOf('device 1', 'wgs84', rows, names)],
      track,
      title: 'Ring',
      driver: 'Ada',
    });

  it('reads back time to 1 ms, position to 1e-7 minutes, velocity, heading and height', () => {
    const steps = fc.array(fc.integer({ min: -50, max: 40_000_000 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(
        rowsOf('wgs84', fc.constant(0)),
        fc.integer({ min: 0, max: 4e12 }),
        steps,
        (rows, start, gaps) => {
          let timeMs = start;
          const timed = rows.map((row, index) => {
            timeMs += gaps[index] ?? 0;
            return { ...row, timeMs };
          });
          const { fixes } = read('a.vbo', write(timed)).devices[0] ?? deviceOf('none', 'wgs84', [], []);
          const was = deviceOf('', 'wgs84', timed, []).fixes;
          expect([...fixes.timeMs]).toEqual([...was.timeMs]);
          expectNear(fixes.x, was.x, 1e-9);
          expectNear(fixes.y, was.y, 1e-9);
          expectNear(fixes.speedMps, was.speedMps, 0.000015);
          expectNear(fixes.courseDeg, was.courseDeg, 0.00051);
          expectNear(fixes.altitudeM, was.altitudeM, 0.00051);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads back channels to the last digit, also those called like fields of a fix, and the gates', () => {
    const back = read('a.vbo', write(ROWS, ['rpm', 'height', 'lap time', 'rpm'], TRACK));
    expect(back).toMatchObject({ title: 'Ring', driver: 'Ada' });
    expect(back.devices[0]?.channels.map(({ name, unit }) => [name, unit])).toEqual([
      ['rpm', '-'],
      ['channel-height', 'V'],
      ['lap_time', '°C'],
      ["rpm'", 'km/h'],
    ]);
    const was = deviceOf('', 'wgs84', ROWS, ['a', 'b', 'c', 'd']).channels;
    expect(back.devices[0]?.channels.map(({ values }) => values)).toEqual(was.map(({ values }) => values));
    expect(back.track?.checkpoints.map(({ type, name }) => [type, name])).toEqual([
      ['start', 'Start'],
      ['sector', 'Split 1'],
    ]);
    expect(back.track?.checkpoints[0]?.points[0].x).toBeCloseTo(2.25, 8);
  });

  it('refuses what it cannot tell: metres, several devices, steps of 12 h', () => {
    const device = deviceOf('a', 'wgs84', ROWS, []);
    const refused = (devices: DeviceRecording[]) => () =>
      written('vbo', { ...blankRecording('vbo'), devices });
    expect(refused([device, device])).toThrow('one device');
    expect(refused([deviceOf('a', 'planar', ROWS, [])])).toThrow('metres');
    const [first, second] = ROWS;
    if (!first || !second) throw new Error('ROWS is empty.');
    expect(
      refused([deviceOf('a', 'wgs84', [first, { ...second, timeMs: first.timeMs + 50_000_000 }], [])]),
    ).toThrow('12 h');
  });
});

/** Equal within `tolerance`, unknown where the other is unknown. */
function expectNear(values: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(values.length).toBe(expected.length);
  const off = [...values].filter((value, i) => {
    const other = expected[i] ?? Number.NaN;
    return Number.isNaN(other) ? !Number.isNaN(value) : !(Math.abs(value - other) <= tolerance);
  });
  expect(off).toEqual([]);
}
