import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** What the database says of itself: its version in words and the bytes that its files take. */
export async function databaseFacts(db: Db): Promise<{ version: string; bytes: number }> {
  const [row] = await db.execute<{ version: string; bytes: string }>(
    sql`select version() as version, pg_database_size(current_database())::text as bytes`,
  );
  return { version: row?.version ?? '', bytes: Number(row?.bytes ?? 0) };
}

/** Rejects while the database is away. */
export async function ping(db: Db): Promise<void> {
  await db.execute(sql`select 1`);
}
