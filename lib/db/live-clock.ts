import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** Times of the newest fixes of devices, in µs; those without one are left out. */
export async function newestFixes(db: Db, deviceIds: readonly number[]): Promise<number[]> {
  const rows = await db.execute<{ last_us: string }>(sql`
    select last_us from device_states
    where device_id = any(${sql.param([...deviceIds])}::int4[]) and last_us is not null`);
  return rows.map((row) => Number(row.last_us));
}

/** Now by the clock of a session's fixes, in µs: a replay's runs behind ours. Without a fix it is ours. */
export async function sessionClockUs(db: Db, sessionId: number): Promise<number> {
  const [row] = await db.execute<{ clock: string | null }>(sql`
    select coalesce(
      (select max(last_us + (extract(epoch from now() - last_at) * 1e6)::int8)
        from device_states join session_entries using (device_id)
        where session_id = ${sessionId} and last_us >= (select from_us from sessions where id = ${sessionId})),
      (extract(epoch from now()) * 1e6)::int8) as clock`);
  return Number(row?.clock ?? 0);
}

/** Ends the window of a session just after the newest fix of its entries. */
export async function closeLiveWindow(tx: Db, sessionId: number): Promise<void> {
  await tx.execute(sql`
    update sessions set to_us = greatest(from_us + 1, (
      select max(last_us) + 1 from device_states join session_entries using (device_id)
      where session_id = ${sessionId}))
    where id = ${sessionId}`);
}
