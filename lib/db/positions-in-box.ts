import { sql } from 'drizzle-orm';
import type { Db } from './client';
import type { Box } from './tracks';

/**
 * When a device that is in a box of degrees at `untilUs` came into it, looking back to `fromUs` at most: its first fix
 * after the last one outside, or after the last time that it was silent for `awayUs`. µs.
 */
export async function enteredAtUs(
  db: Db,
  deviceId: number,
  box: Box,
  window: { fromUs: number; untilUs: number; awayUs: number },
): Promise<number> {
  const [row] = await db.execute<{ entered: string | null }>(sql`
    with recent as (
      select time_us, time_us - lag(time_us) over (order by time_us) as pause,
        lon between ${box.minX} and ${box.maxX} and lat between ${box.minY} and ${box.maxY} as inside
      from positions
      where device_id = ${deviceId} and time_us >= ${window.fromUs} and time_us <= ${window.untilUs})
    select min(time_us) as entered from recent
    where time_us > coalesce((select max(time_us) from recent where not inside), 0)
      and time_us >= coalesce((select max(time_us) from recent where pause > ${window.awayUs}), 0)`);
  return Math.max(window.fromUs, Number(row?.entered ?? window.untilUs));
}
