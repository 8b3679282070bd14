import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** What tells an engine that its session was changed. */
export type HeldSession = { sessionId: number; trackRevision: number | null };

/**
 * Takes or keeps the leases of open sessions for `holder` and gives those that it holds now. A session of another
 * holder comes over once that one's lease has run out, at once with `takeOver` (whoever held it is dead). One that
 * hangs amid a write is passed by, and its write ended: nobody's own leases wait for that.
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
  await endHungWrites(db, holder);
  return rows.map((row) => ({ sessionId: row.session_id, trackRevision: row.revision }));
}

/** A process that hangs amid a write loses it after so long, so that another can go on. */
const HUNG_AFTER_S = 2.5;

/**
 * Cuts the connections that keep a session whose lease has run out. No time-out of the server would: between the
 * parts of one statement (its shape was asked for, its values did not come) a connection does not count as idle.
 */
async function endHungWrites(db: Db, holder: string): Promise<void> {
  await db.execute(sql`
    select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
    where locktype = 'relation' and relation = 'live_sessions'::regclass and mode = 'RowShareLock'
      and datname = current_database() and pid <> pg_backend_pid()
      and xact_start < now() - make_interval(secs => ${HUNG_AFTER_S})
      and exists (select from live_sessions
        where closed_at is null and lease_until < now() and holder is distinct from ${holder})`);
}

/** Gives up every lease of a holder, so that another need not wait. */
export async function releaseSessions(db: Db, holder: string): Promise<void> {
  await db.execute(sql`
    update live_sessions set holder = null, lease_until = null where holder = ${holder}`);
}

/** Whether `holder` still holds a session; in a transaction it stays so until its end. */
export async function holdsSession(tx: Db, holder: string, sessionId: number): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from live_sessions where session_id = ${sessionId} and holder = ${holder} for share`);
  return rows.length > 0;
}
