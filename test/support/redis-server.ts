import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openRedis, type RedisConnection } from '@/lib/live/redis';
import { until } from './until';

export type RedisServer = {
  url: string;
  /** Kills it at once, as a crash does; what it held is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Lets it hang: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
};

/**
 * A real redis-server on a free loopback port, of this test file's own and gone after it. Null, and a loud line, when
 * this machine has no redis-server.
 */
export async function testRedis(settings: readonly string[] = []): Promise<RedisServer | null> {
  if (!hasRedis()) {
    console.warn(NO_REDIS);
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const kill = async () => {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null) return;
    const exited = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await exited;
  };
  const start = async () => {
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    child = spawn('redis-server', [...fixed, '--appendonly', 'no', ...settings], { stdio: 'ignore' });
    const started = child;
    await until('redis-server accepts connections', () => {
      if (started.exitCode !== null) throw new Error(`redis-server ended with ${started.exitCode}.`);
      return accepts(port);
    });
  };
  process.once('exit', () => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url, kill, start, freeze: () => child?.kill('SIGSTOP'), thaw: () => child?.kill('SIGCONT') };
}

/** A connection that is ready, closed after the test file; `lines` is what it reported. */
export async function connectRedis(url: string): Promise<RedisConnection & { lines: string[] }> {
  const lines: string[] = [];
  const redis = openRedis(url, (line) => lines.push(line));
  afterAll(() => redis.close());
  await until('Redis is connected', () => redis.client.status === 'ready');
  return { ...redis, lines };
}

const NO_REDIS = `
==== SKIPPED: the tests on a real Redis ====
No redis-server program was found. Debian and Ubuntu: apt-get install redis-server.
The same tests in memory run all the same.
`;

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
