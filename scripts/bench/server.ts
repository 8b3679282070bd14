import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;

/** Starts the server with its pages on a free port with `dataDir`, gives its address, stops it again. */
export async function withServer<T>(dataDir: string, work: (origin: string) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.js')], {
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const force = () => child.kill('SIGKILL');
  try {
    const slow = setTimeout(force, READY_WITHIN_MS);
    const origin = await readyAt(createInterface({ input: child.stdout }));
    clearTimeout(slow);
    return await work(origin);
  } finally {
    child.kill('SIGTERM');
    const late = setTimeout(force, STOP_WITHIN_MS);
    await exited;
    clearTimeout(late);
  }
}

/** The address in the line that says the server is ready. */
async function readyAt(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [address] = /https?:\/\/[^\s/]+/.exec(line) ?? [];
    if (address && line.includes('ready')) return address;
  }
  throw new Error('The server ended before it was ready.');
}
