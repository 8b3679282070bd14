import { userIdOf } from '@/lib/auth/actor';
import type { Action } from '@/lib/auth/permissions';
import type { LiveEntry, LiveOpen, LivePatch, MarkCreate } from '@/lib/contracts/live-requests';
import { type Db, inTransaction } from '@/lib/db/client';
import type { StoredDevice } from '@/lib/db/devices';
import { devicesInOpenSessions } from '@/lib/db/entry-devices';
import { closeLiveWindow, newestFixes, sessionClockUs } from '@/lib/db/live-clock';
import * as store from '@/lib/db/live-sessions';
import { deviceOfEntry } from '@/lib/db/live-streams';
import { lockUntilEnd } from '@/lib/db/locks';
import {
  insertSession,
  type NewEntry,
  type NewSession,
  type SessionRow,
  sessionById,
} from '@/lib/db/sessions';
import { AppError, notFound } from '@/lib/errors';
import { CONTROL_TOPIC, type Control } from '@/lib/live/control';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { devicesToEnter, requireFrame } from './entered-devices';
import { requireOwn } from './rights';
import { verb } from './verb';

/** What only the product itself and its feeds say of a session that they open. */
type Opening = LiveOpen & { opened_by?: 'hand' | 'feed' | 'itself'; simulated?: boolean };

/** Tells whoever times the session to look at it anew. */
export function tellEngine(ctx: Pick<ServiceContext, 'bus'>, sessionId: number): void {
  ctx.bus.publish(CONTROL_TOPIC, { sessionId } satisfies Control);
}

/**
 * Opens a live session: its entries' fixes are timed from `from` on, stored ones too. Throws an AppError 404 for an
 * unknown track or device, 403 for a device of somebody else's, 409 `frame` or `in_session`.
 */
export const openLive = verb('live.open', async (ctx, input: Opening): Promise<{ session_id: number }> => {
  const devices = await ownDevices(ctx, 'live.open', input.entries);
  if (input.track_id != null) await requireFrame(ctx.db, input.track_id, devices);
  const fromUs = await startUs(ctx, input, devices);
  const id = await inTransaction(ctx.db, async (tx) => {
    await lockUntilEnd(tx, 'live devices');
    requireFree(await devicesInOpenSessions(tx), devices, null);
    const { name, kind, track_id: trackId = null, simulated = false } = input;
    const session = { name, kind, trackId, simulated, fromUs, ownerId: userIdOf(ctx.caller.actor) };
    const live = {
      openedBy: input.opened_by ?? 'hand',
      delayS: input.delay_s,
      lapsTarget: input.laps_target ?? null,
      durationTargetMs: input.duration_target_ms ?? null,
    };
    const details = { track: trackId, entries: devices.length, by: live.openedBy };
    return storeLive(tx, ctx, session, input.entries.map(entryRow), live, details);
  });
  tellEngine(ctx, id);
  return { session_id: id };
});

/** Stores a session that begins at `fromUs` as a live one; gives its id. */
export async function storeLive(
  tx: Db,
  ctx: Pick<ServiceContext, 'caller'>,
  session: Pick<NewSession, 'name' | 'kind' | 'trackId' | 'simulated' | 'fromUs' | 'ownerId'>,
  entries: readonly NewEntry[],
  live: Parameters<typeof store.openLiveRow>[2],
  details: Record<string, string | number | null>,
): Promise<number> {
  const window = { toUs: session.fromUs + 1, timeBasis: 'utc' as const, notes: [] };
  const id = await insertSession(tx, { ...session, ...window }, entries);
  await store.openLiveRow(tx, id, live);
  await audit(tx, ctx, { action: 'live.open', target: targetOf({ id, name: session.name }), details });
  return id;
}

const entryRow = ({ device_id, number, driver, car, car_class }: LiveEntry) => ({
  deviceId: device_id,
  number: number ?? null,
  driver: driver ?? null,
  car: car ?? null,
  carClass: car_class ?? null,
});

async function ownDevices(
  ctx: ServiceContext,
  action: Action,
  entries: readonly Pick<LiveEntry, 'device_id'>[],
): Promise<StoredDevice[]> {
  const ids = [...new Set(entries.map(({ device_id }) => device_id))];
  if (ids.length < entries.length)
    throw new AppError('bad_request', 400, 'entries: a device can be entered only once.', [
      { field: 'entries', message: 'names a device twice' },
    ]);
  return devicesToEnter(ctx, action, ids);
}

/** Throws when one of the devices is `taken` by another open session than this one. */
function requireFree(
  taken: ReadonlyMap<number, number>,
  devices: readonly StoredDevice[],
  sessionId: number | null,
): void {
  for (const { id, name } of devices) {
    const open = taken.get(id) ?? sessionId;
    if (open !== sessionId)
      throw new AppError(
        'in_session',
        409,
        `Device ${name} is in the open session ${open}: close that one first.`,
      );
  }
}

/** From when on fixes count. A clock that is not the world's goes on where it stands. */
async function startUs(
  ctx: ServiceContext,
  input: Opening,
  devices: readonly StoredDevice[],
): Promise<number> {
  if (input.from !== undefined) return Date.parse(input.from) * 1000;
  const planar = devices.filter(({ frame }) => frame === 'planar').map(({ id }) => id);
  if (planar.length === 0) return Date.now() * 1000;
  const newest = await newestFixes(ctx.db, planar);
  return newest.length > 0 ? Math.min(...newest) + 1 : 0;
}

/** An open session that the caller may change; throws an AppError 404, 403 or 409 `closed`. */
async function ownOpen(ctx: ServiceContext, action: Action, id: number): Promise<SessionRow> {
  const session = await sessionById(ctx.db, id);
  if (!session?.ready) throw notFound(`session ${id}`);
  requireOwn(ctx, action, session.ownerId, `session ${id}`);
  if (!session.live) throw closed(id);
  return session;
}

/** Throws when the session was closed or deleted since it was looked at; now it stays open until the end. */
async function stillOpen(tx: Db, id: number): Promise<void> {
  if (!(await store.holdOpen(tx, id))) throw closed(id);
}

const closed = (id: number): AppError => new AppError('closed', 409, `Session ${id} is not live (any more).`);

const targetOf = ({ id, name }: Pick<SessionRow, 'id' | 'name'>) => ({ noun: 'session', id, name });

/** Enters a device into an open session, or writes anew who drives it. */
export const addEntry = verb(
  'live.enter',
  async (
    ctx,
    { session_id, ...entry }: LiveEntry & { session_id: number },
  ): Promise<{ entry_id: number }> => {
    const session = await ownOpen(ctx, 'live.enter', session_id);
    const [device] = await ownDevices(ctx, 'live.enter', [entry]);
    if (!device) throw notFound(`device ${entry.device_id}`);
    if (session.trackId !== null) await requireFrame(ctx.db, session.trackId, [device]);
    const entryId = await inTransaction(ctx.db, async (tx) => {
      await lockUntilEnd(tx, 'live devices');
      await stillOpen(tx, session_id);
      requireFree(await devicesInOpenSessions(tx), [device], session_id);
      const id = await store.addEntryRow(tx, { sessionId: session_id, ...entryRow(entry) });
      const details = { device: device.name, number: entry.number ?? null, driver: entry.driver ?? null };
      await audit(tx, ctx, { action: 'live.enter', target: targetOf(session), details });
      return id;
    });
    tellEngine(ctx, session_id);
    return { entry_id: entryId };
  },
);

/** A flag or a note of race control. The first green of a race is its start. */
export const addMark = verb(
  'live.mark',
  async (ctx, { session_id, ...mark }: MarkCreate & { session_id: number }): Promise<{ id: number }> => {
    const session = await ownOpen(ctx, 'live.mark', session_id);
    if (mark.entry_id != null) await requireEntry(ctx.db, session_id, mark.entry_id);
    if (mark.kind === 'note' && mark.text === '')
      throw new AppError('bad_request', 400, 'text: a note needs words.', [
        { field: 'text', message: 'is missing' },
      ]);
    const atUs =
      mark.at === undefined ? await sessionClockUs(ctx.db, session_id) : Date.parse(mark.at) * 1000;
    const id = await inTransaction(ctx.db, async (tx) => {
      await stillOpen(tx, session_id);
      const made = await store.insertMark(tx, {
        sessionId: session_id,
        atUs,
        kind: mark.kind,
        text: mark.text,
        entryId: mark.entry_id ?? null,
        authorId: userIdOf(ctx.caller.actor),
      });
      if (mark.kind === 'green' && session.kind === 'race') await store.setGreen(tx, session_id, atUs);
      const details = { kind: mark.kind, text: mark.text };
      await audit(tx, ctx, { action: 'live.mark', target: targetOf(session), details });
      return made;
    });
    tellEngine(ctx, session_id);
    return { id };
  },
);

async function requireEntry(db: Db, sessionId: number, entryId: number): Promise<void> {
  if ((await deviceOfEntry(db, sessionId, entryId)) !== null) return;
  throw notFound(`entry ${entryId} in session ${sessionId}`);
}

/** Changes the length of a race or the spectators' delay. */
export const updateLive = verb(
  'live.update',
  async (ctx, { session_id, ...given }: LivePatch & { session_id: number }): Promise<void> => {
    const session = await ownOpen(ctx, 'live.update', session_id);
    const patch = {
      ...(given.delay_s === undefined ? {} : { delayS: given.delay_s }),
      ...(given.laps_target === undefined ? {} : { lapsTarget: given.laps_target }),
      ...(given.duration_target_ms === undefined ? {} : { durationTargetMs: given.duration_target_ms }),
    };
    await inTransaction(ctx.db, async (tx) => {
      await stillOpen(tx, session_id);
      await store.patchLive(tx, session_id, patch);
      await audit(tx, ctx, { action: 'live.update', target: targetOf(session), details: given });
    });
    tellEngine(ctx, session_id);
  },
);

/**
 * Closes a live session: its window ends after the newest fix, and a job times it once more as a whole, which the open
 * laps' ends need. Throws an AppError 409 `closed` when it is closed already.
 */
export const closeLive = verb(
  'live.close',
  async (
    ctx,
    { session_id }: { session_id: number },
  ): Promise<{ session_id: number; job_id: number | null }> => {
    const session = await ownOpen(ctx, 'live.close', session_id);
    const jobId = await inTransaction(ctx.db, async (tx) => {
      if (!(await store.closeLiveRow(tx, session_id))) throw closed(session_id);
      await closeLiveWindow(tx, session_id);
      await audit(tx, ctx, { action: 'live.close', target: targetOf(session) });
      const [run] = await ctx.queue.send({ name: 'session/recompute', data: { session_id } }, tx);
      return run?.id ?? null;
    });
    tellEngine(ctx, session_id);
    return { session_id, job_id: jobId };
  },
);
