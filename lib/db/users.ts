import { and, asc, count, desc, eq, ilike, or, type SQL, sql } from 'drizzle-orm';
import { users } from '@/drizzle/schema/people';
import type { UserFilter } from '@/lib/contracts/people';
import { type Db, sqlState } from './client';

export type UserRow = typeof users.$inferSelect;
export type NewUser = Pick<UserRow, 'username' | 'email' | 'passwordHash' | 'level'>;
export type UserChange = Partial<NewUser & Pick<UserRow, 'theme' | 'units'>>;

/** The form in which two names are compared: what looks alike to a person is alike. */
export const foldName = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

const foldMail = (email: string | null): string | null => email?.trim().toLowerCase() ?? null;

/** Null when the name or the e-mail address is another account's. */
export async function insertUser(tx: Db, user: NewUser): Promise<UserRow | null> {
  const [row] = await tx
    .insert(users)
    .values({ ...user, usernameKey: foldName(user.username), emailKey: foldMail(user.email) })
    .onConflictDoNothing()
    .returning();
  return row ?? null;
}

/** 'taken' when the new name or address is another account's. The transaction is over then. */
export async function changeUser(tx: Db, id: number, change: UserChange): Promise<UserRow | 'taken' | null> {
  const keys = {
    ...(change.username === undefined ? {} : { usernameKey: foldName(change.username) }),
    ...(change.email === undefined ? {} : { emailKey: foldMail(change.email) }),
  };
  if (Object.keys(change).length === 0) return userById(tx, id);
  try {
    const [row] = await tx
      .update(users)
      .set({ ...change, ...keys })
      .where(eq(users.id, id))
      .returning();
    return row ?? null;
  } catch (error) {
    if (sqlState(error) === '23505') return 'taken';
    throw error;
  }
}

export async function deleteUser(tx: Db, id: number): Promise<void> {
  await tx.delete(users).where(eq(users.id, id));
}

export async function userById(db: Db, id: number): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row ?? null;
}

/** The account if this is still its password's hash, as it is now; nobody changes it until the transaction ends. */
export async function lockWithPassword(
  tx: Db,
  { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
): Promise<UserRow | null> {
  const [row] = await tx
    .select()
    .from(users)
    .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash)))
    .for('no key update');
  return row ?? null;
}

export async function userByName(db: Db, name: string): Promise<UserRow | null> {
  // No table can hold it, and PostgreSQL fails at it.
  if (name.includes('\0')) return null;
  const [row] = await db
    .select()
    .from(users)
    .where(eq(users.usernameKey, foldName(name)));
  return row ?? null;
}

/** Ids of all administrators; locked until the transaction ends, so that two cannot take each other's level. */
export async function lockAdministrators(tx: Db): Promise<number[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(eq(users.level, 5))
    .orderBy(users.id)
    .for('update');
  return rows.map((row) => row.id);
}

const ORDERS: Record<UserFilter['sort'], SQL[]> = {
  name: [asc(users.usernameKey)],
  newest: [desc(users.id)],
  level: [desc(users.level), asc(users.usernameKey)],
  last_login: [sql`${users.lastLoginAt} desc nulls last`, asc(users.id)],
};

/** Accounts that match, a page of them, and how many match. */
export async function listUsers(db: Db, filter: UserFilter, limit: number, offset: number) {
  const words = filter.search?.trim() ? `%${filter.search.trim().replace(/[\\%_]/g, '\\$&')}%` : null;
  const where = and(
    filter.level === undefined ? undefined : eq(users.level, filter.level),
    words === null ? undefined : or(ilike(users.username, words), ilike(users.email, words)),
  );
  const rows = await db
    .select()
    .from(users)
    .where(where)
    .orderBy(...ORDERS[filter.sort])
    .limit(limit)
    .offset(offset);
  const [counted] = await db.select({ count: count() }).from(users).where(where);
  return { rows, total: counted?.count ?? 0 };
}

export async function countUsers(db: Db): Promise<number> {
  const [row] = await db.select({ count: count() }).from(users);
  return row?.count ?? 0;
}
