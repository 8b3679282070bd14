import { and, asc, count, eq, sql } from 'drizzle-orm';
import { trackRevisions, tracks } from '@/drizzle/schema/tracks';
import type { Frame } from '@/lib/timing/types';
import { type Db, inTransaction } from './client';
import type { StoredTrace } from './laps';

/** Smallest box around a track's gates and centreline, in its own coordinates. */
export type Box = { minX: number; minY: number; maxX: number; maxY: number };

export type NewTrack = {
  name: string;
  location: string;
  frame: Frame;
  box: Box;
  lengthM: number | null;
  simulated: boolean;
  /** A track file as JSON text. */
  json: string;
  author: string;
};

/** A track with its revision in force; `json` is the track file's value. */
export type TrackRow = typeof tracks.$inferSelect & { json: unknown };

export async function insertTrack(db: Db, { box, json, author, ...track }: NewTrack): Promise<number> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx
      .insert(tracks)
      .values({ ...track, ...box, lengthM: asFloat4(track.lengthM), revision: 1 })
      .returning({ id: tracks.id });
    if (!row) throw new Error(`Track ${track.name} could not be stored.`);
    await insertRevision(tx, row.id, 1, json, author);
    return row.id;
  });
}

/** The nearest value of a float4 column: the database refuses what is nearer to 0 than any. */
const asFloat4 = (value: number | null): number | null => (value === null ? null : Math.fround(value));

function insertRevision(tx: Db, trackId: number, revision: number, json: string, author: string) {
  return tx.execute(sql`
    insert into track_revisions (track_id, revision, json, author)
    values (${trackId}, ${revision}, ${json}::text::jsonb, ${author})`);
}

/**
 * Adds a revision on top of `base` and puts it in force; gives its number, or null when another came first.
 */
export async function addRevision(
  db: Db,
  trackId: number,
  base: number,
  json: string,
  author: string,
): Promise<number | null> {
  return inTransaction(db, async (tx) => {
    const [row] = await tx
      .update(tracks)
      .set({ revision: base + 1 })
      .where(and(eq(tracks.id, trackId), eq(tracks.revision, base)))
      .returning({ id: tracks.id });
    if (!row) return null;
    await insertRevision(tx, trackId, base + 1, json, author);
    return base + 1;
  });
}

const inForce = and(eq(trackRevisions.trackId, tracks.id), eq(trackRevisions.revision, tracks.revision));

export async function trackById(db: Db, id: number): Promise<TrackRow | null> {
  const [row] = await db
    .select({ track: tracks, json: trackRevisions.json })
    .from(tracks)
    .innerJoin(trackRevisions, inForce)
    .where(eq(tracks.id, id));
  return row ? { ...row.track, json: row.json } : null;
}

/** Tracks of a frame whose box, `marginX` and `marginY` larger, meets the given one. */
export async function tracksNear(db: Db, frame: Frame, box: Box, margin: number): Promise<TrackRow[]> {
  const rows = await db
    .select({ track: tracks, json: trackRevisions.json })
    .from(tracks)
    .innerJoin(trackRevisions, inForce)
    .where(
      and(
        eq(tracks.frame, frame),
        sql`${tracks.minX} <= ${box.maxX + margin} and ${tracks.maxX} >= ${box.minX - margin}`,
        sql`${tracks.minY} <= ${box.maxY + margin} and ${tracks.maxY} >= ${box.minY - margin}`,
      ),
    )
    .orderBy(asc(tracks.id));
  return rows.map((row) => ({ ...row.track, json: row.json }));
}

export type TrackSummaryRow = TrackRow & {
  sessions: number;
  completeLaps: number;
  recordMs: number | null;
};

/** Tracks by name, with what was driven on them. */
export async function listTracks(db: Db, limit: number, offset: number): Promise<TrackSummaryRow[]> {
  const driven = db
    .select({
      id: sql<number>`sessions.track_id`.as('driven_track_id'),
      sessions: sql<number>`count(distinct sessions.id)::int`.as('driven_sessions'),
      laps: sql<number>`count(laps.id) filter (where laps.class = 'complete')::int`.as('driven_laps'),
      recordMs: sql<
        number | null
      >`min(laps.time_ms) filter (where laps.class = 'complete' and not laps.estimated)`.as('driven_record'),
    })
    .from(sql`sessions left join laps on laps.session_id = sessions.id`)
    .where(sql`sessions.ready`)
    .groupBy(sql`sessions.track_id`)
    .as('driven');
  const rows = await db
    .select({
      track: tracks,
      json: trackRevisions.json,
      sessions: sql<number>`coalesce(${driven.sessions}, 0)`,
      completeLaps: sql<number>`coalesce(${driven.laps}, 0)`,
      recordMs: driven.recordMs,
    })
    .from(tracks)
    .innerJoin(trackRevisions, inForce)
    .leftJoin(driven, eq(driven.id, tracks.id))
    .orderBy(sql`lower(${tracks.name})`, asc(tracks.id))
    .limit(limit)
    .offset(offset);
  return rows.map(({ track, ...rest }) => ({ ...track, ...rest }));
}

/** The traces of the tracks' record laps, by track; for tracks with a record only. */
export async function recordTraces(db: Db, trackIds: readonly number[]): Promise<Map<number, StoredTrace>> {
  if (trackIds.length === 0) return new Map();
  const rows = await db.execute<StoredTrace & { track_id: number }>(sql`
    select distinct on (sessions.track_id) sessions.track_id, lap_traces.samples, lap_traces.channels, lap_traces.data
    from laps
    join sessions on sessions.id = laps.session_id and sessions.ready
    join lap_traces on lap_traces.device_id = laps.device_id and lap_traces.lap_id = laps.id
    where sessions.track_id in ${trackIds} and laps.class = 'complete' and not laps.estimated
    order by sessions.track_id, laps.time_ms`);
  return new Map(rows.map(({ track_id, ...trace }) => [track_id, trace]));
}

export async function countTracks(db: Db): Promise<number> {
  const [row] = await db.select({ count: count() }).from(tracks);
  return row?.count ?? 0;
}

export type RecordRow = {
  lap_id: string;
  device_id: number;
  session_id: number;
  session_name: string;
  number: string | null;
  driver: string | null;
  device_name: string;
  time_ms: number;
  uncertainty_ms: number | null;
  started_us: string;
};

/** The best lap of each entry on a track, fastest first. */
export function trackRecords(db: Db, trackId: number, limit: number): Promise<RecordRow[]> {
  return db.execute<RecordRow>(sql`
    select * from (
      select distinct on (session_entries.id) laps.id as lap_id, laps.device_id, laps.session_id,
        sessions.name as session_name, session_entries.number, session_entries.driver,
        devices.name as device_name, laps.time_ms, laps.uncertainty_ms, laps.started_us
      from laps
      join sessions on sessions.id = laps.session_id
      join session_entries on session_entries.session_id = laps.session_id
        and session_entries.device_id = laps.device_id
      join devices on devices.id = laps.device_id
      where sessions.track_id = ${trackId} and sessions.ready and laps.class = 'complete' and not laps.estimated
      order by session_entries.id, laps.time_ms) as best
    order by time_ms, lap_id limit ${limit}`);
}

/** Deletes tracks that `author` made and no session uses. */
export async function deleteUnusedTracks(db: Db, author: string): Promise<void> {
  await db.execute(sql`
    delete from tracks using track_revisions
    where track_revisions.track_id = tracks.id and track_revisions.revision = 1
      and track_revisions.author = ${author}
      and not exists (select 1 from sessions where sessions.track_id = tracks.id)`);
}

export async function countTrackSessions(db: Db, trackId: number): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from sessions where track_id = ${trackId} and ready`,
  );
  return row?.count ?? 0;
}

/** What of a track its revision in force says. */
export async function setTrackFacts(
  tx: Db,
  id: number,
  { box, lengthM, ...facts }: Pick<NewTrack, 'name' | 'location' | 'box' | 'lengthM'>,
): Promise<void> {
  await tx
    .update(tracks)
    .set({ ...facts, ...box, lengthM: asFloat4(lengthM) })
    .where(eq(tracks.id, id));
}

/** Sessions on a track, hidden ones too. */
export async function sessionsOfTrack(db: Db, trackId: number): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(
    sql`select id from sessions where track_id = ${trackId} order by id`,
  );
  return rows.map((row) => row.id);
}

/** False = it was gone already. */
export async function deleteTrackRow(tx: Db, id: number): Promise<boolean> {
  return (await tx.delete(tracks).where(eq(tracks.id, id)).returning({ id: tracks.id })).length > 0;
}
