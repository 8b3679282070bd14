import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { type EmbeddedDatabase, startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import type { FixColumns } from '@/lib/timing/types';

export type BenchDatabase = OpenDatabase & { url: string; embedded: EmbeddedDatabase };

/** Runs the work on an embedded database in `folder`, where the server would look for it. */
export async function withEmbedded<T>(
  folder: string,
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const embedded = await startEmbedded({ dataDir: join(folder, 'postgres') });
  try {
    await migrateDatabase(embedded.url, 'drizzle/migrations');
    const open = openDatabase(embedded.url);
    try {
      return await work({ ...open, url: embedded.url, embedded });
    } finally {
      await open.close();
    }
  } finally {
    await embedded.stop();
  }
}

const ROWS_PER_INSERT = 5000;

/**
 * The fixes into `positions` with nothing else, in the driver's plain way: one prepared unnest of text arrays per
 * 5,000 rows, each a transaction of its own. Returns the rows inserted.
 */
export async function insertAlone(
  database: OpenDatabase,
  deviceId: number,
  fixes: FixColumns,
): Promise<number> {
  let inserted = 0;
  for (let from = 0; from < fixes.count; from += ROWS_PER_INSERT) {
    const to = Math.min(fixes.count, from + ROWS_PER_INSERT);
    const texts = (column: Float64Array) =>
      Array.from(column.subarray(from, to), (value) => (Number.isNaN(value) ? null : String(value)));
    const times = Array.from(fixes.timeMs.subarray(from, to), (ms) => String(Math.round(ms * 1000)));
    const result = await database.sql`
      insert into positions (device_id, time_us, lat, lon, speed_mps, course_deg, altitude_m, accuracy_m)
      select ${deviceId}::int, t.* from unnest(
        ${times}::text[]::bigint[], ${texts(fixes.y)}::text[]::float8[], ${texts(fixes.x)}::text[]::float8[],
        ${texts(fixes.speedMps)}::text[]::float4[], ${texts(fixes.courseDeg)}::text[]::float4[],
        ${texts(fixes.altitudeM)}::text[]::float4[], ${texts(fixes.accuracyM)}::text[]::float4[]) t`;
    inserted += result.count;
  }
  return inserted;
}
