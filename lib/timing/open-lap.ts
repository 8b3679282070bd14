import type { LapFacts } from './lap-class';
import { type Chain, gatesBetween } from './track-graph';
import type { Crossing, Sector } from './types';

export type OpenLap = {
  number: number;
  startMs: number;
  /** null where the lap began without a crossing. */
  startSigmaMs: number | null;
  startOdometerM: number;
  /** Instant at each slot of the chain. */
  bounds: (number | null)[];
  /** Checkpoint crossed last, null before any. */
  last: number | null;
  visited: number[];
  /** The direction of each visited gate's first crossing. */
  ways: number[];
  /** Gates came round again: the start was passed beside its gate. */
  cameRound: boolean;
  missed: number[];
  missedInGap: boolean;
  gapSinceGate: boolean;
  longestGapMs: number;
  estimated: boolean;
  aborted: boolean;
  beganOut: boolean;
  fromGreen: boolean;
  /** It began in the pit lane, whose exit or next entry has not been seen yet. */
  beganInPit: boolean;
  pitVisit: boolean;
  longestStopMs: number;
};

/** What closed a lap: a line crossing, or nothing but an instant. */
export type End = {
  timeMs: number;
  odometerM: number;
  crossing: Crossing | null;
  inPit: boolean;
  openEnd: LapFacts['openEnd'];
};

/** A lap ends at a crossing of its line. */
export const endAt = (crossing: Crossing, inPit: boolean): End => ({
  timeMs: crossing.timeMs,
  odometerM: crossing.odometerM,
  crossing,
  inPit,
  openEnd: null,
});

/** A new lap; `crossing` is the line crossing it begins with, null where it begins without one. */
export function openLap(
  number: number,
  startMs: number,
  crossing: Crossing | null,
  odometerM: number,
  beganOut: boolean,
  chain: Chain,
): OpenLap {
  const bounds: (number | null)[] = new Array(chain.sectors).fill(null);
  if (crossing) bounds[0] = startMs;
  return {
    number,
    startMs,
    startSigmaMs: crossing?.uncertaintyMs ?? null,
    startOdometerM: odometerM,
    bounds,
    last: crossing ? chain.start : null,
    visited: [],
    ways: [],
    cameRound: false,
    missed: [],
    missedInGap: false,
    gapSinceGate: crossing?.inGap ?? false,
    // Of the gap in which it began its part is not known, only that there was one.
    longestGapMs: crossing?.inGap ? 1 : 0,
    estimated: crossing?.inGap ?? false,
    aborted: false,
    beganOut,
    fromGreen: false,
    beganInPit: false,
    pitVisit: false,
    longestStopMs: 0,
  };
}

/** Notes the gates passed over on the way to the gate at `index`. */
export function follow(
  lap: OpenLap,
  index: number,
  track: { chain: Chain; numbers: readonly number[] },
): void {
  const { last } = lap;
  const allowed = track.chain.allowed[index];
  if (last !== null && allowed && !allowed.has(last)) {
    const way = gatesBetween(track.chain, last, index);
    const passed = (way.length > 0 ? way : [...allowed].slice(0, 1)).filter(
      (gate) => gate !== track.chain.start && !lap.visited.includes(gate),
    );
    lap.missed.push(...passed.map((gate) => track.numbers[gate] ?? 0).filter((n) => !lap.missed.includes(n)));
    if (passed.length > 0 && lap.gapSinceGate) lap.missedInGap = true;
  }
  lap.gapSinceGate = false;
}

/** Difference of two instants in ms, exact to the microsecond. */
export const between = (fromMs: number, toMs: number) =>
  (Math.round(toMs * 1000) - Math.round(fromMs * 1000)) / 1000;

/** Times between the slots of a lap; null where an end is missing or out of order. */
export function sectorsOf(bounds: readonly (number | null)[], endMs: number | null): Sector[] {
  return bounds.map((from, slot) => {
    const to = slot + 1 < bounds.length ? (bounds[slot + 1] ?? null) : endMs;
    const timeMs = from !== null && to !== null ? between(from, to) : null;
    return { number: slot + 1, timeMs: timeMs !== null && timeMs >= 0 ? timeMs : null };
  });
}
