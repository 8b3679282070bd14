import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** How many fixes of a device came in live so far, and when the newest came. */
export async function storedCount(
  db: Db,
  deviceId: number,
): Promise<{ stored: number; receivedAtMs: number | null }> {
  const [row] = await db.execute<{ stored: string; received_ms: number | null }>(sql`
    select stored, extract(epoch from last_at)::float8 * 1000 as received_ms
    from device_states where device_id = ${deviceId}`);
  return { stored: Number(row?.stored ?? 0), receivedAtMs: row?.received_ms ?? null };
}
