/** Laps slower than this part of the best say nothing of consistency (traffic, mistakes, cooling down). */
const PACE_LIMIT = 1.07;
const LEAST_LAPS = 3;

/** Sample standard deviation of the laps within 107 % of the best, ms; null under 3 such laps. */
export function consistencyMs(lapTimesMs: readonly number[]): number | null {
  const bestMs = Math.min(...lapTimesMs);
  const pace = lapTimesMs.filter((time) => time <= bestMs * PACE_LIMIT);
  if (pace.length < LEAST_LAPS) return null;
  const meanMs = pace.reduce((sum, time) => sum + time, 0) / pace.length;
  const squares = pace.reduce((sum, time) => sum + (time - meanMs) ** 2, 0);
  return Math.sqrt(squares / (pace.length - 1));
}

/** The stint of each lap of one entry in driving order, from 1: a new one begins after each pit visit. */
export function stintsOf(laps: readonly { class: string }[]): number[] {
  let stint = 1;
  let visited = false;
  return laps.map((lap, i) => {
    if (i > 0 && (visited || (lap.class === 'outlap' && laps[i - 1]?.class !== 'inlap'))) stint++;
    visited = lap.class === 'pitstop' || lap.class === 'inlap';
    return stint;
  });
}
