import type { Lap } from './types';

/** A stored lap by its id. */
export type LapWindow = { id: number; startMs: number; endMs: number };

/** For each new lap the old one that overlaps it by more than half of the longer of the two: never two for one. */
export function keptIds(
  laps: readonly Pick<Lap, 'startMs' | 'endMs'>[],
  old: readonly LapWindow[],
): (number | null)[] {
  return laps.map(({ startMs, endMs }) => {
    const match = old.find((lap) => {
      const sharedMs = Math.min(endMs, lap.endMs) - Math.max(startMs, lap.startMs);
      return sharedMs > Math.max(endMs - startMs, lap.endMs - lap.startMs) / 2;
    });
    return match?.id ?? null;
  });
}
