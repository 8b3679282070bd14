import { afterEach, expect, test, vi } from 'vitest';
import { startUpkeep, vacuumTables } from '@/lib/db/embedded/upkeep';
import { type WireUnderTest, wireUnderTest } from '../../support/wire';

let running: WireUnderTest | null = null;
let end: () => void = () => {};
afterEach(async () => {
  end();
  await running?.close();
});

test('a vacuum waits for an open transaction and then frees the dead rows of every table', async () => {
  running = await wireUnderTest();
  const { wire, db, connect } = running;
  const sql = connect(2);
  await sql`create table a as select n from generate_series(1, 2000) n`;
  await sql`create table "B" as select n from generate_series(1, 2000) n`;
  await sql`delete from a`;
  await sql`delete from "B"`;
  let vacuumed: Promise<void> | undefined;
  await sql.begin(async (tx) => {
    await tx`select 1`;
    vacuumed = vacuumTables(db, wire.turns);
    await tx`insert into a values (1)`;
  });
  await vacuumed;
  const sizes = await sql`select pg_relation_size('a')::int as a, pg_relation_size('"B"')::int as b`;
  expect(sizes).toEqual([{ a: expect.any(Number), b: 0 }]);
});

test('a checkpoint comes after work, and none while there is none', async () => {
  running = await wireUnderTest();
  const { wire, db, connect } = running;
  const done = vi.spyOn(db, 'exec');
  const onError = vi.fn();
  end = startUpkeep(db, wire.turns, { checkpointEveryMs: 5, vacuumEveryMs: 1, idleMs: 0, onError });
  const sql = connect();
  await sql`create table t (n int)`;
  await vi.waitFor(() => expect(done.mock.calls.flat()).toContain('CHECKPOINT'));
  await vi.waitFor(() => expect(done.mock.calls.flat()).toContain('VACUUM (ANALYZE) public.t'));
  const quiet = done.mock.calls.length;
  await vi.waitFor(() => expect(done.mock.calls.length).toBe(quiet), { interval: 50, timeout: 1000 });
  expect(onError).not.toHaveBeenCalled();
});
