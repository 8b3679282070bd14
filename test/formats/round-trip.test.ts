import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankRecording } from '@/lib/formats/recording';
import { FORMATS } from '@/lib/formats/registry';
import { type DeviceRecording, FormatError, type Recording } from '@/lib/formats/types';
import type { Frame, Track } from '@/lib/timing/types';
import { read } from './reading';

const finite = (options: fc.DoubleConstraints = {}) =>
  fc.double({ noNaN: true, noDefaultInfinity: true, ...options }).map((value) => value + 0);
const optional = (values: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: values }, fc.constant(Number.NaN));
const word = fc.stringMatching(/^[A-Za-zäöüéñ°%/][A-Za-z0-9 äöüéñ_()[\]",;%-]{0,14}[a-z]$/);

type RowOf = (typeof ROW_KEYS)[number];
const ROW_KEYS = ['timeMs', 'x', 'y', 'speedMps', 'courseDeg', 'altitudeM', 'accuracyM'] as const;
type Row = Record<RowOf, number>;

function rowsOf(frame: Frame, times: fc.Arbitrary<number>): fc.Arbitrary<Row[]> {
  const isGeo = frame === 'wgs84';
  const row = fc.record({
    timeMs: times,
    x: isGeo ? finite({ min: -180, max: 180 }) : finite(),
    y: isGeo ? finite({ min: -90, max: 90 }) : finite(),
    speedMps: optional(finite({ min: 0, max: 150 })),
    courseDeg: optional(finite({ min: 0, max: 360 })),
    altitudeM: optional(finite({ min: -400, max: 9000 })),
    accuracyM: optional(finite({ min: 0, max: 1000 })),
  });
  return fc.array(row, { minLength: 1, maxLength: 30 });
}

function deviceOf(
  device: string,
  frame: Frame,
  rows: readonly Row[],
  names: readonly string[],
): DeviceRecording {
  const column = (key: RowOf) => Float64Array.from(rows, (row) => row[key]);
  const fixes = {
    frame,
    count: rows.length,
    timeMs: column('timeMs'),
    x: column('x'),
    y: column('y'),
    speedMps: column('speedMps'),
    courseDeg: column('courseDeg'),
    altitudeM: column('altitudeM'),
    accuracyM: column('accuracyM'),
  };
  const channels = names.map((name, index) => ({
    name,
    unit: ['', 'V', '°C', 'km/h'][index % 4] ?? '',
    values: Float64Array.from(rows, (row, at) => (at % 3 === 2 ? Number.NaN : row.timeMs / 7 + index)),
  }));
  return { device, fixes, channels };
}

function written(id: string, recording: Recording): string {
  const write = FORMATS.find((format) => format.id === id)?.write;
  if (!write) throw new Error(`${id} does not write.`);
  return [...write(recording)].join('');
}

const devices = fc.constantFrom<Frame>('wgs84', 'planar').chain((frame) =>
  fc
    .uniqueArray(fc.tuple(word, rowsOf(frame, finite({ min: 1e12, max: 2e12 }))), {
      selector: ([name]) => name.trim(),
      minLength: 1,
      maxLength: 3,
    })
    .chain((list) =>
      fc
        .uniqueArray(word, { maxLength: 4 })
        .map((names) => list.map(([device, rows]) => deviceOf(device, frame, rows, names))),
    ),
);

const TRACK: Track = {
  name: 'Ring',
  location: 'Here',
  frame: 'wgs84',
  checkpoints: [
    {
      number: 1,
      name: 'Start',
      type: 'start',
      points: [
        { x: 2.25, y: 41.5 },
        { x: 2.2502, y: 41.5 },
      ],
      previous: null,
      direction: 1,
      closesLap: null,
    },
    {
      number: 2,
      name: 'Split 1',
      type: 'sector',
      points: [
        { x: 2.251, y: 41.501 },
        { x: 2.2512, y: 41.501 },
      ],
      previous: null,
      direction: null,
      closesLap: null,
    },
  ],
  centreline: null,
};

describe('our CSV', () => {
  it('reads back as it was written, to the last digit', () => {
    fc.assert(
      fc.property(devices, (list) => {
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

const ROWS: Row[] = [
  {
    timeMs: 1772735400000,
    x: 2.2501,
    y: 41.4999,
    speedMps: 30.123456,
    courseDeg: 359.9,
    altitudeM: -3.25,
    accuracyM: 2,
  },
  {
    timeMs: 1772735400040,
    x: 2.2501,
    y: 41.5001,
    speedMps: Number.NaN,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: 2,
  },
  { timeMs: 1772735400080, x: 2.2501, y: 41.5002, speedMps: 31, courseDeg: 0, altitudeM: 0, accuracyM: 2 },
];

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
      devices,
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
