import { devicesById } from '@/lib/db/devices';
import { type KnownTrack, knownTrack } from '@/lib/db/known-tracks';
import { lapWindows, replaceEntry } from '@/lib/db/laps';
import { patiently } from '@/lib/db/patience';
import {
  bumpRevision,
  entriesOf,
  type SessionRow,
  sessionById,
  setTrack,
  updateEntry,
} from '@/lib/db/sessions';
import { loadStored, type StoredFixes } from '@/lib/db/stored-fixes';
import { trackById } from '@/lib/db/tracks';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import { addedCounts } from '@/lib/timing/words';
import type { WorkerContext } from './context';
import { timeEntry } from './entry-laps';
import { chooseTrack } from './import/choose-track';
import { windowOf } from './import/read-file';

/** Reasons that the detector counts among stored fixes; the others were counted when they came in. */
const DETECTED = ['teleport'];

/**
 * Times a session anew from its stored fixes, under the track's revision in force. Each entry is replaced in one
 * transaction; laps that go on keep their ids. A session without a track gets the one that it crosses by now.
 */
export async function recompute(ctx: WorkerContext, sessionId: number): Promise<{ laps: number }> {
  const session = await patiently(() => sessionById(ctx.db, sessionId));
  // What is live is timed by its engine, which sees a new revision of its track by itself.
  if (!session || session.live) return { laps: 0 };
  const entries = await patiently(() => entriesOf(ctx.db, sessionId));
  const devices = await patiently(() =>
    devicesById(
      ctx.db,
      entries.map((entry) => entry.deviceId),
    ),
  );
  const stored: StoredFixes[] = [];
  for (const device of devices)
    stored.push(await loadStored(ctx.db, device, { fromUs: session.fromUs, untilUs: session.toUs }));
  const known = await trackOf(ctx, session, stored);
  if (!known) return { laps: 0 };
  let laps = 0;
  for (const fixes of stored) laps += await recomputeEntry(ctx, session, known, fixes);
  await patiently(() => bumpRevision(ctx.db, sessionId));
  return { laps };
}

async function trackOf(
  ctx: WorkerContext,
  session: SessionRow,
  stored: readonly StoredFixes[],
): Promise<KnownTrack | null> {
  const { trackId } = session;
  if (trackId !== null) {
    const row = await patiently(() => trackById(ctx.db, trackId));
    return row ? knownTrack(row) : null;
  }
  const { known } = await chooseTrack(ctx.db, stored, {
    explicitId: null,
    ownTrack: null,
    title: null,
    author: `session:${session.id}`,
  });
  if (!known) return null;
  const notes = session.notes.filter((note) => !note.startsWith('Stored without laps'));
  await patiently(() => setTrack(ctx.db, session.id, known.id, notes));
  return known;
}

async function recomputeEntry(
  ctx: WorkerContext,
  session: SessionRow,
  known: KnownTrack,
  fixes: StoredFixes,
): Promise<number> {
  const { deviceId } = fixes;
  const old = await patiently(() => lapWindows(ctx.db, session.id, deviceId));
  const raceStartMs = session.kind === 'race' && session.greenUs !== null ? session.greenUs / 1000 : null;
  const { laps, detection } = timeEntry(known.track, fixes, old, raceStartMs);
  const entry = (await patiently(() => entriesOf(ctx.db, session.id))).find((e) => e.deviceId === deviceId);
  const cameIn = Object.entries(entry?.rejected ?? {}).filter(([reason]) => !DETECTED.includes(reason));
  const rejected = addedCounts(Object.fromEntries(cameIn), detection.rejected);
  const result = {
    sessionId: session.id,
    deviceId,
    trackRevision: known.revision,
    detectorVersion: DETECTOR_VERSION,
    laps,
    crossings: detection.crossings,
  };
  const { fixes: count, rate_hz: rateHz } = windowOf(fixes.fixes);
  const facts = { rejected, distanceM: detection.distanceM, fixes: count, rateHz };
  await patiently(() => replaceEntry(ctx.db, result, (tx) => updateEntry(tx, session.id, deviceId, facts)));
  return laps.length;
}
