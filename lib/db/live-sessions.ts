import { and, eq, isNull, sql } from 'drizzle-orm';
import { liveSessions, sessionMarks } from '@/drizzle/schema/live';
import { sessionEntries, sessions } from '@/drizzle/schema/sessions';
import type { Db } from './client';
import { deleteDetectorStates } from './detector-states';

export type NewLive = Pick<
  typeof liveSessions.$inferInsert,
  'openedBy' | 'delayS' | 'lapsTarget' | 'durationTargetMs'
>;
export type LiveRow = typeof liveSessions.$inferSelect;
export type MarkRow = typeof sessionMarks.$inferSelect;
export type NewMark = Omit<typeof sessionMarks.$inferInsert, 'id' | 'createdAt'>;

/** Opens a stored session: fixes of its entries are timed from now on. */
export async function openLiveRow(tx: Db, sessionId: number, live: NewLive): Promise<void> {
  await tx.insert(liveSessions).values({ sessionId, ...live });
  await tx.update(sessions).set({ live: true, ready: true }).where(eq(sessions.id, sessionId));
}

export async function liveRow(db: Db, sessionId: number): Promise<LiveRow | null> {
  const [row] = await db.select().from(liveSessions).where(eq(liveSessions.sessionId, sessionId));
  return row ?? null;
}

/** Whether a session is open; in a transaction it stays so until its end. */
export async function holdOpen(tx: Db, sessionId: number): Promise<boolean> {
  const rows = await tx.execute(
    sql`select 1 from sessions where id = ${sessionId} and live for no key update`,
  );
  return rows.length > 0;
}

/** Ends a live session; its window ends just after its newest fix. False = it was closed already. */
export async function closeLiveRow(tx: Db, sessionId: number): Promise<boolean> {
  const [row] = await tx
    .update(liveSessions)
    .set({ closedAt: sql`now()`, holder: null, leaseUntil: null })
    .where(and(eq(liveSessions.sessionId, sessionId), isNull(liveSessions.closedAt)))
    .returning({ id: liveSessions.sessionId });
  await tx
    .update(sessions)
    .set({ live: false, revision: sql`${sessions.revision} + 1` })
    .where(eq(sessions.id, sessionId));
  await deleteDetectorStates(tx, sessionId);
  return row !== undefined;
}

export async function patchLive(
  tx: Db,
  sessionId: number,
  patch: Partial<Pick<LiveRow, 'delayS' | 'lapsTarget' | 'durationTargetMs'>>,
): Promise<void> {
  if (Object.keys(patch).length > 0)
    await tx.update(liveSessions).set(patch).where(eq(liveSessions.sessionId, sessionId));
}

/** Moves the end of a live session's window; only ever forward. */
export async function growWindow(tx: Db, sessionId: number, toUs: number): Promise<void> {
  await tx.execute(sql`
    update sessions set to_us = greatest(to_us, ${toUs}::int8) where id = ${sessionId}`);
}

/** The newest open session of real cars on a track, or null. */
export async function openSessionOnTrack(db: Db, trackId: number): Promise<number | null> {
  const [row] = await db.execute<{ id: number }>(sql`
    select id from sessions where live and not simulated and track_id = ${trackId} order by id desc limit 1`);
  return row?.id ?? null;
}

export async function addEntryRow(
  tx: Db,
  entry: Pick<
    typeof sessionEntries.$inferInsert,
    'sessionId' | 'deviceId' | 'number' | 'driver' | 'car' | 'carClass'
  >,
): Promise<number> {
  const { number, driver, car, carClass } = entry;
  const [row] = await tx
    .insert(sessionEntries)
    .values({ ...entry, rejected: sql`'{}'::jsonb` })
    .onConflictDoUpdate({
      target: [sessionEntries.sessionId, sessionEntries.deviceId],
      set: { number: number ?? null, driver: driver ?? null, car: car ?? null, carClass: carClass ?? null },
    })
    .returning({ id: sessionEntries.id });
  if (!row) throw new Error(`Device ${entry.deviceId} could not be entered into session ${entry.sessionId}.`);
  return row.id;
}

export async function insertMark(tx: Db, mark: NewMark): Promise<number> {
  const [row] = await tx.insert(sessionMarks).values(mark).returning({ id: sessionMarks.id });
  if (!row) throw new Error(`A mark of session ${mark.sessionId} could not be stored.`);
  return row.id;
}

/** All marks of a session in order of time. */
export function marksOf(db: Db, sessionId: number): Promise<MarkRow[]> {
  return db
    .select()
    .from(sessionMarks)
    .where(eq(sessionMarks.sessionId, sessionId))
    .orderBy(sessionMarks.atUs, sessionMarks.id);
}

/** A race's green instant, given once. */
export async function setGreen(tx: Db, sessionId: number, greenUs: number): Promise<void> {
  await tx
    .update(sessions)
    .set({ greenUs })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.greenUs)));
}

export type LiveListRow = {
  id: number;
  name: string;
  kind: 'practice' | 'qualifying' | 'race';
  track_id: number | null;
  track_name: string | null;
  from_us: string;
  simulated: boolean;
  owner_id: number | null;
  opened_by: 'hand' | 'feed' | 'itself';
  delay_s: number;
  status: MarkRow['kind'] | null;
  /** As it was before the spectators' delay. */
  late_status: MarkRow['kind'] | null;
  entries: number;
  laps: number;
  last_us: string | null;
  best_ms: number | null;
  best_number: string | null;
  best_driver: string | null;
  best_device: string | null;
};

/** The open sessions, newest first. */
export function listLiveRows(db: Db): Promise<LiveListRow[]> {
  return db.execute<LiveListRow>(sql`
    select sessions.id, sessions.name, sessions.kind, sessions.track_id, tracks.name as track_name,
      sessions.from_us, sessions.simulated, sessions.owner_id, live_sessions.opened_by, live_sessions.delay_s,
      (select kind from session_marks where session_id = sessions.id and kind <> 'note'
        order by at_us desc, id desc limit 1) as status,
      (select kind from session_marks where session_id = sessions.id and kind <> 'note'
        and session_marks.created_at <= now() - make_interval(secs => live_sessions.delay_s)
        order by at_us desc, id desc limit 1) as late_status,
      (select count(*)::int from session_entries where session_id = sessions.id) as entries,
      (select count(*)::int from laps where session_id = sessions.id and class = 'complete') as laps,
      (select max(last_us) from device_states join session_entries using (device_id)
        where session_id = sessions.id) as last_us,
      best.time_ms as best_ms, best.number as best_number, best.driver as best_driver, best.name as best_device
    from sessions
    join live_sessions on live_sessions.session_id = sessions.id
    left join tracks on tracks.id = sessions.track_id
    left join lateral (
      select laps.time_ms, session_entries.number, session_entries.driver, devices.name from laps
      join session_entries on session_entries.session_id = laps.session_id
        and session_entries.device_id = laps.device_id
      join devices on devices.id = laps.device_id
      where laps.session_id = sessions.id and laps.class = 'complete' and not laps.estimated
      order by laps.time_ms, laps.id limit 1) as best on true
    where sessions.live and sessions.ready
    order by sessions.id desc`);
}

/** Open sessions whose devices have all been silent for so long: by the server's own clock. */
export async function silentSessions(db: Db, silentS: number): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select sessions.id from sessions
    where sessions.live and sessions.created_at < now() - make_interval(secs => ${silentS})
      and not exists (
        select 1 from session_entries join device_states using (device_id)
        where session_id = sessions.id and received_at > now() - make_interval(secs => ${silentS}))
    order by sessions.id`);
  return rows.map((row) => row.id);
}
