import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** What tells an engine that its session was changed. */
export type HeldSession = { sessionId: number; trackRevision: number | null };

/**
 * Takes or keeps the leases of open sessions for `holder` and gives those that it holds now. A session of another
 * holder comes over once that one's lease has run out, at once with `takeOver` (whoever held it is dead). One that
 * hangs amid a write is passed by until the database ends it: nobody's own leases wait for that.
 */
export async function holdSessions(
  db: Db,
  holder: string,
  leaseS: number,
  takeOver = false,
): Promise<HeldSession[]> {
  const until = sql`now() + make_interval(secs => ${leaseS})`;
  const rows = await db.execute<{ session_id: number; revision: number | null }>(sql`
    with free as (
      select session_id from live_sessions
      where closed_at is null and (holder is null or lease_until < now() or ${takeOver})
        and holder is distinct from ${holder}
      for no key update skip locked),
    held as (
      update live_sessions set holder = ${holder}, lease_until = ${until}
      from sessions
      where sessions.id = live_sessions.session_id and sessions.live and live_sessions.closed_at is null
        and (holder = ${holder} or live_sessions.session_id in (select session_id from free))
      returning live_sessions.session_id, sessions.track_id)
    select held.session_id, tracks.revision from held left join tracks on tracks.id = held.track_id
    order by held.session_id`);
  return rows.map((row) => ({ sessionId: row.session_id, trackRevision: row.revision }));
}

/** Gives up every lease of a holder, so that another need not wait. */
export async function releaseSessions(db: Db, holder: string): Promise<void> {
  await db.execute(sql`
    update live_sessions set holder = null, lease_until = null where holder = ${holder}`);
}

/** A process that hangs amid a write loses it after so long, so that another can go on. */
const HUNG_AFTER_MS = 2_500;

/** Whether `holder` still holds a session; in a transaction it stays so until its end. */
export async function holdsSession(tx: Db, holder: string, sessionId: number): Promise<boolean> {
  const rows = await tx.execute(sql`
    select set_config('idle_in_transaction_session_timeout', ${String(HUNG_AFTER_MS)}, true)
    from live_sessions where session_id = ${sessionId} and holder = ${holder} for share`);
  return rows.length > 0;
}
