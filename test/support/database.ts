import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll } from 'vitest';
import { type EmbeddedDatabase, startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import { sharedPart } from './shared-parts';

export type TestDatabase = {
  /** `embedded` or `postgresql`. */
  name: string;
  /** A fresh database of this test file's own. */
  url: string;
  /** The database process, on the embedded one only: its stats, its pid. */
  embedded: EmbeddedDatabase | null;
};

export type TestDatabaseOptions = {
  /** Whether to bring them up to the newest migration; default true. */
  migrate?: boolean;
};

/**
 * The databases that a suite runs on, each fresh for this test file and removed after it: the embedded one
 * always, and a real PostgreSQL when there is one (else the run says so loudly). Use at the top of a test file:
 *
 *     const databases = await testDatabases();
 *     describe.each(databases)('laps on $name', ({ url }) => { … });
 *
 * Everything opened on `url` must be closed in the suite's own afterAll.
 */
export async function testDatabases(options: TestDatabaseOptions = {}): Promise<TestDatabase[]> {
  const [embedded, real] = await Promise.all([embeddedDatabase(options.migrate ?? true), postgresDatabase()]);
  const databases = real ? [embedded, real] : [embedded];
  if (options.migrate ?? true)
    await Promise.all(databases.map(({ url }) => migrateDatabase(url, 'drizzle/migrations')));
  return databases;
}

/** A fresh in-memory database in a process of its own. */
async function embeddedDatabase(migrated: boolean): Promise<TestDatabase> {
  const { program, dumpFile, migratedFile } = await sharedPart('/embedded');
  const embedded = await startEmbedded({
    dataDir: 'memory://',
    program,
    dumpFile: migrated ? migratedFile : dumpFile,
  });
  afterAll(() => embedded.stop());
  return { name: 'embedded', url: embedded.url, embedded };
}

async function postgresDatabase(): Promise<TestDatabase | null> {
  const { url: adminUrl } = await sharedPart('/postgres');
  if (!adminUrl) return null;
  const name = `pitwall_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, `create database ${name}`);
  afterAll(() => asAdmin(adminUrl, `drop database if exists ${name} with (force)`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { name: 'postgresql', url: url.href, embedded: null };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } catch (error) {
    throw new Error(
      `The tests need a PostgreSQL user that may create databases (${statement}): ${String(error)}`,
    );
  } finally {
    await sql.end({ timeout: 3 });
  }
}
