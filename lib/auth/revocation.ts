import type { Bus } from '@/lib/live/bus';
import { type Actor, userIdOf } from './actor';

const TOPIC = 'revocations';

/** What has ended: one login, one key, or all logins of an account (`keysToo`: its keys as well). */
export type Revocation = { jti: string } | { keyId: number } | { userId: number; keysToo: boolean };

/** Tells every open stream, of all processes, that logins or keys have ended. Call it after the commit. */
export function tellRevocation(bus: Bus, revocation: Revocation): void {
  bus.publish(TOPIC, revocation);
}

/**
 * Aborts when the actor's login or key is revoked or ends by itself; `release` when the stream is over. `counts` says
 * whether it still counts, asked when word of that may have been lost.
 */
export function revocationSignal(
  bus: Bus,
  actor: Actor,
  counts: () => Promise<boolean>,
): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  if (userIdOf(actor) === null) return { signal: controller.signal, release() {} };
  const abort = (): void => controller.abort();
  const onGap = (): void => void counts().then((does) => (does ? undefined : abort()), abort);
  const unsubscribe = bus.subscribe(TOPIC, ({ data }) => (concerns(data, actor) ? abort() : undefined), {
    onGap,
  });
  const leftMs = endsAtMs(actor) - Date.now();
  const timer = leftMs < MAX_TIMER_MS ? setTimeout(abort, Math.max(0, leftMs)) : undefined;
  timer?.unref();
  return {
    signal: controller.signal,
    release() {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}

/** Timers cannot wait longer; no stream does. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function endsAtMs(actor: Actor): number {
  const at = 'expiresAt' in actor ? actor.expiresAt : null;
  return at === null ? Number.POSITIVE_INFINITY : Date.parse(at);
}

function concerns(data: unknown, actor: Actor): boolean {
  if (typeof data !== 'object' || data === null) return false;
  if ('jti' in data) return actor.kind === 'user' && data.jti === actor.jti;
  if ('keyId' in data) return actor.kind === 'key' && data.keyId === actor.keyId;
  if (!('userId' in data) || data.userId !== userIdOf(actor)) return false;
  return actor.kind === 'user' || ('keysToo' in data && data.keysToo === true);
}
