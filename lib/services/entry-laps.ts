import type { LapToStore } from '@/lib/db/laps';
import { lapOfFixes, type StoredFixes } from '@/lib/db/stored-fixes';
import { type Detection, detectLaps } from '@/lib/timing/detect-laps';
import { keptIds, type LapWindow } from '@/lib/timing/lap-identity';
import type { Track } from '@/lib/timing/types';

export type TimedEntry = { laps: LapToStore[]; detection: Detection };

/**
 * Times one entry: laps with their traces, each under the id of the old lap that it goes on as. `onLap` hears how
 * many traces are made.
 */
export function timeEntry(
  track: Track,
  stored: StoredFixes,
  old: readonly LapWindow[],
  raceStartMs: number | null,
  onLap: (made: number, of: number) => void = () => {},
): TimedEntry {
  const detection = detectLaps(track, stored.fixes, { raceStartMs });
  const ids = keptIds(detection.laps, old);
  const laps = detection.laps.map((lap, index) => {
    onLap(index + 1, detection.laps.length);
    return lapOfFixes(stored, lap, ids[index] ?? null);
  });
  return { laps, detection };
}
