import { sql } from 'drizzle-orm';
import type { Channel, FixColumns } from '@/lib/timing/types';
import type { Db } from './client';

/** Rows per read: a short turn on the embedded database. */
const READ_ROWS = 5_000;
/** More would be no trace of a lap any more. */
const MOST_CHANNELS = 60;

/**
 * The numbers that a live feed sent beside its fixes, one channel for each name; unknown = NaN. Empty for a device that
 * came in by a file: its channels stand in blocks.
 */
export async function attributeChannels(db: Db, deviceId: number, fixes: FixColumns): Promise<Channel[]> {
  const [known] = await db.execute(sql`select 1 from device_states where device_id = ${deviceId}`);
  const [firstMs, lastMs] = [fixes.timeMs[0], fixes.timeMs[fixes.count - 1]];
  if (!known || firstMs === undefined || lastMs === undefined) return [];
  const channels = new Map<string, Channel>();
  const untilUs = Math.round(lastMs * 1000);
  let row = 0;
  for (let nextUs = Math.round(firstMs * 1000); nextUs <= untilUs; ) {
    const rows = await db.execute<{ time_us: string; attributes: Record<string, unknown> | null }>(sql`
      select time_us, attributes from positions
      where device_id = ${deviceId} and time_us >= ${nextUs} and time_us <= ${untilUs}
      order by time_us limit ${READ_ROWS}`);
    for (const { time_us, attributes } of rows) {
      const timeUs = Number(time_us);
      while (row < fixes.count && Math.round((fixes.timeMs[row] ?? 0) * 1000) < timeUs) row++;
      if (attributes) take(channels, attributes, row, fixes.count);
    }
    if (rows.length < READ_ROWS) break;
    nextUs = Number(rows.at(-1)?.time_us ?? untilUs) + 1;
  }
  return [...channels.values()];
}

function take(
  channels: Map<string, Channel>,
  attributes: Record<string, unknown>,
  row: number,
  count: number,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'number') continue;
    const known = channels.get(name);
    if (!known && channels.size >= MOST_CHANNELS) continue;
    const channel = known ?? { name, unit: '', values: new Float64Array(count).fill(Number.NaN) };
    channel.values[row] = value;
    channels.set(name, channel);
  }
}
