import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock, probe, readLock, releaseLock } from '@/lib/db/embedded/lock-file';
import { type WireUnderTest, wireUnderTest } from '../../support/wire';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-lock-'));
  path = join(folder, 'postgres.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mine = (secret = 'mine') => ({ pid: process.pid, port: 1, secret });

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** A port that answers nobody, or says something else than PostgreSQL. */
async function otherServer(says: string | null): Promise<{ port: number; close(): void }> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    if (says) socket.end(says);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: address.port, close };
}

describe('the lock of a database folder', () => {
  test('is taken, kept from others while it answers, and given back', async () => {
    const running: WireUnderTest = await wireUnderTest();
    const owner = { pid: process.pid, port: running.port, secret: 'correct horse battery staple' };
    expect(await acquireLock(path, owner)).toEqual({ acquired: true });
    expect(await acquireLock(path, mine())).toEqual({ acquired: false, owner, state: 'alive' });
    releaseLock(path, mine());
    expect(readLock(path)).toEqual(owner);
    releaseLock(path, owner);
    expect(existsSync(path)).toBe(false);
    await running.close();
  });

  test('of a dead process is taken over', async () => {
    writeFileSync(path, JSON.stringify({ pid: await deadPid(), port: 1, secret: 'gone' }));
    expect(await acquireLock(path, mine())).toEqual({ acquired: true });
    expect(readLock(path)).toEqual(mine());
  });

  test('of a pid that another program has by now is taken over: the port is closed, or not ours', async () => {
    const running = await wireUnderTest();
    const web = await otherServer('HTTP/1.1 400 Bad Request\r\n\r\n');
    for (const port of [1, running.port, web.port]) {
      writeFileSync(path, JSON.stringify({ pid: process.pid, port, secret: 'not the password' }));
      expect(await acquireLock(path, mine(`after ${port}`))).toEqual({ acquired: true });
    }
    web.close();
    await running.close();
  });

  test('of a process that lives but does not answer in time is never taken over', async () => {
    const silent = await otherServer(null);
    expect(await probe({ pid: process.pid, port: silent.port, secret: 'x' }, 100)).toBe('busy');
    silent.close();
  });

  test('of a closing database is waited for', async () => {
    const running = await wireUnderTest();
    const owner = { pid: process.pid, port: running.port, secret: 'correct horse battery staple' };
    await acquireLock(path, owner);
    await running.wire.drain();
    expect(await probe(owner)).toBe('closing');
    const waiting = acquireLock(path, mine());
    releaseLock(path, owner);
    expect(await waiting).toEqual({ acquired: true });
    await running.close();
  });

  test('that a kill cut off in the middle of writing is taken over', async () => {
    writeFileSync(path, '{"pid":');
    expect(await acquireLock(path, mine(), 5_000)).toEqual({ acquired: true });
  });

  test('found stale by many at once is taken by one', async () => {
    writeFileSync(path, JSON.stringify({ pid: await deadPid(), port: 1, secret: 'gone' }));
    const running = await wireUnderTest();
    const owner = { pid: process.pid, port: running.port, secret: 'correct horse battery staple' };
    const results = await Promise.all(Array.from({ length: 8 }, () => acquireLock(path, owner)));
    expect(results.filter(({ acquired }) => acquired)).toHaveLength(1);
    await running.close();
  });
});
