import { sql } from 'drizzle-orm';
import type { Db } from './client';

/** Keeps a small fact of this installation; false = it was kept already. */
export async function keepOnce(db: Db, key: string, value: unknown): Promise<boolean> {
  const rows = await db.execute(sql`
    insert into settings (key, value) values (${key}, ${JSON.stringify(value)}::text::jsonb)
    on conflict (key) do nothing returning key`);
  return rows.length > 0;
}

export async function forget(db: Db, key: string): Promise<void> {
  await db.execute(sql`delete from settings where key = ${key}`);
}

export async function isKept(db: Db, key: string): Promise<boolean> {
  const rows = await db.execute(sql`select 1 from settings where key = ${key}`);
  return rows.length > 0;
}
