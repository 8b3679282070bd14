import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '@/lib/db/client';
import { type EmbeddedDatabase, type EmbeddedOptions, startEmbedded } from '@/lib/db/embedded/child';
import { lockPathOf, readLock } from '@/lib/db/embedded/lock-file';
import { killDatabase } from '../../support/kill-database';
import { sharedPart } from '../../support/shared-parts';

const { program, dumpFile } = await sharedPart('/embedded');
let folder = '';
let dataDir = '';
const running = new Set<EmbeddedDatabase>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall embedded '));
  dataDir = join(folder, 'postgres');
});
afterEach(async () => {
  await Promise.all([...running].map((database) => database.stop()));
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ dataDir, program, dumpFile, ...options });
  running.add(database);
  return database;
}

describe('the database process', () => {
  test('keeps what it was given over a clean stop, and leaves no lock', async () => {
    const first = await start();
    const open = openDatabase(first.url, { max: 1 });
    await open.sql`create table kept as select 7 as n`;
    await open.close();
    await first.stop();
    expect(existsSync(lockPathOf(dataDir))).toBe(false);
    const second = await start();
    const again = openDatabase(second.url, { max: 1 });
    expect(await again.sql`select n from kept`).toEqual([{ n: 7 }]);
    await again.close();
  });

  test('refuses a folder that another one has open, by its process id, or reuses that one', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      new RegExp(`folder .* is in use: process ${first.pid()} has it open\\. Stop that one, or set DATA_DIR`),
    );
    const reused = await start({ whenInUse: 'reuse' });
    expect(reused).toMatchObject({ reused: true, url: first.url });
    const open = openDatabase(reused.url, { max: 1 });
    expect(await open.sql`select 1 as one`).toEqual([{ one: 1 }]);
    await open.close();
  });

  test('hung, it is killed and started again, and keeps what it was given', async () => {
    const lines: string[] = [];
    const database = await start({ hungAfterMs: 300, report: (line) => lines.push(line) });
    const open = openDatabase(database.url, { max: 1, connectTimeoutS: 2 });
    await open.sql`create table kept as select 7 as n`;
    const pid = database.pid();
    killDatabase(database, 'SIGSTOP');
    await expect.poll(() => lines.join('\n'), { timeout: 20_000 }).toContain('runs again');
    expect(lines[0]).toContain('answered nothing any more');
    expect(database.pid()).not.toBe(pid);
    await expect
      .poll(() => open.sql`select n from kept`.catch(() => null), { timeout: 20_000 })
      .toEqual([{ n: 7 }]);
    await open.close();
  });

  test('killed in the middle of inserts, it comes back, the pool recovers, and no acknowledged row is lost', async () => {
    let restarts = 0;
    let restarted: () => void = () => {};
    const lines: string[] = [];
    const database = await start({
      report: (line) => lines.push(line),
      onRestart: () => {
        restarts++;
        restarted();
      },
    });
    const open = openDatabase(database.url, { max: 4 });
    await open.sql`create table rows (n int primary key)`;
    const acknowledged: number[] = [];
    let n = 0;
    const insertUntil = async (end: { reached: boolean }) => {
      while (!end.reached) {
        const own = ++n;
        await open.sql`insert into rows values (${own})`.then(
          () => acknowledged.push(own),
          () => new Promise(setImmediate),
        );
      }
    };
    for (let round = 1; round <= 3; round++) {
      const end = { reached: false };
      const before = acknowledged.length;
      const writers = Array.from({ length: 4 }, () => insertUntil(end));
      while (acknowledged.length < before + 50 * round) await new Promise(setImmediate);
      const back = new Promise<void>((resolve) => {
        restarted = resolve;
      });
      killDatabase(database);
      await back;
      const after = acknowledged.length;
      while (acknowledged.length < after + 20) await new Promise(setImmediate);
      end.reached = true;
      await Promise.all(writers);
    }
    expect(restarts).toBe(3);
    expect(lines[0]).toBe('The embedded database died (killed by SIGKILL); starting it again.');
    const stored = new Set((await open.sql`select n from rows`).map((row) => row.n));
    expect(acknowledged.filter((own) => !stored.has(own))).toEqual([]);
    await open.close();
  });

  test('ends by itself, cleanly, when its launcher is killed', async () => {
    const launcher = spawn(process.execPath, ['-e', LAUNCHER, program, dataDir, dumpFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(launcher.stdout, 'data');
    const owner = readLock(lockPathOf(dataDir));
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    // The next start waits for the lock of the closing one.
    const next = await start();
    expect(next.pid()).not.toBe(owner?.pid);
    expect(readLock(lockPathOf(dataDir))?.pid).toBe(next.pid());
  });

  test('tells its longest transaction, and begins to count anew', async () => {
    const database = await start();
    const open = openDatabase(database.url, { max: 2 });
    await open.sql`select 1`;
    await database.stats(true);
    await open.sql.begin((tx) => tx`select pg_sleep(0.11)`);
    expect((await database.stats(true)).longestTransactionMs).toBeGreaterThanOrEqual(109);
    await open.sql`select 1`;
    expect((await database.stats()).longestTransactionMs).toBeLessThan(109);
    await open.close();
  });

  test('killed while it is made, it is made anew', async () => {
    mkdirSync(`${dataDir}.new`);
    writeFileSync(join(`${dataDir}.new`, 'PG_VERSION'), '18');
    const database = await start();
    const open = openDatabase(database.url, { max: 1 });
    expect(await open.sql`select 1 as one`).toEqual([{ one: 1 }]);
    expect(existsSync(`${dataDir}.new`)).toBe(false);
    await open.close();
  });

  test('says in one line why it cannot start', async () => {
    dataDir = join(folder, 'no-such-dump');
    await expect(start({ dumpFile: join(folder, 'absent.tar') })).rejects.toThrow(
      /^The embedded database in .* did not start: .*\.$/,
    );
  });
});

/** A launcher of one line, which a test can kill. */
const LAUNCHER = `
const { spawn } = require('node:child_process');
const [program, dataDir, dumpFile] = process.argv.slice(1);
const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
child.on('message', (heard) => { if (heard.type === 'ready') console.log('ready'); });
child.send({ type: 'open', dataDir, dumpFile, port: 0, password: 'a'.repeat(32), idleInTransactionMs: 30000 });
`;
