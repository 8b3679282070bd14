import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import net from 'node:net';
import { z } from 'zod';
import { code, message, messagesOf, startupPacket } from './protocol';

/** Who has a database folder open: a process, the port it answers on, and the password it takes. */
const lockSchema = z.object({ pid: z.number().int(), port: z.number().int(), secret: z.string().min(1) });
export type LockOwner = z.infer<typeof lockSchema>;

/** free: nobody; alive: it answers; closing: it is about to go; busy: it lives but does not answer in time. */
export type LockState = 'free' | 'stale' | 'alive' | 'closing' | 'busy';

/** The lock of a database folder lies beside it. */
export const lockPathOf = (dataDir: string): string => `${dataDir}.lock`;

/** A takeover lasts milliseconds; what is older was left by a killed process. */
const TAKEOVER_MAX_MS = 30_000;

/**
 * Takes the lock of a database folder, or says who has it. PGlite has no lock of its own: a second process opens
 * the same folder silently and committed rows vanish. A lock whose owner is dead is taken over; one whose owner
 * is closing is waited for, up to `waitMs`.
 */
export async function acquireLock(
  path: string,
  own: LockOwner,
  waitMs = 15_000,
): Promise<{ acquired: true } | { acquired: false; owner: LockOwner; state: LockState }> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    if (createExclusively(path, own)) return { acquired: true };
    const owner = readLock(path);
    const state = owner ? await probe(owner) : unreadableState(path);
    if (state === 'free') continue;
    if (state === 'stale') {
      removeStale(path, owner);
    } else if (state !== 'closing' || performance.now() > giveUpAt) {
      return { acquired: false, owner: owner ?? { pid: 0, port: 0, secret: '' }, state };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Gives the lock back if it is still this owner's. */
export function releaseLock(path: string, own: LockOwner): void {
  const owner = readLock(path);
  if (owner?.pid === own.pid && owner.secret === own.secret) rmSync(path, { force: true });
}

/** The owner named in a lock file, or null when there is none or it cannot be read. */
export function readLock(path: string): LockOwner | null {
  try {
    const parsed = lockSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function createExclusively(path: string, own: LockOwner): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, JSON.stringify(own));
  closeSync(file);
  return true;
}

/** A lock that is not (yet) readable is being written now, or was cut off by a kill. */
function unreadableState(path: string): LockState {
  const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (writtenAt === undefined) return 'free';
  return Date.now() - writtenAt > 1_000 ? 'stale' : 'closing';
}

/** Two processes may find the same lock stale: only one at a time may remove it, after a second look. */
function removeStale(path: string, stale: LockOwner | null): void {
  const takeover = `${path}.takeover`;
  const startedAt = statSync(takeover, { throwIfNoEntry: false })?.mtimeMs;
  if (startedAt !== undefined && Date.now() - startedAt > TAKEOVER_MAX_MS) rmSync(takeover, { force: true });
  if (!createExclusively(takeover, { pid: process.pid, port: 0, secret: '-' })) return;
  try {
    if (JSON.stringify(readLock(path)) === JSON.stringify(stale)) rmSync(path, { force: true });
  } finally {
    rmSync(takeover, { force: true });
  }
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the owner of a lock still serves: its process must live AND its port must take its secret. The owner
 * listens before it takes the lock and until after it gave it back, so a refused connection under a living pid
 * means that the pid belongs to another program by now. A silent port is a busy database, never a dead one.
 */
export async function probe(owner: LockOwner, timeoutMs = 5_000): Promise<LockState> {
  if (!processLives(owner.pid)) return 'stale';
  return new Promise((resolve) => {
    const socket = net.connect(owner.port, '127.0.0.1');
    const finish = (state: LockState) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    const timer = setTimeout(() => finish('busy'), timeoutMs);
    let received = Buffer.alloc(0);
    socket.on('connect', () => socket.write(startupPacket()));
    socket.on('error', () => finish('stale'));
    socket.on('close', () => finish('stale'));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      const answer = verdict(received);
      if (answer === 'send-password') {
        received = Buffer.alloc(0);
        socket.write(message('p', Buffer.from(`${owner.secret}\0`)));
      } else if (answer) finish(answer);
    });
  });
}

/** What the first message of a server means to a probe; null: not whole yet. */
function verdict(received: Buffer): LockState | 'send-password' | null {
  const first = messagesOf(received).next().value;
  if (!first || first.to > received.length) return null;
  if (first.type === code('E')) return received.includes('C57P03\0') ? 'closing' : 'stale';
  if (first.type !== code('R')) return 'stale';
  return received.readInt32BE(first.from + 5) === 0 ? 'alive' : 'send-password';
}
