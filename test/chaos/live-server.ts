import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from '../support/product';
import { until } from '../support/until';
import type { LiveProcessOptions } from './live-process';

export type LiveServer = {
  url: string;
  /** What it wrote to its error output. */
  log(): string;
  /** Of a new account of this level: headers of its login and its key. */
  person(level: 1 | 2 | 5): Promise<TestPerson>;
  /** Blocks its event loop for so long. */
  stall(ms: number): Promise<unknown>;
  /** Whether it is the one that times this session. */
  times(sessionId: number): Promise<boolean>;
  figures(): Promise<ProcessFigures>;
  isRunning(): boolean;
  kill(): Promise<void>;
  stop(): Promise<void>;
};

export type TestPerson = { id: number; headers: { authorization: string }; key: string; keyId: number };

export type ProcessFigures = {
  engines: number;
  listeners: number;
  boards: number;
  streams: number;
  sockets: number;
  connections: number;
  heapBytes: number;
  rssBytes: number;
  ingest: {
    taken: number;
    stored: number;
    duplicates: number;
    refused: Record<string, number>;
    waiting: number;
  };
};

/** Starts test/chaos/live-process.ts on a data folder of its own. */
export async function startLiveServer(
  options: Pick<LiveProcessOptions, 'databaseUrl' | 'kind' | 'redisUrl'>,
): Promise<LiveServer> {
  const [program = '', workerFile = ''] = await Promise.all(
    ['test/chaos/live-process.ts', 'scripts/worker.ts'].map(bundled),
  );
  const dataDir = mkdtempSync(join(tmpdir(), 'pitwall-chaos-'));
  const given: LiveProcessOptions = { ...options, dataDir, workerFile };
  const child = spawn(process.execPath, ['--expose-gc', program, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [text, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning()) child.kill(signal);
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const listening = () => {
    if (!isRunning()) throw new Error(`The server ended with ${child.exitCode}: ${log}`);
    return /^(\d+)$/m.exec(text)?.[1];
  };
  const port = await until('the server listens', listening, 60_000).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    log: () => log,
    async person(level) {
      const { id, token, key, keyId } = await (await fetch(`${url}/test/person/${level}`)).json();
      return { id, headers: { authorization: `Bearer ${token}` }, key, keyId };
    },
    stall: (ms) => fetch(`${url}/test/stall/${ms}`).catch(() => null),
    times: async (sessionId) => (await fetch(`${url}/test/times/${sessionId}`)).json(),
    figures: async () => (await fetch(`${url}/test/figures/now`)).json(),
    isRunning,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
