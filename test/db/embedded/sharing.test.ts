import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { eq } from 'drizzle-orm';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabases } from '../../support/database';
import { PASSWORD, rawClient } from '../../support/wire';

const cars = pgTable('cars', { number: integer().primaryKey(), driver: text().notNull() });
const databases = await testDatabases({ migrate: false });

/** What the embedded database must do as PostgreSQL does, however many clients share its one backend. */
describe.each(databases)('many clients on $name', ({ url, embedded }) => {
  let sql: postgres.Sql;
  beforeAll(async () => {
    sql = postgres(url, { max: 8, onnotice: () => {} });
    await sql`create table cars (number int primary key, driver text not null)`;
    await sql`insert into cars select n, 'driver ' || n from generate_series(1, 500) n`;
  });
  afterAll(() => sql.end({ timeout: 2 }));

  test('each gets its own answers, unnamed, named and drizzle statements interleaved', async () => {
    const db = drizzle(postgres(url, { max: 8 }));
    const wrong: unknown[] = [];
    const ask = async (n: number) => {
      const kind = n % 4;
      if (kind === 0) {
        const [row] = await sql`select driver from cars where number = ${n}`;
        if (row?.driver !== `driver ${n}`) wrong.push(row);
      } else if (kind === 1) {
        const [row] = await db.select().from(cars).where(eq(cars.number, n));
        if (row?.driver !== `driver ${n}`) wrong.push(row);
      } else if (kind === 2) {
        const [row] = await sql.unsafe(`select ${n} + $1::int as sum`, [n]);
        if (row?.sum !== 2 * n) wrong.push(row);
      } else {
        const rows = await sql.unsafe(`select ${n} as n; select ${n} + 1 as n`).simple();
        if (rows[1]?.[0]?.n !== n + 1) wrong.push(rows);
      }
    };
    await Promise.all(Array.from({ length: 480 }, (_, i) => ask(i + 1)));
    await db.$client.end({ timeout: 2 });
    expect(wrong).toEqual([]);
  });

  test('transactions that contend for one row lose no update', async () => {
    await sql`create table counter (n int not null)`;
    await sql`insert into counter values (0)`;
    const add = () =>
      sql.begin(async (tx) => {
        const [row] = await tx`select n from counter for update`;
        await tx`update counter set n = ${(row?.n ?? 0) + 1}`;
      });
    await Promise.all(Array.from({ length: 60 }, add));
    expect(await sql`select n from counter`).toEqual([{ n: 60 }]);
  });

  test('COPY brings every line in beside other queries', async () => {
    await sql`create table copied (n int, note text)`;
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i}\tline ${i} \\t tab\n`);
    const busy = Promise.all(Array.from({ length: 50 }, (_, i) => sql`select ${i}::int as i`));
    await sql.begin(async (tx) =>
      pipeline(Readable.from(lines), await tx`copy copied from stdin`.writable()),
    );
    await busy;
    expect(await sql`select count(*)::int as n, sum(n)::int as sum from copied`).toEqual([
      { n: 5_000, sum: 12_497_500 },
    ]);
  });

  test('notifications reach the clients that listen', async () => {
    const heard: string[] = [];
    const listener = postgres(url, { max: 1 });
    const all = new Promise<void>((done) => {
      void listener.listen(
        'laps',
        (payload) => {
          heard.push(payload);
          if (heard.length === 20) done();
        },
        async () => {
          for (let i = 0; i < 20; i++) await sql.notify('laps', `lap ${i}`);
        },
      );
    });
    await all;
    await listener.end({ timeout: 2 });
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => `lap ${i}`));
  });

  test('a failed statement inside a transaction harms nobody else', async () => {
    const failing = sql.begin((tx) => tx`select * from no_such_table`);
    const other = sql`select 1 as one`;
    await expect(failing).rejects.toThrow(/no_such_table/);
    expect(await other).toEqual([{ one: 1 }]);
  });

  test('a cursor reads in portions', async () => {
    const sizes: number[] = [];
    await sql.begin(async (tx) => {
      await tx`select * from cars order by number`.cursor(200, (rows) => {
        sizes.push(rows.length);
      });
    });
    expect(sizes).toEqual([200, 200, 100]);
  });

  test('clients killed at any point leave sums right and everybody else served', async () => {
    await sql`create table accounts (id int primary key, amount int not null)`;
    await sql`insert into accounts values (1, 1000), (2, 1000)`;
    const transfer = async (seed: number) => {
      const own = postgres(url, { max: 1, fetch_types: false });
      const work = own
        .begin(async (tx) => {
          await tx`update accounts set amount = amount - 10 where id = 1`;
          await tx`select pg_sleep(0.002)`;
          await tx`update accounts set amount = amount + 10 where id = 2`;
        })
        .catch(() => {});
      for (let i = 0; i < seed % 12; i++) await new Promise(setImmediate);
      if (seed % 3) await own.end({ timeout: 0 });
      await work;
      await own.end({ timeout: 0 });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { minLength: 6, maxLength: 10 }), async (seeds) => {
        const queries = seeds.map((n) => sql`select ${n}::int as n`);
        await Promise.all(seeds.map(transfer));
        for (const [i, query] of queries.entries()) expect(await query).toEqual([{ n: seeds[i] }]);
        expect(await sql`select sum(amount)::int as sum from accounts`).toEqual([{ sum: 2000 }]);
      }),
      { numRuns: 12 },
    );
  });

  test.runIf(embedded)('sockets cut in the middle of a message are forgotten', async () => {
    const { port, password } = new URL(url);
    for (let cut = 1; cut < 40; cut += 3) {
      const client = rawClient(Number(port));
      await once(client.socket, 'connect');
      client.send(Buffer.alloc(cut, 0));
      client.socket.destroy();
    }
    expect(password).not.toBe(PASSWORD);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});
