import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { apiKeys, loginTokens, users } from '@/drizzle/schema/people';
import type { Db, Sql } from './client';

export type LoginRow = typeof loginTokens.$inferSelect;
export type NewLogin = Omit<LoginRow, 'createdAt' | 'revokedAt'>;
export type KeyRow = typeof apiKeys.$inferSelect;
export type NewKey = Pick<KeyRow, 'userId' | 'name' | 'hash' | 'prefix' | 'scopes' | 'expiresAt'>;

const account = { userId: users.id, username: users.username, level: users.level };
const counts = and(isNull(loginTokens.revokedAt), gt(loginTokens.expiresAt, sql`now()`));

/** Keeps a login; the account's time of its last login follows. */
export async function insertLogin(tx: Db, login: NewLogin): Promise<void> {
  await tx.insert(loginTokens).values(login);
  await tx.update(users).set({ lastLoginAt: sql`now()` }).where(eq(users.id, login.userId));
}

export type LoginAccount = { userId: number; username: string; level: number; expiresAt: string };

/**
 * The account of a login that still counts, as it is now. Every request asks this: as a prepared statement of the raw
 * client, which is not parsed anew each time, it takes a third of drizzle's time.
 */
export async function accountOfLogin(sql: Sql, jti: string): Promise<LoginAccount | null> {
  const [row] = await sql<LoginAccount[]>`
    select users.id as "userId", users.username, users.level, login_tokens.expires_at as "expiresAt"
    from login_tokens join users on users.id = login_tokens.user_id
    where login_tokens.jti = ${jti} and login_tokens.revoked_at is null and login_tokens.expires_at > now()`;
  return row ?? null;
}

/** Logins of an account that still count, newest first. */
export function loginsOf(db: Db, userId: number): Promise<LoginRow[]> {
  return db
    .select()
    .from(loginTokens)
    .where(and(eq(loginTokens.userId, userId), counts))
    .orderBy(desc(loginTokens.createdAt), loginTokens.jti);
}

/** Ends one login of an account; false = it has no such login that counts. */
export async function revokeLogin(tx: Db, userId: number, jti: string): Promise<boolean> {
  const [row] = await tx
    .update(loginTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(loginTokens.jti, jti), eq(loginTokens.userId, userId), counts))
    .returning({ jti: loginTokens.jti });
  return row !== undefined;
}

/** Ends all logins of an account; gives how many counted until now. */
export async function revokeLogins(tx: Db, userId: number): Promise<number> {
  const rows = await tx
    .update(loginTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(loginTokens.userId, userId), counts))
    .returning({ jti: loginTokens.jti });
  return rows.length;
}

/** Forgets logins that ended a day ago or longer. */
export async function purgeLogins(db: Db): Promise<void> {
  await db.delete(loginTokens).where(lt(loginTokens.expiresAt, sql`now() - interval '1 day'`));
}

export async function insertKey(tx: Db, key: NewKey): Promise<KeyRow> {
  const [row] = await tx
    .insert(apiKeys)
    .values({ ...key, scopes: sql`${JSON.stringify(key.scopes)}::text::jsonb` })
    .returning();
  if (!row) throw new Error(`The key ${key.name} could not be stored.`);
  return row;
}

/** Keys of an account, newest first; with those that were revoked. */
export function keysOf(db: Db, userId: number): Promise<KeyRow[]> {
  return db.select().from(apiKeys).where(eq(apiKeys.userId, userId)).orderBy(desc(apiKeys.id));
}

/** Ends a key of an account; null = it has no such key that counts. */
export async function revokeKey(tx: Db, userId: number, id: number): Promise<KeyRow | null> {
  const [row] = await tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning();
  return row ?? null;
}

/** A key that counts, with the account behind it as it is now. */
export async function accountOfKey(db: Db, hash: string) {
  const [row] = await db
    .select({
      ...account,
      keyId: apiKeys.id,
      keyName: apiKeys.name,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      isStale: sql<boolean>`${apiKeys.lastUsedAt} is null or ${apiKeys.lastUsedAt} < now() - interval '1 minute'`,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        eq(apiKeys.hash, hash),
        isNull(apiKeys.revokedAt),
        sql`(${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > now())`,
      ),
    );
  return row ?? null;
}

export async function touchKey(db: Db, id: number): Promise<void> {
  await db.update(apiKeys).set({ lastUsedAt: sql`now()` }).where(eq(apiKeys.id, id));
}
