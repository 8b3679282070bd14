import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

// Any number that nothing else locks: two servers that start at once must not migrate at once.
const MIGRATION_LOCK = 7_345_118_201;

/**
 * Brings the database at `url` up to the newest migration in `folder`; a second run does nothing. Processes that
 * migrate a PostgreSQL at the same time wait for each other. (On the embedded database advisory locks exclude
 * nobody: there the launcher migrates alone, before anything else connects.)
 */
export async function migrateDatabase(url: string, folder: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'pitwall-migrate' },
  });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK}::bigint)`;
    await migrate(drizzle(sql), { migrationsFolder: folder });
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK}::bigint)`;
  } finally {
    await sql.end({ timeout: 3 });
  }
}
