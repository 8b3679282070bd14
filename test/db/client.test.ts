import { sql as statement } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction, type OpenDatabase, openDatabase, sqlState } from '@/lib/db/client';
import { testDatabases } from '../support/database';

const databases = await testDatabases({ migrate: false });

describe.each(databases)('the client on $name', ({ url }) => {
  let open: OpenDatabase;
  beforeAll(async () => {
    open = openDatabase(url);
    await open.db.execute(statement`create table cars (number int primary key, name text)`);
  });
  afterAll(() => open.close());

  test('answers drizzle and raw queries over one pool', async () => {
    await open.db.execute(statement`insert into cars values (7, 'seven')`);
    const [row] = await open.sql`select name from cars where number = ${7}`;
    expect(row).toEqual({ name: 'seven' });
  });

  test('a transaction that fails leaves nothing', async () => {
    const work = inTransaction(open.db, async (tx) => {
      await tx.execute(statement`insert into cars values (8, 'eight')`);
      await tx.execute(statement`insert into cars values (8, 'again')`);
    });
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(sqlState(error)).toBe('23505');
    expect(await open.sql`select 1 from cars where number = 8`).toHaveLength(0);
  });

  test('a transaction inside a transaction is a savepoint', async () => {
    await inTransaction(open.db, async (tx) => {
      await tx.execute(statement`insert into cars values (9, 'nine')`);
      const inner = inTransaction(tx, (nested) =>
        nested.execute(statement`insert into cars values (9, 'again')`),
      );
      await expect(inner).rejects.toThrow();
    });
    expect(await open.sql`select 1 from cars where number = 9`).toHaveLength(1);
  });
});
