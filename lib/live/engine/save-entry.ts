import { type Db, inTransaction } from '@/lib/db/client';
import { saveDetectorState } from '@/lib/db/detector-states';
import { holdsSession } from '@/lib/db/engine-leases';
import { correctLap, replaceLapsFrom } from '@/lib/db/laps';
import { growWindow } from '@/lib/db/live-sessions';
import { bumpRevision } from '@/lib/db/sessions';
import { lapOfFixes, loadStored } from '@/lib/db/stored-fixes';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import type { Frame, Lap } from '@/lib/timing/types';
import type { EntrySave } from './entry-saves';

/** Around a lap, so that its ends are interpolated as in the whole recording. */
const AROUND_US = 15e6;

export type SaveTarget = {
  holder: string;
  sessionId: number;
  device: { id: number; frame: Frame };
};

/**
 * Writes laps with their traces, crossings and where the timing stands, in one transaction. False = the session is not
 * this process' any more, and nothing was written. May be repeated.
 */
export async function saveEntry(db: Db, target: SaveTarget, save: EntrySave): Promise<boolean> {
  const { sessionId, device } = target;
  const laps = [];
  for (const lap of save.laps) laps.push(await withTrace(db, device, lap));
  const { uptoUs, trackRevision, ...state } = save.state;
  const result = {
    sessionId,
    deviceId: device.id,
    trackRevision,
    detectorVersion: DETECTOR_VERSION,
    laps,
    crossings: save.crossings,
  };
  return inTransaction(db, async (tx) => {
    if (!(await holdsSession(tx, target.holder, sessionId))) return false;
    const fromUs = save.fromUs ?? Number.MAX_SAFE_INTEGER;
    await replaceLapsFrom(tx, result, { fromUs, crossingsFromUs: save.crossingsFromUs });
    for (const lap of save.corrected) await correctLap(tx, sessionId, device.id, lap);
    await saveDetectorState(tx, {
      deviceId: device.id,
      sessionId,
      trackRevision,
      detectorVersion: DETECTOR_VERSION,
      uptoUs,
      snapshot: state,
    });
    await growWindow(tx, sessionId, uptoUs + 1);
    if (laps.length > 0 || save.corrected.length > 0) await bumpRevision(tx, sessionId);
    return true;
  });
}

async function withTrace(db: Db, device: SaveTarget['device'], lap: Lap) {
  const window = {
    fromUs: Math.max(0, Math.round(lap.startMs * 1000) - AROUND_US),
    untilUs: Math.round(lap.endMs * 1000) + AROUND_US,
  };
  return lapOfFixes(await loadStored(db, device, window), lap);
}
