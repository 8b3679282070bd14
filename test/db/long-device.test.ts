import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { readFixes } from '@/lib/db/positions';
import { purgeDevice } from '@/lib/services/purge';
import { testDatabases } from '../support/database';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let open: OpenDatabase;
beforeAll(() => {
  open = openDatabase(database.url);
});
afterAll(() => open.close());

// Wall time: a busy machine may stretch one turn, but not in three runs.
test('a device of many fixes is read and purged in short turns before anything was analysed', {
  retry: 2,
}, async () => {
  const { embedded } = database;
  await open.sql`insert into positions (device_id, time_us, lat, lon)
    select 7, row * 40000::int8, 48 + sin(row), 11 + cos(row) from generate_series(1, 800000) as row`;
  await embedded?.stats(true);
  expect((await readFixes(open.db, 7, 'wgs84')).count).toBe(800_000);
  await purgeDevice({ db: open.db }, 7);
  const stats = await embedded?.stats();
  expect(stats?.longestTransactionMs, stats?.longestStatement).toBeLessThan(200);
});
