import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readRecording } from '@/lib/formats/registry';
import { parseTrackFile } from '@/lib/formats/track-file';
import { normaliseColumns } from '@/lib/timing/normalise';
import type { Checkpoint, FixColumns, RejectedCounts, Track } from '@/lib/timing/types';
import { recording } from './recordings';
import { columns } from './tape';

export const RECORDED_SETS = [
  'okc-dove-25hz',
  'okc-nmea-lap',
  'okc-nmea-2laps',
  'pir-exitspeed-10hz',
  'lignano-racebox-pits',
  'stc-trackaddict-noisy',
  'lfs-raf-bl1',
  'gt7-broadbean-60hz',
] as const;
export type RecordedSet = (typeof RECORDED_SETS)[number];

const FILES: Record<RecordedSet, readonly [folder: string, file: string]> = {
  'okc-dove-25hz': ['okc-dove-25hz', 'okc-tillotson-data.dovex'],
  'okc-nmea-lap': ['okc-nmea-mylaps', 'lap.nmea'],
  'okc-nmea-2laps': ['okc-nmea-mylaps', '2laps.nmea'],
  'pir-exitspeed-10hz': ['pir-exitspeed-10hz', 'race_2020-06-20.csv.gz'],
  'lignano-racebox-pits': ['lignano-racebox-pits', 'racebox-lignano.vbo'],
  'stc-trackaddict-noisy': ['stc-trackaddict-noisy', 'STC_log.csv.gz'],
  'lfs-raf-bl1': ['lfs-raf-bl1', 'bl1_xfgti_1lap.raf'],
  'gt7-broadbean-60hz': ['gt7-broadbean-60hz', 'positions.csv.gz'],
};

export function readBytes(...parts: string[]): Uint8Array {
  const bytes = readFileSync(recording(...parts));
  return parts.at(-1)?.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** One recording with its gates, rows normalised as on import; `rejected` counts what that refused. */
export function recordedSet(name: RecordedSet): {
  track: Track;
  fixes: FixColumns;
  rejected: RejectedCounts;
} {
  const [folder, file] = FILES[name];
  const [device] = readRecording(file.replace(/\.gz$/, ''), readBytes(folder, file)).devices;
  if (!device) throw new Error(`${file} holds no device.`);
  const raw = name === 'lfs-raf-bl1' ? repeated(device.fixes, 95_860, 3) : device.fixes;
  const { fixes, rejected } = normaliseColumns(raw);
  const track = name === 'lfs-raf-bl1' ? blackwood() : parseTrackFile(text(folder, 'track.json'));
  return {
    track: fixes.frame === 'planar' && track.frame === 'wgs84' ? asMetres(track) : track,
    fixes,
    rejected,
  };
}

export function truthOf<T>(folder: string, pick: (json: Record<string, never>) => T): T {
  return pick(JSON.parse(text(folder, 'truth.json')));
}

/** Every fix at least `stepMs` after the one kept before, from the phase `phaseMs` on. */
export function decimated(fixes: FixColumns, stepMs: number, phaseMs: number): FixColumns {
  const kept: number[] = [];
  let nextMs = (fixes.timeMs[0] ?? 0) + phaseMs;
  for (let i = 0; i < fixes.count; i++) {
    const timeMs = fixes.timeMs[i] ?? 0;
    if (timeMs < nextMs - 1e-6) continue;
    kept.push(i);
    while (nextMs <= timeMs + 1e-6) nextMs += stepMs;
  }
  const at = (column: Float64Array, i: number) => column[i] ?? Number.NaN;
  return columns(
    kept.map((i) => ({
      timeMs: at(fixes.timeMs, i),
      x: at(fixes.x, i),
      y: at(fixes.y, i),
      speedMps: at(fixes.speedMps, i),
      courseDeg: at(fixes.courseDeg, i),
      altitudeM: at(fixes.altitudeM, i),
      accuracyM: at(fixes.accuracyM, i),
    })),
    fixes.frame,
  );
}

/** The speed integral in metres, trapezoids over every step: the odometer's yardstick. */
export function speedIntegralM(fixes: FixColumns): number {
  let sumM = 0;
  for (let i = 1; i < fixes.count; i++) {
    const mean = ((fixes.speedMps[i - 1] ?? 0) + (fixes.speedMps[i] ?? 0)) / 2;
    sumM += (mean * ((fixes.timeMs[i] ?? 0) - (fixes.timeMs[i - 1] ?? 0))) / 1000;
  }
  return sumM;
}

const text = (...parts: string[]) => readFileSync(recording(...parts), 'utf8');

/** The sets in game metres have their gates as degrees around 0,0 on a sphere of 6,371,008.8 m. */
function asMetres(track: Track): Track {
  const metresPerDegree = (Math.PI * 6371008.8) / 180;
  const point = ({ x, y }: { x: number; y: number }) => ({ x: x * metresPerDegree, y: y * metresPerDegree });
  const checkpoints = track.checkpoints.map((gate) => {
    const [a, b] = gate.points;
    return { ...gate, points: [point(a), point(b)] as const };
  });
  return { ...track, frame: 'planar', checkpoints };
}

/** The same lap driven several times in a row. */
function repeated(fixes: FixColumns, lapMs: number, times: number): FixColumns {
  const one = decimated(fixes, 0.001, 0);
  const many = columns([], fixes.frame);
  const join = (pick: (all: FixColumns) => Float64Array, shiftMs = 0) =>
    Float64Array.from(
      Array.from({ length: times }, (_, k) => [...pick(one)].map((v) => v + k * shiftMs)).flat(),
    );
  return {
    ...many,
    count: one.count * times,
    timeMs: join((all) => all.timeMs, lapMs),
    x: join((all) => all.x),
    y: join((all) => all.y),
    speedMps: join((all) => all.speedMps),
    courseDeg: join((all) => all.courseDeg),
    altitudeM: join((all) => all.altitudeM),
    accuracyM: join((all) => all.accuracyM),
  };
}

type Line = { x: number; y: number; dirX: number; dirY: number };

/** Gates 12 m wide across the driving direction at the finish and the two splits. */
function blackwood(): Track {
  const file: { finish: Line; split1: Line; split2: Line } = JSON.parse(
    text('insim', 'bl1_track_from_raf.json'),
  );
  const across = ({ x, y, dirX, dirY }: Line) =>
    [
      { x: x - dirY * 6, y: y + dirX * 6 },
      { x: x + dirY * 6, y: y - dirX * 6 },
    ] as const;
  const gate = (number: number, type: Checkpoint['type'], line: Line): Checkpoint => ({
    number,
    name: '',
    type,
    points: across(line),
    previous: null,
    direction: null,
    closesLap: null,
  });
  const checkpoints = [
    gate(1, 'start', file.finish),
    gate(2, 'sector', file.split1),
    gate(3, 'sector', file.split2),
  ];
  return { name: 'Blackwood GP', location: 'Live for Speed', frame: 'planar', checkpoints, centreline: null };
}
