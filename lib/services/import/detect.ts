import type { DetectResult, RecordingRead, StoredDevice } from '@/lib/contracts/jobs';
import { inTransaction } from '@/lib/db/client';
import type { ImportRow } from '@/lib/db/imports';
import type { KnownTrack } from '@/lib/db/known-tracks';
import { replaceEntry } from '@/lib/db/laps';
import { patiently } from '@/lib/db/patience';
import { deleteSessionRows, hiddenSessionsOf, insertSession } from '@/lib/db/sessions';
import { loadStored, type StoredFixes } from '@/lib/db/stored-fixes';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import { addedCounts, lapTimeText } from '@/lib/timing/words';
import type { SayProgress, WorkerContext } from '../context';
import { type TimedEntry, timeEntry } from '../entry-laps';
import { chooseTrack } from './choose-track';
import { count } from './words';

/** Finds track and laps of an import's devices and stores them as hidden sessions. May be repeated at any time. */
export async function detect(
  ctx: WorkerContext,
  row: ImportRow,
  read: RecordingRead,
  say: SayProgress,
): Promise<DetectResult> {
  say({ phase: 'detecting', progress: 0, message: 'detecting' });
  const ids = read.devices.map((device) => device.id);
  await patiently(() =>
    inTransaction(ctx.db, async (tx) => deleteSessionRows(tx, await hiddenSessionsOf(tx, ids))),
  );
  const stored: StoredFixes[] = [];
  for (const device of read.devices) {
    const window = { fromUs: device.from_us, untilUs: device.to_us };
    const kept = ctx.lastStored.get(device.id);
    stored.push(kept ? { deviceId: device.id, ...kept } : await loadStored(ctx.db, device, window));
  }
  ctx.lastStored.clear();
  const { known, notes } = await chooseTrack(ctx.db, stored, {
    explicitId: row.trackId,
    ownTrack: read.own_track,
    title: read.title,
    author: `import:${row.id}`,
  });
  const timed = known ? timeAll(known, stored, say) : null;
  const facts: SessionFacts = { row, read, known, notes: [...read.notes, ...notes], timed };
  const sessionIds: number[] = [];
  for (const group of overlapping(read.devices)) sessionIds.push(await storeGroup(ctx, facts, group));
  return { session_ids: sessionIds, message: resultText(read, known, timed) };
}

function timeAll(known: KnownTrack, stored: readonly StoredFixes[], say: SayProgress) {
  const timed = new Map<number, TimedEntry>();
  for (const [index, fixes] of stored.entries()) {
    const entry = timeEntry(known.track, fixes, [], null, (made, of) =>
      say({ phase: 'detecting', progress: (index + made / of) / stored.length, message: 'detecting' }),
    );
    timed.set(fixes.deviceId, entry);
  }
  return timed;
}

type SessionFacts = {
  row: ImportRow;
  read: RecordingRead;
  known: KnownTrack | null;
  notes: string[];
  timed: Map<number, TimedEntry> | null;
};

/** Devices whose windows overlap belong together. */
function overlapping(devices: readonly StoredDevice[]): StoredDevice[][] {
  const groups: StoredDevice[][] = [];
  let untilUs = Number.NEGATIVE_INFINITY;
  for (const device of [...devices].sort((a, b) => a.from_us - b.from_us)) {
    if (device.from_us < untilUs) groups.at(-1)?.push(device);
    else groups.push([device]);
    untilUs = Math.max(untilUs, device.to_us);
  }
  return groups;
}

async function storeGroup(
  ctx: WorkerContext,
  facts: SessionFacts,
  group: readonly StoredDevice[],
): Promise<number> {
  const { known, timed, read, notes } = facts;
  const fromUs = Math.min(...group.map((device) => device.from_us));
  const entries = group.map((device) => {
    const detection = timed?.get(device.id)?.detection;
    return {
      deviceId: device.id,
      number: device.number,
      driver: device.driver,
      car: device.car,
      carClass: device.car_class,
      fixes: device.fixes,
      rateHz: device.rate_hz,
      rejected: detection ? addedCounts(device.rejected, detection.rejected) : device.rejected,
      distanceM: detection?.distanceM ?? null,
    };
  });
  const session = {
    name: sessionName(facts, fromUs),
    trackId: known?.id ?? null,
    kind: 'practice' as const,
    fromUs,
    toUs: Math.max(...group.map((device) => device.to_us)),
    timeBasis: read.time_basis,
    ownerId: facts.row.ownerId,
    notes,
  };
  const sessionId = await patiently(() => inTransaction(ctx.db, (tx) => insertSession(tx, session, entries)));
  for (const device of group) {
    const entry = timed?.get(device.id);
    if (!entry || !known) continue;
    const result = {
      sessionId,
      deviceId: device.id,
      trackRevision: known.revision,
      detectorVersion: DETECTOR_VERSION,
      laps: entry.laps,
      crossings: entry.detection.crossings,
    };
    await patiently(() => replaceEntry(ctx.db, result));
  }
  return sessionId;
}

function sessionName({ row, read, known }: SessionFacts, fromUs: number): string {
  if (row.sessionName) return row.sessionName;
  if (read.title) return read.title;
  const day = new Date(fromUs / 1000).toISOString().slice(0, 10);
  return `${known?.track.name ?? 'Recording'} ${day}`;
}

function resultText(
  read: RecordingRead,
  known: KnownTrack | null,
  timed: Map<number, TimedEntry> | null,
): string {
  const fixes = read.devices.reduce((sum, device) => sum + device.fixes, 0);
  if (!known || !timed)
    return `${count(fixes, 'fix')} stored without laps: no known track is crossed and the file names no gates`;
  const laps = [...timed.values()].flatMap((entry) => entry.detection.laps);
  const complete = laps.filter((lap) => lap.class === 'complete');
  if (complete.length === 0) return `no complete lap, ${count(fixes, 'fix')}, track ${known.track.name}`;
  const counted = complete.filter((lap) => !lap.estimated);
  const best =
    counted.length > 0 ? `best ${lapTimeText(Math.min(...counted.map((lap) => lap.timeMs)))}, ` : '';
  return `${count(complete.length, 'lap')}, ${best}track ${known.track.name}`;
}
