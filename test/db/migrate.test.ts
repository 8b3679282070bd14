import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDatabase } from '@/lib/db/client';
import { migrateDatabase } from '@/lib/db/migrate';
import { testDatabases } from '../support/database';

const databases = await testDatabases({ migrate: false });

/** Two migrations of our own: this is about how they run, not about the product's tables. */
const folder = mkdtempSync(join(tmpdir(), 'pitwall-migrations-'));
mkdirSync(join(folder, 'meta'));
const entries = [
  {
    tag: '0000_first',
    sql: `create type flag as enum ('green', 'red');\n--> statement-breakpoint\ncreate table laps (n int)`,
  },
  { tag: '0001_second', sql: 'insert into laps values (1)' },
];
for (const { tag, sql } of entries) writeFileSync(join(folder, `${tag}.sql`), sql);
const journal = entries.map(({ tag }, idx) => ({
  idx,
  version: '7',
  when: 1_700_000_000_000 + idx,
  tag,
  breakpoints: true,
}));
writeFileSync(
  join(folder, 'meta', '_journal.json'),
  JSON.stringify({ version: '7', dialect: 'postgresql', entries: journal }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(databases)('migrations on $name', ({ name, url }) => {
  const rows = async () => {
    const { sql, close } = openDatabase(url, { max: 1 });
    const [row] =
      await sql`select (select count(*)::int from laps) as laps, (select count(*)::int from drizzle.__drizzle_migrations) as done`;
    await close();
    return row;
  };

  // On the embedded database the launcher migrates alone: advisory locks exclude nobody there.
  test.runIf(name === 'postgresql')('started by six at once run once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => migrateDatabase(url, folder)));
    expect(await rows()).toEqual({ laps: 1, done: 2 });
  });

  test('run a second time change nothing', async () => {
    await migrateDatabase(url, folder);
    await migrateDatabase(url, folder);
    expect(await rows()).toEqual({ laps: 1, done: 2 });
  });
});

const migrated = await testDatabases();

test.each(migrated)('the product’s own migrations run on $name', async ({ url }) => {
  const { sql, close } = openDatabase(url, { max: 1 });
  const tables =
    await sql`select table_name as name from information_schema.tables where table_schema = 'public'`;
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['laps', 'positions', 'sessions']));
  await close();
});
