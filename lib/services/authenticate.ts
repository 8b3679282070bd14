import type { Actor } from '@/lib/auth/actor';
import type { AuthParts } from '@/lib/auth/parts';
import { isLevel } from '@/lib/auth/permissions';
import { apiKeyHash, looksLikeApiKey } from '@/lib/auth/tokens';
import type { Db, Sql } from '@/lib/db/client';
import { accountOfKey, accountOfLogin, touchKey } from '@/lib/db/logins';
import { AppError } from '@/lib/errors';
import { isoOf } from './instants';

/** What a request or a WebSocket handshake brings to prove who sends it. */
export type Credentials = {
  /** The Authorization header. */
  authorization: string | null;
  /** The login cookie's value. */
  cookie: string | null;
};

type Parts = { db: Db; sql: Sql; auth: Pick<AuthParts, 'signer'> };

const NOBODY: Actor = { kind: 'nobody' };

/**
 * Who sends this, as the database has it now: the one check of cookies, bearers and handshakes. A cookie that does
 * not count any more makes nobody of its sender; a bearer that does not is refused with an AppError 401, since a
 * program must hear that its token has ended.
 */
export async function authenticate(parts: Parts, credentials: Credentials): Promise<Actor> {
  const { authorization, cookie } = credentials;
  if (authorization === null)
    return cookie === null ? NOBODY : ((await actorOfToken(parts, cookie)) ?? NOBODY);
  const [, bearer] = /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(authorization.trim()) ?? [];
  if (bearer === undefined)
    throw new AppError('bad_authorization', 401, 'Authorization must be "Bearer" and a token or key.');
  const actor = looksLikeApiKey(bearer) ? await actorOfKey(parts, bearer) : await actorOfToken(parts, bearer);
  if (actor) return actor;
  throw new AppError(
    'token_ended',
    401,
    'This token or key is unknown, has ended or was revoked. Log in anew.',
  );
}

async function actorOfToken({ sql, auth }: Parts, token: string): Promise<Actor | null> {
  const claims = await auth.signer.verify(token);
  const account = claims && (await accountOfLogin(sql, claims.jti));
  if (!claims || !account || account.userId !== claims.userId || !isLevel(account.level)) return null;
  const { userId, username, level } = account;
  return { kind: 'user', userId, username, level, jti: claims.jti, expiresAt: isoOf(account.expiresAt) };
}

async function actorOfKey({ db }: Parts, key: string): Promise<Actor | null> {
  const account = await accountOfKey(db, apiKeyHash(key));
  if (!account || !isLevel(account.level)) return null;
  if (account.isStale) await touchKey(db, account.keyId);
  const { userId, username, level, keyId, keyName, scopes, expiresAt } = account;
  return {
    kind: 'key',
    userId,
    username,
    level,
    keyId,
    keyName,
    scopes,
    expiresAt: expiresAt === null ? null : isoOf(expiresAt),
  };
}
