import { sql } from 'drizzle-orm';
import type { Db } from './client';

const NAMESPACE = 7_345_118;

/**
 * Lets one transaction at a time work on what `name` means, until it ends (the embedded database runs one at a time
 * anyway).
 */
export async function lockUntilEnd(tx: Db, name: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${NAMESPACE}, hashtext(${name}))`);
}
