import { beforeAll, describe, expect, it } from 'vitest';
import { clubCircuit } from '@/lib/simulator/circuits';
import { REAL_RECEIVER, type Receiver } from '@/lib/simulator/receiver';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import { boardOf } from '@/lib/timing/live/live-board';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import type { Board, LapPath } from '@/lib/timing/live/types';
import { driveCar, runField, START_MS, trueBoundaries, trueTotalAt } from './field';

const CIRCUIT = clubCircuit({ origin: { x: 2.26, y: 41.57 }, pitGates: 'none' });
const GREEN_MS = START_MS + 20_000;
const FACTS = { order: 'race' as const, greenMs: GREEN_MS, chequeredMs: null };
/** The last one is lapped. */
const PACES = [0.97, 0.99, 0.95, 0.55];
const PARTS = 24;

const path = pathOfTrack(CIRCUIT.track);
const START_M = 300;

/** A standing start from the grid; every car has fixes at instants of its own. */
function race(receiver: Partial<Receiver>, usedPath: LapPath | null = path) {
  const cars = PACES.map((pace, i) =>
    driveCar(
      {
        circuit: CIRCUIT,
        fromM: START_M - 24 - 9 * i,
        laps: pace < 0.6 ? 5 : 7,
        pace,
        waitMs: 20_000,
        receiver: { ...receiver, phaseMs: 23 * i },
      },
      `car ${i}`,
    ),
  );
  const entries = cars.map(
    () => new LiveEntry({ track: CIRCUIT.track, raceStartMs: GREEN_MS, path: usedPath }),
  );
  const inputs = entries.map((entry, i) => ({ info: i, view: entry.view }));
  return { cars, entries, inputs };
}

type Line = Board<number>['lines'][number];
const totalOf = ({ view }: Line) => view.lapsCompleted * PARTS + (view.passages[0]?.passed ?? 0);

/** How far a gap lies outside of the true ones at the boundary passed last and at the next. */
function gapError(
  shownMs: number,
  nowMs: number,
  truth: [leader: Map<number, number>, car: Map<number, number>],
  total: number,
) {
  const at = (boundary: number) =>
    (truth[1].get(boundary) ?? Number.NaN) - (truth[0].get(boundary) ?? Number.NaN);
  const leastMs = at(total);
  const nextMs = truth[0].get(total + 1) ?? Number.POSITIVE_INFINITY;
  const mostMs = Math.max(leastMs, Math.min(at(total + 1), nowMs - nextMs));
  return shownMs < leastMs ? shownMs - leastMs : Math.max(0, shownMs - mostMs);
}

describe('a race against the exact truth', () => {
  let truth: Map<number, number>[] = [];
  beforeAll(() => {
    if (path) truth = race({}).cars.map((car) => trueBoundaries(car, CIRCUIT, path));
  });

  it.each([
    ['exact fixes at 10 Hz', { rateHz: 10 }, 0.3, 3],
    ['exact fixes at 1 Hz', { rateHz: 1 }, 4, 20],
    ['a real receiver at 10 Hz', { ...REAL_RECEIVER, rateHz: 10 }, 30, 120],
    ['a real receiver at 1 Hz', { ...REAL_RECEIVER, rateHz: 1 }, 35, 160],
  ])(
    '%s: gaps are true within milliseconds, and nobody is lapped who is not',
    (name, receiver, rmsMs, maxMs) => {
      const { cars, entries, inputs } = race(receiver);
      const errors: number[] = [];
      let lapped = 0;
      let count = 0;
      const overMs = Math.min(...cars.map(({ fixes }) => fixes.timeMs[fixes.count - 1] ?? 0));
      runField(
        entries,
        cars.map((car) => car.fixes),
        (nowMs) => {
          if (count++ % 7 !== 0 || nowMs > overMs) return;
          const board = boardOf(FACTS, inputs, nowMs);
          const [leader] = board.lines;
          const leaderTruth = truth[leader?.info ?? 0] ?? new Map();
          for (const line of board.lines.slice(1)) {
            const own = truth[line.info] ?? new Map();
            if (line.gap?.laps) {
              lapped++;
              const apart = trueTotalAt(leaderTruth, nowMs) - trueTotalAt(own, nowMs);
              expect(apart, `${name}: car ${line.info} at ${nowMs}`).toBeGreaterThan(
                line.gap.laps * PARTS - 0.01,
              );
              expect(apart).toBeLessThan((line.gap.laps + 1) * PARTS + 2);
            } else if (line.gap?.ms && totalOf(line) > 0) {
              errors.push(gapError(line.gap.ms, nowMs, [leaderTruth, own], totalOf(line)));
            }
          }
        },
      );
      const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
      const max = Math.max(...errors.map(Math.abs));
      console.info(
        `${name}: gap error rms ${rms.toFixed(2)} ms, max ${max.toFixed(1)} ms, n ${errors.length}, lapped ${lapped}`,
      );
      expect(errors.length).toBeGreaterThan(300);
      expect(lapped).toBeGreaterThan(20);
      expect(rms).toBeLessThan(rmsMs);
      expect(max).toBeLessThan(maxMs);
    },
  );
});
