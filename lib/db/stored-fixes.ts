import { topAndMinSpeed, traceOfLap } from '@/lib/analysis/trace';
import type { Channel, FixColumns, Frame, Lap } from '@/lib/timing/types';
import { attributeChannels } from './attribute-channels';
import { readChannels } from './channel-blocks';
import type { Db } from './client';
import type { LapToStore } from './laps';
import { patiently } from './patience';
import { readFixes } from './positions';
import { storeTrace } from './trace-blob';

/** A device's fixes and channels as they are stored. */
export type StoredFixes = { deviceId: number; fixes: FixColumns; channels: Channel[] };

/** What is stored of a device in [fromUs, untilUs); waits for a database that is away. */
export async function loadStored(
  db: Db,
  device: { id: number; frame: Frame },
  window: { fromUs: number; untilUs: number },
): Promise<StoredFixes> {
  const fixes = await patiently(() => readFixes(db, device.id, device.frame, window.fromUs, window.untilUs));
  const blocks = await patiently(() => readChannels(db, device.id, fixes.count, window.fromUs));
  const channels =
    blocks.length > 0 ? blocks : await patiently(() => attributeChannels(db, device.id, fixes));
  return { deviceId: device.id, fixes, channels };
}

/** A lap as it is stored, with its trace out of the fixes around it. */
export function lapOfFixes({ fixes, channels }: StoredFixes, lap: Lap, id: number | null = null): LapToStore {
  const trace = traceOfLap(fixes, channels, lap);
  const speed = topAndMinSpeed(trace);
  return {
    id,
    lap,
    topMps: speed?.topMps ?? null,
    minMps: speed?.minMps ?? null,
    trace: trace.samples > 1 ? storeTrace(trace) : null,
  };
}
