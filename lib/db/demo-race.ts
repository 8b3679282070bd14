import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** The open demo race, and whether it was made and last heard of longer than `silentS` seconds ago; null = none. */
export async function openDemoRace(
  db: Db,
  name: string,
  silentS: number,
): Promise<{ id: number; isSilent: boolean } | null> {
  const [row] = await db.execute<{ id: number; silent: boolean }>(sql`
    select sessions.id, not exists (
        select 1 from session_entries join device_states using (device_id)
        where session_id = sessions.id and received_at > now() - make_interval(secs => ${silentS})
      ) and sessions.created_at < now() - make_interval(secs => ${silentS}) as silent
    from sessions join live_sessions on live_sessions.session_id = sessions.id
    where sessions.live and sessions.simulated and sessions.name = ${name} and opened_by = 'feed'
    order by sessions.id desc limit 1`);
  return row ? { id: row.id, isSilent: row.silent } : null;
}
