import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loginAnswer } from '@/lib/contracts/people';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;

const ADMINISTRATOR = { username: 'bench', password: randomUUID() };

/**
 * Starts the server with its pages on a free port with `dataDir`, gives its address and the headers of somebody who
 * has logged in, stops it again.
 */
export async function withServer<T>(
  dataDir: string,
  work: (origin: string, headers: Record<string, string>) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.js')], {
    env: {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: '0',
      DATA_DIR: dataDir,
      DEMO: '0',
      ADMIN_USERNAME: ADMINISTRATOR.username,
      ADMIN_PASSWORD: ADMINISTRATOR.password,
      RATE_LIMIT_PER_MINUTE: '0',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const force = () => child.kill('SIGKILL');
  try {
    const slow = setTimeout(force, READY_WITHIN_MS);
    const origin = await readyAt(createInterface({ input: child.stdout }));
    clearTimeout(slow);
    return await work(origin, await logIn(origin));
  } finally {
    child.kill('SIGTERM');
    const late = setTimeout(force, STOP_WITHIN_MS);
    await exited;
    clearTimeout(late);
  }
}

/** A page reads the cookie, the API either; both hold the same token. */
async function logIn(origin: string): Promise<Record<string, string>> {
  const answer = await fetch(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    body: JSON.stringify(ADMINISTRATOR),
  });
  const { access_token } = loginAnswer.parse(await answer.json());
  return { cookie: `pitwall_session=${access_token}` };
}

/** The address in the line that says the server is ready. */
async function readyAt(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [address] = /https?:\/\/[^\s/]+/.exec(line) ?? [];
    if (address && line.includes('ready')) return address;
  }
  throw new Error('The server ended before it was ready.');
}
