import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { sqlState } from '@/lib/db/client';
import { patchPostgres, repair } from '../../scripts/patch-postgres.mjs';
import { testDatabases } from '../support/database';

/** A TCP proxy whose connections a test can cut. */
async function cuttable(target: URL): Promise<{ url: string; cut(): void; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const databases = await testDatabases({ migrate: false });

describe.each(databases)('a connection that dies on $name', ({ url }) => {
  let open: { close(): Promise<void> } | null = null;
  afterEach(() => open?.close());

  // Without the repair the driver writes to a null socket here: an uncaught exception, which fails the run.
  test('while a query of a transaction is in flight rejects it and nothing else', async () => {
    const proxy = await cuttable(new URL(url));
    open = proxy;
    const sql = postgres(proxy.url, { max: 1, backoff: false });
    for (let round = 0; round < 5; round++) {
      const lost = sql.begin(async (tx) => {
        await tx`select 1`;
        const sleeping = tx`select pg_sleep(0.2)`.execute();
        setImmediate(proxy.cut);
        await sleeping;
      });
      expect(await lost.then(() => null, sqlState)).toBe('CONNECTION_CLOSED');
      expect(await sql`select ${round}::int as round`).toEqual([{ round }]);
    }
    await sql.end({ timeout: 1 });
  });

  test('leaves no query of the pool waiting for ever', async () => {
    const proxy = await cuttable(new URL(url));
    open = proxy;
    const sql = postgres(proxy.url, { max: 4, backoff: false });
    let lost = 0;
    for (let round = 0; round < 20; round++) {
      // Each rejected query is followed at once by another, also between a socket's error and its close.
      const persistent = async (n: number): Promise<number> => {
        const rows = await sql`select ${n}::int as n`.catch(() => null);
        if (rows) return rows[0]?.n;
        lost++;
        return persistent(n);
      };
      const all = Promise.all(Array.from({ length: 12 }, (_, n) => persistent(n)));
      for (let turns = 0; turns < round; turns++) await new Promise(setImmediate);
      proxy.cut();
      expect(await all).toEqual(Array.from({ length: 12 }, (_, n) => n));
    }
    expect(lost).toBeGreaterThan(0);
    await sql.end({ timeout: 1 });
  });

  test('ends its transaction: what that still sends is refused, and the next one is undisturbed', async () => {
    const proxy = await cuttable(new URL(url));
    open = proxy;
    const sql = postgres(proxy.url, { max: 1, backoff: false });
    await sql`create table if not exists survivors (n int)`;
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let late: string | null = '';
    const first = sql.begin(async (tx) => {
      await tx`select 1`;
      proxy.cut();
      await tx`select 2`.catch(() => {});
      await gate;
      late = await tx`insert into survivors values (1)`.then(() => null, sqlState);
    });
    expect(await first.then(() => null, sqlState)).toMatch(/CONNECTION_CLOSED|ECONNRESET/);
    await sql.begin(async (tx) => {
      await tx`insert into survivors values (2)`;
      release();
      await new Promise(setImmediate);
      await tx`insert into survivors values (3)`;
    });
    expect(late).toBe('CONNECTION_CLOSED');
    expect(await sql`select n from survivors order by n`).toEqual([{ n: 2 }, { n: 3 }]);
    await sql.end({ timeout: 1 });
  });
});

describe.each(databases.filter(({ name }) => name === 'postgresql'))('a FATAL error on $name', ({ url }) => {
  // Without the repair the first query on the next connection is rejected with the error of the last one.
  test('is told once, and the next query has its own answer', async () => {
    const sql = postgres(url, { max: 1, backoff: false });
    const killed = await sql`select pg_terminate_backend(pg_backend_pid())`.then(() => null, sqlState);
    expect(killed).toBe('CONNECTION_CLOSED');
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end({ timeout: 1 });
  });
});

describe('the repair', () => {
  const root = mkdtempSync(join(tmpdir(), 'pitwall-repair-'));
  const installed = join(root, 'node_modules', 'postgres');
  cpSync(join(import.meta.dirname, '..', '..', 'node_modules', 'postgres'), installed, { recursive: true });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('changes nothing the second time', () => {
    const path = join(installed, 'src', 'connection.js');
    patchPostgres(root);
    const once = readFileSync(path, 'utf8');
    patchPostgres(root);
    expect(readFileSync(path, 'utf8')).toBe(once);
    expect(once).toContain('socket === null || socket.connecting');
  });

  test('refuses a text that it was not written for', () => {
    expect(() => repair('connection.js', 'function nextWrite(fn) {}')).toThrow(/connection\.js is not/);
  });

  test('refuses another version by name', () => {
    const manifest = join(installed, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"3.4.9"', '"3.5.0"'));
    expect(() => patchPostgres(root)).toThrow(/postgres 3\.5\.0 is installed, the repair is for 3\.4\.9/);
  });
});
