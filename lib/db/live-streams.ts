import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** What decides how somebody sees a session live. */
export type WatchedSession = {
  id: number;
  ownerId: number | null;
  /** Whether it is open; a session of the past never was, or is no more. */
  isLive: boolean;
  /** By how much spectators see it late; seconds. */
  delayS: number;
};

/** A session by its id, or the newest that is live; null = there is none. */
export async function watchedSession(db: Db, sessionId: number | null): Promise<WatchedSession | null> {
  const which = sessionId === null ? sql`sessions.live` : sql`sessions.id = ${sessionId}`;
  const [row] = await db.execute<{
    id: number;
    owner_id: number | null;
    live: boolean;
    delay_s: number;
  }>(sql`
    select sessions.id, sessions.owner_id, sessions.live, coalesce(live_sessions.delay_s, 0) as delay_s
    from sessions left join live_sessions on live_sessions.session_id = sessions.id
    where sessions.ready and ${which} order by sessions.id desc limit 1`);
  return row ? { id: row.id, ownerId: row.owner_id, isLive: row.live, delayS: row.delay_s } : null;
}

/** The device of an entry of a session, or null. */
export async function deviceOfEntry(db: Db, sessionId: number, entryId: number): Promise<number | null> {
  const [row] = await db.execute<{ device_id: number }>(sql`
    select device_id from session_entries where id = ${entryId} and session_id = ${sessionId}`);
  return row?.device_id ?? null;
}
