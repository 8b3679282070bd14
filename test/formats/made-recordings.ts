import fc from 'fast-check';
import type { DeviceRecording } from '@/lib/formats/types';
import type { Frame, Track } from '@/lib/timing/types';

/** Recordings made up for the round trips. */
export const finite = (options: fc.DoubleConstraints = {}) =>
  fc.double({ noNaN: true, noDefaultInfinity: true, ...options }).map((value) => value + 0);
const optional = (values: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: values }, fc.constant(Number.NaN));
const word = fc.stringMatching(/^[A-Za-zäöüéñ°%/][A-Za-z0-9 äöüéñ_()[\]",;%-]{0,14}[a-z]$/);

type RowOf = (typeof ROW_KEYS)[number];
const ROW_KEYS = ['timeMs', 'x', 'y', 'speedMps', 'courseDeg', 'altitudeM', 'accuracyM'] as const;
export type Row = Record<RowOf, number>;

export function rowsOf(frame: Frame, times: fc.Arbitrary<number>): fc.Arbitrary<Row[]> {
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

export function deviceOf(
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

/** One to three devices of one frame, with up to four channels. */
export const someDevices = fc.constantFrom<Frame>('wgs84', 'planar').chain((frame) =>
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

export const TRACK: Track = {
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

export const ROWS: Row[] = [
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
