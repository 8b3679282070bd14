import { and, eq, inArray, sql } from 'drizzle-orm';
import { sessionEntries, sessions } from '@/drizzle/schema/sessions';
import type { Db } from './client';

export type NewSession = Omit<typeof sessions.$inferInsert, 'id' | 'ready' | 'revision' | 'notes'> & {
  notes: string[];
};
export type NewEntry = Omit<typeof sessionEntries.$inferInsert, 'id' | 'sessionId'>;
export type SessionRow = typeof sessions.$inferSelect;

/** Stores a hidden session with its entries. */
export async function insertSession(
  tx: Db,
  { notes, ...session }: NewSession,
  entries: readonly NewEntry[],
): Promise<number> {
  const [row] = await tx
    .insert(sessions)
    .values({ ...session, notes: sql`${JSON.stringify(notes)}::text::jsonb`, ready: false })
    .returning({ id: sessions.id });
  if (!row) throw new Error(`Session ${session.name} could not be stored.`);
  const rows = entries.map(({ rejected, ...rest }) => ({
    ...rest,
    sessionId: row.id,
    rejected: sql`${JSON.stringify(rejected ?? {})}::text::jsonb`,
  }));
  // A file may name a thousand devices: in one statement, so that the others' turns come soon.
  if (rows.length > 0) await tx.insert(sessionEntries).values(rows);
  return row.id;
}

export async function sessionById(db: Db, id: number): Promise<SessionRow | null> {
  const [row] = await db.select().from(sessions).where(eq(sessions.id, id));
  return row ?? null;
}

export function publishSessions(db: Db, ids: readonly number[]) {
  return db
    .update(sessions)
    .set({ ready: true })
    .where(inArray(sessions.id, [...ids]));
}

/** Hidden sessions that have one of these devices. */
export async function hiddenSessionsOf(db: Db, deviceIds: readonly number[]): Promise<number[]> {
  if (deviceIds.length === 0) return [];
  const rows = await db
    .selectDistinct({ id: sessions.id })
    .from(sessions)
    .innerJoin(sessionEntries, eq(sessionEntries.sessionId, sessions.id))
    .where(and(inArray(sessionEntries.deviceId, [...deviceIds]), eq(sessions.ready, false)))
    .orderBy(sessions.id);
  return rows.map((row) => row.id);
}

/** Deletes sessions with their entries, laps, crossings and traces; their devices stay. Gives how many were there. */
export async function deleteSessionRows(tx: Db, ids: readonly number[]): Promise<number> {
  const list = sql.param([...ids]);
  // First: it waits for whoever times an entry just now, so that the laps that one leaves are seen here.
  const gone = await tx.execute(sql`delete from sessions where id = any(${list}::int4[]) returning id`);
  await tx.execute(sql`
    delete from lap_traces using laps where laps.session_id = any(${list}::int4[])
      and lap_traces.device_id = laps.device_id and lap_traces.lap_id = laps.id`);
  await tx.execute(sql`delete from laps where session_id = any(${list}::int4[])`);
  await tx.execute(sql`delete from crossings where session_id = any(${list}::int4[])`);
  await tx.execute(sql`delete from detector_states where session_id = any(${list}::int4[])`);
  return gone.length;
}

/**
 * Puts the entries and laps of the hidden session `from` into `into`, whose window grows to hold both; `from` is
 * gone then.
 */
export async function mergeSession(tx: Db, from: number, into: number): Promise<void> {
  await tx.execute(sql`
    update sessions set from_us = least(sessions.from_us, other.from_us),
      to_us = greatest(sessions.to_us, other.to_us),
      notes = sessions.notes || (
        select coalesce(jsonb_agg(note), '[]') from jsonb_array_elements(other.notes) as note
        where not sessions.notes @> jsonb_build_array(note)),
      revision = sessions.revision + 1
    from sessions as other where sessions.id = ${into} and other.id = ${from}`);
  for (const table of ['session_entries', 'laps', 'crossings'])
    await tx.execute(
      sql`update ${sql.identifier(table)} set session_id = ${into} where session_id = ${from}`,
    );
  await tx.execute(sql`update imports set session_id = ${into} where session_id = ${from}`);
  await tx.execute(sql`delete from sessions where id = ${from}`);
}

/** The same account's published sessions of a batch's other imports on the same track whose window meets [fromUs, toUs). */
export async function overlappingOfBatch(
  tx: Db,
  batch: string,
  session: Pick<SessionRow, 'trackId' | 'fromUs' | 'toUs' | 'ownerId'>,
): Promise<number[]> {
  const rows = await tx.execute<{ id: number }>(sql`
    select distinct sessions.id from sessions
    join session_entries on session_entries.session_id = sessions.id
    join imports on imports.batch = ${batch} and imports.device_ids @> to_jsonb(session_entries.device_id)
    where sessions.ready and sessions.track_id = ${session.trackId}
      and sessions.owner_id is not distinct from ${session.ownerId}::int4
      and sessions.from_us < ${session.toUs} and sessions.to_us > ${session.fromUs}
    order by sessions.id`);
  return rows.map((row) => row.id);
}

export function entriesOf(db: Db, sessionId: number) {
  return db
    .select()
    .from(sessionEntries)
    .where(eq(sessionEntries.sessionId, sessionId))
    .orderBy(sessionEntries.id);
}

/** What was measured of an entry anew. */
export async function updateEntry(
  tx: Db,
  sessionId: number,
  deviceId: number,
  facts: { rejected: Record<string, number>; distanceM: number; fixes: number; rateHz: number | null },
): Promise<void> {
  await tx.execute(sql`
    update session_entries set rejected = ${JSON.stringify(facts.rejected)}::text::jsonb,
      distance_m = ${facts.distanceM}, fixes = ${facts.fixes}, rate_hz = ${facts.rateHz}
    where session_id = ${sessionId} and device_id = ${deviceId}`);
}

export async function bumpRevision(tx: Db, sessionId: number): Promise<number | null> {
  const [row] = await tx
    .update(sessions)
    .set({ revision: sql`${sessions.revision} + 1` })
    .where(eq(sessions.id, sessionId))
    .returning({ revision: sessions.revision });
  return row?.revision ?? null;
}

export async function patchSession(
  db: Db,
  id: number,
  patch: { name?: string; kind?: SessionRow['kind'] },
): Promise<boolean> {
  const [row] = await db
    .update(sessions)
    .set({ ...patch, revision: sql`${sessions.revision} + 1` })
    .where(and(eq(sessions.id, id), eq(sessions.ready, true)))
    .returning({ id: sessions.id });
  return row !== undefined;
}

export async function setTrack(db: Db, id: number, trackId: number, notes: readonly string[]): Promise<void> {
  await db.execute(sql`
    update sessions set track_id = ${trackId}, notes = ${JSON.stringify(notes)}::text::jsonb where id = ${id}`);
}

/** A session that has one of these devices, or null. */
export async function sessionOfDevices(db: Db, deviceIds: readonly number[]): Promise<number | null> {
  const [row] = await db
    .select({ id: sessionEntries.sessionId })
    .from(sessionEntries)
    .where(inArray(sessionEntries.deviceId, [...deviceIds]))
    .orderBy(sessionEntries.sessionId)
    .limit(1);
  return row?.id ?? null;
}

/** The session made out of this window of devices on a track (see its column), or null. */
export async function sessionByWindow(tx: Db, windowKey: string): Promise<number | null> {
  const [row] = await tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.windowKey, windowKey));
  return row?.id ?? null;
}
