import type { Circuit } from '@/lib/simulator/circuit';
import { type Driven, simulateDrive } from '@/lib/simulator/drive';
import { type Route, smoothNoise } from '@/lib/simulator/driven-line';
import { carState } from '@/lib/simulator/motion';
import { randomFrom } from '@/lib/simulator/random';
import type { Receiver } from '@/lib/simulator/receiver';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import type { EntryView, LapPath } from '@/lib/timing/live/types';
import { fixAt, normaliseColumns } from '@/lib/timing/normalise';
import { planeOfTrack } from '@/lib/timing/plane';
import type { Fix, FixColumns, Track } from '@/lib/timing/types';

export const START_MS = 1_700_000_000_000;

/** A car on a circuit: where it starts (chainage) and how fast it is; several laps, then on. */
export type Car = {
  circuit: Circuit;
  fromM: number;
  laps: number;
  pace: number;
  waitMs?: number;
  receiver?: Partial<Receiver>;
  stops?: Route['stops'];
  detours?: Route['detours'];
  /** Drives every lap a little differently: so much of its pace, so many metres to the side (one sigma). */
  varied?: { pace: number; sideM: number };
};

export function driveCar(car: Car, seed: string): Driven & { fixes: FixColumns } {
  const random = randomFrom(seed);
  const pace = smoothNoise(random.fork('pace'), car.varied?.pace ?? 0, 150);
  const driven = simulateDrive({
    circuit: car.circuit,
    route: {
      fromM: car.fromM,
      toM: car.laps * car.circuit.line.length + 120,
      detours: car.detours ?? [],
      zones: [],
      stops: [...(car.waitMs ? [{ atM: car.fromM, dwellMs: car.waitMs }] : []), ...(car.stops ?? [])],
    },
    startMs: START_MS,
    receiver: car.receiver,
    random,
    paceAt: (chainageM) => car.pace + pace(chainageM),
    wander: smoothNoise(random.fork('side'), car.varied?.sideM ?? 0, 110),
    standing: { start: car.waitMs !== undefined, end: false },
  });
  return { ...driven, fixes: normaliseColumns(driven.fixes).fixes };
}

/**
 * The exact instants at which a motion passes each 24th of the path, found on the motion every `stepMs` and by brute
 * force on the path; `total` counts the boundaries from the first start crossing (0) on.
 */
export function trueBoundaries(
  driven: Driven,
  circuit: Circuit,
  path: LapPath,
  parts = 24,
  stepMs = 20,
): Map<number, number> {
  const plane = planeOfTrack(circuit.track);
  const state = carState();
  const passed = new Map<number, number>();
  let before: { sM: number; timeMs: number; lapM: number } | null = null;
  for (let timeMs = 0; timeMs <= driven.motion.durationMs; timeMs += stepMs) {
    driven.motion.at(timeMs, state);
    const outside = circuit.ground ? circuit.ground.toDegrees(state) : state;
    const { x, y } = plane.toMetres(outside);
    const sM = bruteForce(path, x, y, before?.sM ?? null);
    if (!before) {
      before = { sM, timeMs, lapM: sM > path.lengthM / 2 ? sM - path.lengthM : sM };
      continue;
    }
    let step = sM - before.sM;
    if (step > path.lengthM / 2) step -= path.lengthM;
    if (step < -path.lengthM / 2) step += path.lengthM;
    const lapM: number = before.lapM + step;
    const partM = path.lengthM / parts;
    for (let total = Math.ceil(before.lapM / partM); total * partM <= lapM; total++) {
      if (total * partM < before.lapM || step <= 0 || passed.has(total)) continue;
      const atMs = before.timeMs + ((total * partM - before.lapM) / step) * stepMs;
      passed.set(total, START_MS + atMs);
    }
    before = { sM, timeMs, lapM };
  }
  // A start gate need not be square to the path: at the line its crossing is the truth.
  const start = circuit.track.checkpoints.find((gate) => gate.type === 'start')?.number;
  const crossings = driven.truth.crossings.filter((one) => one.checkpoint === start);
  crossings.forEach((crossing, lap) => {
    passed.set(lap * parts, crossing.timeMs);
  });
  return passed;
}

/** How many boundaries a car has truly passed at an instant, with the part of the way to the next one. */
export function trueTotalAt(boundaries: Map<number, number>, timeMs: number): number {
  const list = [...boundaries].sort(([a], [b]) => a - b);
  const found = list.findIndex(([, atMs]) => atMs > timeMs);
  const next = found < 0 ? list.length : found;
  const [total, atMs] = list[next - 1] ?? [0, timeMs];
  const [, nextMs] = list[next] ?? [0, Number.POSITIVE_INFINITY];
  return total + (timeMs - atMs) / (nextMs - atMs);
}

/** The nearest place on the path no farther along it than 60 m from the last one. */
function bruteForce(path: LapPath, x: number, y: number, nearM: number | null): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i + 1 < path.sM.length; i++) {
    const [s0, s1] = [path.sM[i] ?? 0, path.sM[i + 1] ?? 0];
    const [ax, ay] = [path.xM[i] ?? 0, path.yM[i] ?? 0];
    const [wx, wy] = [(path.xM[i + 1] ?? 0) - ax, (path.yM[i + 1] ?? 0) - ay];
    const u = Math.min(1, Math.max(0, ((x - ax) * wx + (y - ay) * wy) / (wx * wx + wy * wy)));
    const sM = s0 + u * (s1 - s0);
    const apart = nearM === null ? 0 : Math.abs(sM - nearM);
    if (Math.min(apart, path.lengthM - apart) > 60) continue;
    const d = Math.hypot(ax + u * wx - x, ay + u * wy - y);
    if (d < least) [best, least] = [sM, d];
  }
  return best;
}

export function fixesOf(columns: FixColumns): Fix[] {
  return Array.from({ length: columns.count }, (_, i) => fixAt(columns, i));
}

/** An entry that has seen all fixes. */
export function entryOf(
  track: Track,
  fixes: FixColumns,
  options: { path: LapPath | null; raceStartMs?: number | null },
): LiveEntry {
  const entry = new LiveEntry({ track, raceStartMs: null, ...options });
  for (const fix of fixesOf(fixes)) entry.push(fix);
  return entry;
}

/** Calls `look` after every fix of all cars, in the order of time. */
export function runField(
  entries: readonly LiveEntry[],
  fields: readonly FixColumns[],
  look: (nowMs: number) => void,
): void {
  const all = fields
    .flatMap((columns, car) => fixesOf(columns).map((fix) => ({ fix, car })))
    .sort((a, b) => a.fix.timeMs - b.fix.timeMs);
  for (const { fix, car } of all) {
    entries[car]?.push(fix);
    look(fix.timeMs);
  }
}

/** All that a view says, as plain data. */
export function plainView(view: EntryView) {
  const { deltaTo, reference, ...rest } = view;
  return JSON.parse(
    JSON.stringify({ ...rest, delta: deltaTo(reference), reference: reference?.timeMs ?? null }),
  );
}
