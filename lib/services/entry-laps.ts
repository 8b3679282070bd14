import { topAndMinSpeed, traceOfLap } from '@/lib/analysis/trace';
import { readChannels } from '@/lib/db/channel-blocks';
import type { Db } from '@/lib/db/client';
import type { LapToStore } from '@/lib/db/laps';
import { patiently } from '@/lib/db/patience';
import { readFixes } from '@/lib/db/positions';
import { storeTrace } from '@/lib/db/trace-blob';
import { type Detection, detectLaps } from '@/lib/timing/detect-laps';
import type { Channel, FixColumns, Frame, Lap, Track } from '@/lib/timing/types';

/** A device's fixes and channels as they are stored. */
export type StoredFixes = { deviceId: number; fixes: FixColumns; channels: Channel[] };

export async function loadStored(
  db: Db,
  device: { id: number; frame: Frame },
  window: { fromUs: number; untilUs: number },
): Promise<StoredFixes> {
  const fixes = await patiently(() => readFixes(db, device.id, device.frame, window.fromUs, window.untilUs));
  const channels = await patiently(() => readChannels(db, device.id, fixes.count, window.fromUs));
  return { deviceId: device.id, fixes, channels };
}

export type LapWindow = { id: number; startMs: number; endMs: number };

export type TimedEntry = { laps: LapToStore[]; detection: Detection };

/**
 * Times one entry: laps with their traces, each under the id of the old lap that it goes on as. `onLap` hears how
 * many traces are made.
 */
export function timeEntry(
  track: Track,
  { fixes, channels }: StoredFixes,
  old: readonly LapWindow[],
  raceStartMs: number | null,
  onLap: (made: number, of: number) => void = () => {},
): TimedEntry {
  const detection = detectLaps(track, fixes, { raceStartMs });
  const ids = keptIds(detection.laps, old);
  const laps = detection.laps.map((lap, index) => {
    const trace = traceOfLap(fixes, channels, lap);
    const speed = topAndMinSpeed(trace);
    onLap(index + 1, detection.laps.length);
    return {
      id: ids[index] ?? null,
      lap,
      topMps: speed?.topMps ?? null,
      minMps: speed?.minMps ?? null,
      trace: trace.samples > 1 ? storeTrace(trace) : null,
    };
  });
  return { laps, detection };
}

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
