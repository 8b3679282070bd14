import { randomUUID } from 'node:crypto';
import type { Actor } from '@/lib/auth/actor';
import type { Level, Scope } from '@/lib/auth/permissions';
import { apiKeyHash, apiKeyPrefix, LOGIN_LASTS_S, newApiKey } from '@/lib/auth/tokens';
import { insertKey, insertLogin } from '@/lib/db/logins';
import { insertUser, type UserRow } from '@/lib/db/users';
import type { ServiceContext } from '@/lib/services/context';

export type Person = {
  row: UserRow;
  /** Of a login that counts. */
  token: string;
  actor: Extract<Actor, { kind: 'user' }>;
  /** What the services work with when this person asks. */
  ctx: ServiceContext;
  headers: { authorization: string };
};

let made = 0;

/** An account with a login. Nobody knows its password: hashing one takes too long for every test. */
export async function makePerson(ctx: ServiceContext, level: Level, name?: string): Promise<Person> {
  const username = name ?? `person ${++made} of level ${level}`;
  const row = await insertUser(ctx.db, { username, email: null, passwordHash: 'none', level });
  if (!row) throw new Error(`There is a ${username} already.`);
  return logIn(ctx, row);
}

/** One more login of an account. */
export async function logIn(ctx: ServiceContext, row: UserRow): Promise<Person> {
  const jti = randomUUID();
  const expiresAtS = Math.floor(Date.now() / 1000) + LOGIN_LASTS_S;
  const expiresAt = new Date(expiresAtS * 1000).toISOString();
  const place = { browser: false, ip: '127.0.0.1', userAgent: 'tests' };
  await insertLogin(ctx.db, { jti, userId: row.id, expiresAt, ...place });
  const token = await ctx.auth.signer.sign({ userId: row.id, jti, expiresAtS });
  const { level, username } = row;
  const actor: Person['actor'] = {
    kind: 'user',
    userId: row.id,
    username,
    level: levelOf(level),
    jti,
    expiresAt,
  };
  return { row, token, actor, ctx: asking(ctx, actor), headers: { authorization: `Bearer ${token}` } };
}

function levelOf(level: number): Level {
  const known = ([0, 1, 2, 3, 4, 5] as const).find((one) => one === level);
  if (known === undefined) throw new Error(`${level} is no level.`);
  return known;
}

/** The context with another actor. */
export const asking = (ctx: ServiceContext, actor: Actor): ServiceContext => ({
  ...ctx,
  caller: { ...ctx.caller, actor, ip: '192.0.2.7', userAgent: 'tests', requestId: randomUUID() },
});

/** A key of an account, as the text that a program sends. */
export async function makeKey(ctx: ServiceContext, userId: number, scopes: Scope[] = ['admin']) {
  const key = newApiKey();
  const facts = { userId, name: 'tests', scopes, expiresAt: null };
  const row = await insertKey(ctx.db, { ...facts, hash: apiKeyHash(key), prefix: apiKeyPrefix(key) });
  return { id: row.id, key, headers: { authorization: `Bearer ${key}` } };
}
