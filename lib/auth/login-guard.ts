import { createHash } from 'node:crypto';
import { foldName } from '@/lib/db/users';
import { isAppError } from '@/lib/errors';
import type { RedisConnection } from '@/lib/live/redis';
import { current, isUsedUp, refund, spend, waitMs } from './attempt-budget';
import { type AttemptStore, openMemoryAttempts, openRedisAttempts } from './attempt-store';
import { networkPrefix } from './network-prefix';

/** Whether a password may be checked now. */
export type Gate =
  | { kind: 'go' }
  /** Only with a solved captcha; this attempt was not counted. */
  | { kind: 'captcha' }
  /** Not before so many seconds (at least 1); this attempt was not counted. */
  | { kind: 'wait'; retryAfterS: number };

/** Who tries: the client's address and the account's name as typed. A wrong set-up token is a failure like any other. */
export type Attempt = { ip: string; name: string };

/** `unreachable`: a captcha was sent but its host gave no verdict; growing delays stand in for it. */
export type CaptchaSolved = boolean | 'unreachable';

export type LoginGuard = {
  /**
   * Asks BEFORE a password is checked, and counts the attempt as failed at once, so that attempts in parallel count
   * too. After `captcha`, check the captcha and ask again with its verdict.
   */
  enter(attempt: Attempt & { captchaSolved: CaptchaSolved }): Promise<Gate>;
  /** The password was right: forgets the name's failures at this address and takes the address's one back. */
  succeeded(attempt: Attempt): Promise<void>;
  /** The password was not checked after all: takes the attempt back. */
  withdrawn(attempt: Attempt): Promise<void>;
  /** The password was wrong: what the next attempt without a captcha will meet. Counts nothing. */
  failed(attempt: Attempt): Promise<Gate>;
};

/** Failures of one name at one address that cost nothing. */
const FREE_PER_NAME = 5;
/** Failures of one address over all names that cost nothing. */
const FREE_PER_ADDRESS = 30;

/**
 * Slows guessing down. Counted are failures by address and by address with name; an account is never closed to other
 * addresses. Beyond the free failures each attempt needs a solved captcha, or without captcha keys waits 2, 4, 8 …
 * seconds (lib/auth/attempt-budget.ts has the times). A success takes back only itself from the address's count:
 * nobody clears it by logging in to an account of his own. With `redis` all processes count together.
 */
export function openLoginGuard(
  options: { redis?: RedisConnection; captcha?: boolean; clock?: () => number } = {},
): LoginGuard {
  const clock = options.clock ?? Date.now;
  const captcha = options.captcha ?? false;
  const store: AttemptStore = options.redis ? openRedisAttempts(options.redis, clock) : openMemoryAttempts();

  const ask = (attempt: Attempt, captchaSolved: CaptchaSolved, isCounted: boolean) =>
    store.change<Gate>(keysOf(attempt), (budgets) => {
      const nowMs = clock();
      const [address = null, name = null] = budgets.map((budget) => current(budget, nowMs));
      const isOverdrawn = isUsedUp(address, FREE_PER_ADDRESS) || isUsedUp(name, FREE_PER_NAME);
      const delayMs = Math.max(waitMs(address, nowMs), waitMs(name, nowMs));
      const needsCaptcha = captcha && captchaSolved !== 'unreachable';
      if (isOverdrawn && needsCaptcha && captchaSolved !== true) return { result: { kind: 'captcha' } };
      if (!needsCaptcha && delayMs > 0)
        return { result: { kind: 'wait', retryAfterS: Math.ceil(delayMs / 1000) } };
      const next = [spend(address, FREE_PER_ADDRESS, nowMs), spend(name, FREE_PER_NAME, nowMs)];
      return { result: { kind: 'go' }, ...(isCounted && { next }) };
    });

  return {
    enter: ({ captchaSolved, ...attempt }) => ask(attempt, captchaSolved, true),
    failed: (attempt) => ask(attempt, false, false),
    withdrawn: (attempt) =>
      store.change(keysOf(attempt), ([address = null, name = null]) => ({
        result: undefined,
        next: [
          refund(current(address, clock()), FREE_PER_ADDRESS),
          refund(current(name, clock()), FREE_PER_NAME),
        ],
      })),
    succeeded: (attempt) =>
      store.change(keysOf(attempt), ([address = null]) => ({
        result: undefined,
        next: [refund(current(address, clock()), FREE_PER_ADDRESS), null],
      })),
  };
}

/** Runs what an attempt asked for. One that the server was too busy for has told nothing, and does not count. */
export async function unlessBusy<T>(
  guard: LoginGuard,
  attempt: Attempt,
  check: () => Promise<T>,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (isAppError(error) && error.code === 'busy') await guard.withdrawn(attempt);
    throw error;
  }
}

/** The keys of an attempt: its address, and its address with the name. Names are hashed: bounded, and not readable. */
function keysOf({ ip, name }: Attempt): [string, string] {
  const place = networkPrefix(ip);
  return [place, `${place} ${createHash('sha256').update(foldName(name)).digest('base64url')}`];
}
