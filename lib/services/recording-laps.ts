import { sumOfBestSectorsMs } from '@/lib/analysis/sectors';
import type { Recording } from '@/lib/formats/types';
import { detectLaps } from '@/lib/timing/detect-laps';
import { normaliseColumns } from '@/lib/timing/normalise';
import type { Lap, RejectedCounts, Track } from '@/lib/timing/types';
import { addedCounts } from '@/lib/timing/words';

/** The laps of one device of a recording; `fixes` and `rejected` count its rows. */
export type DeviceLaps = {
  device: string;
  fixes: number;
  rejected: RejectedCounts;
  laps: Lap[];
  bestMs: number | null;
  optimumMs: number | null;
};

/** Fastest complete lap in ms whose ends are both sure; null without one. */
export function bestLapMs(laps: readonly Lap[]): number | null {
  const times = laps.filter((lap) => lap.class === 'complete' && !lap.estimated).map((lap) => lap.timeMs);
  return times.length > 0 ? Math.min(...times) : null;
}

/**
 * Laps of every device of a recording, on a given track, else on the file's own gates; none (empty lists) when
 * there are neither. Throws when track and recording are of different frames.
 */
export function lapsOfRecording(recording: Recording, given: Track | null): DeviceLaps[] {
  const track = given ?? recording.track;
  return recording.devices.map(({ device, fixes: rows }) => {
    const { fixes, rejected } = normaliseColumns(rows);
    if (!track) return { device, fixes: fixes.count, rejected, laps: [], bestMs: null, optimumMs: null };
    const found = detectLaps(track, fixes);
    const refused = Object.values(found.rejected).reduce((sum, count) => sum + count, 0);
    return {
      device,
      fixes: fixes.count - refused,
      rejected: addedCounts(rejected, found.rejected),
      laps: found.laps,
      bestMs: bestLapMs(found.laps),
      optimumMs: sumOfBestSectorsMs(found.laps),
    };
  });
}
