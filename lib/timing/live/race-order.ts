import type { ClosedLap, EntryView, Gap } from './types';

/** Where an entry stands in a race: how many boundaries it has passed since the green, and when the last one. */
export type Standing = {
  view: EntryView;
  /** Boundaries in a lap. */
  parts: number;
  total: number;
  atMs: number | null;
  /** Its last lap once it has taken the chequered flag. */
  finish: Finish | null;
};

/** `laps`: completed with that lap. */
export type Finish = { lap: ClosedLap; laps: number };

const UNKNOWN: Gap = { ms: null, laps: null };

/** The lap with whose end an entry took the flag shown at `chequeredMs`; null while it has not. */
export function finishOf(view: EntryView, chequeredMs: number | null): Finish | null {
  if (chequeredMs === null) return null;
  const { laps } = view;
  let found: Finish | null = null;
  let completed = view.lapsCompleted;
  for (let i = laps.length - 1; i >= 0; i--) {
    const lap = laps[i];
    if (!lap || lap.endMs < chequeredMs) break;
    if (lap.crossed) found = { lap, laps: lap.number > 0 ? completed-- : 0 };
  }
  return found;
}

export function standingOf(view: EntryView, finish: Finish | null): Standing {
  const parts = Math.max(1, view.parts);
  if (finish) return { view, parts, total: finish.laps * parts, atMs: finish.lap.endMs, finish };
  const [newest] = view.passages;
  const isOpen = newest !== undefined && newest.lap > 0 && newest.round === view.lapsCompleted;
  const total = view.lapsCompleted * parts + (isOpen ? newest.passed : 0);
  return { view, parts, total, atMs: passedAt(view, parts, total), finish };
}

/** Farther first, at the same boundary who passed it earlier; else 0: their order stays. */
export function byDistance(a: Standing, b: Standing): number {
  if (a.total !== b.total) return b.total - a.total;
  if (a.atMs === b.atMs) return 0;
  return (a.atMs ?? Number.POSITIVE_INFINITY) - (b.atMs ?? Number.POSITIVE_INFINITY);
}

/**
 * By how much `behind` is behind: the time between the two at the last boundary that both passed, or whole laps once
 * it was lapped there. Grows at once for a car that takes longer to the next boundary than that.
 */
export function gapBetween(ahead: Standing, behind: Standing): Gap {
  const laps = lapsBetween(ahead, behind);
  if (laps > 0) return { ms: null, laps };
  const ms = timeBetween(ahead, behind);
  return ms === null ? UNKNOWN : { ms, laps: null };
}

/** Whole laps: how often the car ahead came to the last boundary of the other one before that one did. */
function lapsBetween(ahead: Standing, behind: Standing): number {
  if (ahead.finish && behind.finish) return ahead.finish.laps - behind.finish.laps;
  const apart = ahead.total - behind.total;
  const laps = Math.floor(apart / behind.parts);
  if (laps === 0 || apart % behind.parts !== 0) return laps;
  // It has just come there: was it before the other one, or is it less than a lap ahead in truth?
  const isLapped = ahead.atMs !== null && behind.atMs !== null && ahead.atMs <= behind.atMs;
  return isLapped ? laps : laps - 1;
}

function timeBetween(ahead: Standing, behind: Standing): number | null {
  const next = behind.finish ? null : passedAt(ahead.view, ahead.parts, behind.total + 1);
  const fixMs = behind.view.lastFix?.timeMs ?? null;
  // Behind by so much at least, or it would have come to the next boundary.
  const leastMs = next !== null && fixMs !== null && behind.total < ahead.total ? fixMs - next : null;
  // At the green nobody has passed anything yet.
  for (let total = behind.total; total > Math.max(0, behind.total - behind.parts); total--) {
    const first = passedAt(ahead.view, ahead.parts, total);
    const second = passedAt(behind.view, behind.parts, total);
    if (first === null || second === null) continue;
    return Math.max(0, toMicroseconds(second - first), leastMs ?? 0);
  }
  return leastMs !== null && leastMs > 0 ? leastMs : null;
}

const toMicroseconds = (ms: number) => Math.round(ms * 1000) / 1000;

/** When the boundary number `total` since the green was passed; null = not known (any more). */
function passedAt(view: EntryView, parts: number, total: number): number | null {
  const round = Math.floor(total / parts);
  const part = total % parts;
  const passages = view.passages.find((one) => one.round === round && one.lap > 0);
  const atMs = passages?.atMs[part] ?? null;
  return atMs === null && part === 0 ? endOfLap(view, round) : atMs;
}

/** End of the lap completed as number `round`. */
function endOfLap(view: EntryView, round: number): number | null {
  const before = view.laps[0]?.number === 0 ? 1 : 0;
  return round > 0 && round <= view.lapsCompleted ? (view.laps[before + round - 1]?.endMs ?? null) : null;
}
