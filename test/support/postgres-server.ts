import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import postgres from 'postgres';

export type PostgresServer = {
  url: string;
  /** Ends it as `pg_ctl stop -m fast` (sessions are ended) or `-m immediate` (as a crash) does. */
  halt(how: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again after a halt, on the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a real PostgreSQL in a temporary folder on loopback, with the server programs of this machine. Null when
 * there are none. PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const bin = serverPrograms();
  if (!bin) return null;
  const asRoot = process.getuid?.() === 0;
  const user = asRoot ? unprivilegedUser() : null;
  if (asRoot && !user) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const locale = ['--no-locale', '-E', 'UTF8', '--no-sync', '-A', 'trust', '-U', 'postgres'];
  execFileSync(join(bin, 'initdb'), ['-D', data, ...locale], { ...user, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: '200',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const run = () =>
    spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
  let child = run();
  const stop = async () => {
    await endServer(child, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  const halt = (how: 'fast' | 'immediate') => endServer(child, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  const start = async () => {
    child = run();
    try {
      await untilAnswering(url, child);
    } catch (error) {
      // It may be tried again on the same data.
      await endServer(child, 'SIGQUIT');
      throw error;
    }
  };
  process.once('exit', () => {
    child.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  try {
    await untilAnswering(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, halt, start, stop };
}

function serverPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const complete = (folder: string) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program + suffix)));
  return folders.find(complete) ?? null;
}

function unprivilegedUser(): { uid: number; gid: number } | null {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user; the next one.
    }
  }
  return null;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    const sql = postgres(url, { max: 1, connect_timeout: 5 });
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}

async function endServer(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}
