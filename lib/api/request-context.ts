import type { Actor } from '@/lib/auth/actor';
import { revocationSignal } from '@/lib/auth/revocation';
import { AppError } from '@/lib/errors';
import { serviceContext } from '@/lib/runtime';
import { authenticate, type Credentials } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { type RequestStamp, stampOf } from './request-stamp';
import { sessionCookieOf } from './session-cookie';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a request proves with. */
export function credentialsOf(headers: Pick<Headers, 'get'>): Credentials {
  const cookie = sessionCookieOf(headers.get('cookie'), stampOf(headers).scheme);
  return { authorization: headers.get('authorization'), cookie };
}

/** The context of a caller whose stamp and actor are known. */
export function contextFor(stamp: RequestStamp, actor: Actor, userAgent: string | null): ServiceContext {
  const { requestId, ip, country, isLocal } = stamp;
  return { ...serviceContext(), caller: { actor, requestId, ip, country, userAgent, isLocal } };
}

/**
 * Who sends a request and what the services work with for it. Throws an AppError 401 for a bearer that does not
 * count, 403 for a cookie's write that no page of this server sent.
 */
export async function requestContext(request: Request, stamp = stampOf(request.headers)) {
  const credentials = credentialsOf(request.headers);
  const actor = await authenticate(serviceContext(), credentials);
  if (credentials.authorization === null && actor.kind === 'user') refuseForgery(request);
  return contextFor(stamp, actor, request.headers.get('user-agent'));
}

/**
 * A browser sends the cookie by itself, whoever made it send the request. The front door has refused what says that
 * it comes from another site; a write that says nothing is refused here (every browser says it since 2020).
 */
function refuseForgery({ method, headers }: Request): void {
  if (READS.has(method) || headers.has('origin') || headers.has('sec-fetch-site')) return;
  throw new AppError(
    'csrf',
    403,
    'A write by cookie must name its Origin, as browsers do. Programs send the token as Bearer.',
  );
}

/** Whether somebody is still who he was, at no lower level: a key outlives its owner's level. */
function isNoLess(now: Actor, before: Actor): boolean {
  const level = 'level' in before ? before.level : 0;
  return now.kind === before.kind && (!('level' in now) || now.level >= level);
}

export type Watch = {
  /** Aborts with the request, and with the login or key that opened it. */
  signal: AbortSignal;
  /** Aborts with the login or key alone. */
  ended: AbortSignal;
  /** To be called when the work is over, however it ended. */
  release(): void;
};

/**
 * Watches over long work of a request: it must end with the login that asked for it. Checked once more after it
 * listens, and whenever word of a revocation may have been lost.
 */
export function watchLogin(ctx: ServiceContext, request: Request): Promise<Watch> {
  return watchCredentials(ctx, credentialsOf(request.headers), request.signal);
}

/** The same for what a request or a handshake brought; `left` aborts when its sender goes. */
export async function watchCredentials(
  ctx: ServiceContext,
  credentials: Credentials,
  left: AbortSignal,
): Promise<Watch> {
  const counts = async () => isNoLess(await authenticate(ctx, credentials), ctx.caller.actor);
  const { signal: ended, release } = revocationSignal(ctx.bus, ctx.caller.actor, counts);
  try {
    if (await counts()) return { signal: AbortSignal.any([left, ended]), ended, release };
  } catch (error) {
    release();
    throw error;
  }
  release();
  throw new AppError('token_ended', 401, 'This login has ended. Log in anew.');
}
