import type { LapItem } from '@/lib/contracts/laps';

/** How far above the fastest lap the scale reaches, so that a pit stop does not flatten the laps that count. */
const MOST = 1.12;

/** The range of times in ms that the lap chart shows: the laps that count, else all. */
export function lapTimeRange(laps: readonly LapItem[]): [low: number, top: number] {
  const counted = laps.filter((lap) => lap.class === 'complete' && !lap.estimated);
  const times = (counted.length > 0 ? counted : laps)
    .map((lap) => lap.lap_time_ms)
    .filter((time) => time > 0);
  if (times.length === 0) return [0, 120_000];
  const low = times.reduce((least, time) => Math.min(least, time));
  const most = times.reduce((highest, time) => Math.max(highest, time));
  const top = counted.length > 0 ? Math.min(most, low * MOST) : most;
  return [low, Math.max(top, low + 500)];
}

const STEPS_MS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000];

/** Round times between two, at most seven of them. */
export function timeTicks(lowMs: number, topMs: number): number[] {
  const step = STEPS_MS.find((each) => (topMs - lowMs) / each <= 6) ?? 3_600_000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(lowMs / step) * step; tick <= topMs; tick += step) ticks.push(tick);
  return ticks;
}
