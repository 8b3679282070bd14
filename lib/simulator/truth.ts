import type { Point, Track } from '@/lib/timing/types';
import { type Circuit, gateInMetres } from './circuit';
import type { Motion } from './motion';
import { curvePoint } from './spline';

/** The exact instant at which the car passed a gate; direction as in a track's gates. */
export type TrueCrossing = { checkpoint: number; timeMs: number; direction: 1 | -1 };

/** The stretch between two lines that close a lap. `clean` = every other gate of the lap was passed. */
export type TrueLap = { startMs: number; endMs: number; timeMs: number; clean: boolean; viaPit: boolean };

export type Truth = { crossings: TrueCrossing[]; laps: TrueLap[] };

/** Distance of `point` from the line through the gate, positive to the left of first → second, times its length. */
const side = (first: Point, second: Point, point: Point) =>
  (second.x - first.x) * (point.y - first.y) - (second.y - first.y) * (point.x - first.x);

/** Where along the gate the point lies: 0 at the first end, 1 at the second. */
function shareAlong(first: Point, second: Point, point: Point): number {
  const [x, y] = [second.x - first.x, second.y - first.y];
  return ((point.x - first.x) * x + (point.y - first.y) * y) / (x * x + y * y);
}

/** Parameter within [low, high] where the curve meets the gate's line; halved until no double lies between. */
function meet(motion: Motion, gate: readonly [Point, Point], low: number, high: number): number {
  const at = curvePoint();
  const before = side(gate[0], gate[1], motion.spline.at(low, at)) < 0;
  let [from, to] = [low, high];
  for (let i = 0; i < 80; i++) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (side(gate[0], gate[1], motion.spline.at(middle, at)) < 0 === before) from = middle;
    else to = middle;
  }
  return to;
}

/** All crossings of one gate by a motion, found on the motion itself (far below 1 µs), in ms from its start. */
function crossingsOfGate(motion: Motion, number: number, gate: readonly [Point, Point]): TrueCrossing[] {
  const { spline } = motion;
  const at = curvePoint();
  const found: TrueCrossing[] = [];
  let previous = side(gate[0], gate[1], spline.at(0, at)) < 0;
  for (let i = 0; i + 1 < spline.knots.length; i++) {
    const high = spline.knots[i + 1] ?? 0;
    const negative = side(gate[0], gate[1], spline.at(high, at)) < 0;
    if (negative !== previous) {
      const u = meet(motion, gate, spline.knots[i] ?? 0, high);
      const share = shareAlong(gate[0], gate[1], spline.at(u, at));
      // With first → second pointing right, the car comes from the negative side: its left is the first point.
      if (share >= 0 && share <= 1) {
        found.push({ checkpoint: number, timeMs: motion.timeInPiece(i, u), direction: negative ? -1 : 1 });
      }
    }
    previous = negative;
  }
  return found;
}

/** Laps between consecutive lines that close a lap (start, finish, a pit line that closes). */
function trueLaps(track: Track, crossings: readonly TrueCrossing[]): TrueLap[] {
  const gates = new Map(track.checkpoints.map((gate) => [gate.number, gate]));
  const needed = track.checkpoints.filter((gate) => gate.type === 'sector').length;
  const laps: TrueLap[] = [];
  let opened: TrueCrossing | null = null;
  let openedInPit = false;
  let seen = new Set<number>();
  for (const crossing of crossings) {
    const gate = gates.get(crossing.checkpoint);
    const inPit = gate?.type === 'pit' && gate.closesLap === true;
    if (gate?.type === 'sector') seen.add(gate.number);
    if (gate?.type !== 'start' && gate?.type !== 'finish' && !inPit) continue;
    if (opened) {
      const [startMs, endMs] = [opened.timeMs, crossing.timeMs];
      const viaPit = inPit || openedInPit;
      laps.push({ startMs, endMs, timeMs: endMs - startMs, clean: seen.size === needed && !viaPit, viaPit });
    }
    opened = gate.type === 'finish' ? null : crossing;
    openedInPit = inPit;
    seen = new Set();
  }
  return laps;
}

/**
 * What a perfect timing system would have measured.
 * @param startMs epoch time of the motion's start
 */
export function truthOf(circuit: Circuit, motion: Motion, startMs: number): Truth {
  const relative = circuit.track.checkpoints
    .flatMap((gate) => crossingsOfGate(motion, gate.number, gateInMetres(circuit, gate)))
    .sort((a, b) => a.timeMs - b.timeMs);
  const laps = trueLaps(circuit.track, relative).map((lap) => ({
    ...lap,
    startMs: lap.startMs + startMs,
    endMs: lap.endMs + startMs,
  }));
  return { crossings: relative.map((c) => ({ ...c, timeMs: c.timeMs + startMs })), laps };
}
