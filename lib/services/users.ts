import { checkPassword, hashPassword } from '@/lib/auth/password';
import { type Action, mayHandle } from '@/lib/auth/permissions';
import { tellRevocation } from '@/lib/auth/revocation';
import type { UserCreate, UserFilter, UserItem, UserPatch } from '@/lib/contracts/people';
import { type Db, inTransaction } from '@/lib/db/client';
import { revokeLogins } from '@/lib/db/logins';
import * as store from '@/lib/db/users';
import { AppError, notFound } from '@/lib/errors';
import { levelOf, taken, targetOf, userItemOf } from './accounts';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { type Page, pageOf } from './paging';
import { type Asking, requireLevel } from './rights';
import { verb } from './verb';

export const listUsers = verb('user.list', async (ctx, input: Page & UserFilter) => {
  const page = pageOf(input);
  const { rows, total } = await store.listUsers(ctx.db, input, page.limit, page.offset);
  return page.list(rows.map(userItemOf), total);
});

export const getUser = verb('user.read', async (ctx, id: number): Promise<UserItem> => {
  return userItemOf(await existing(ctx.db, id));
});

async function existing(db: Db, id: number): Promise<store.UserRow> {
  const row = await store.userById(db, id);
  if (!row) throw notFound(`user ${id}`);
  return row;
}

/** Throws an AppError `forbidden` unless the caller stands above `level`. */
function requireAbove({ caller: { actor } }: Asking, level: number, what: string): void {
  if (actor.kind === 'system') return;
  const own = 'level' in actor ? actor.level : 0;
  if (mayHandle(own, levelOf({ level }))) return;
  throw new AppError('forbidden', 403, `${what}: only levels below your own (${own}) are yours to handle.`);
}

/**
 * The caller at the level that its account has in this very transaction: a password takes long to hash, and whoever
 * lost his level meanwhile makes nobody any more. Throws an AppError 401 when the account is gone, 403 below the level.
 */
async function askingNow(ctx: ServiceContext, tx: Db, action: Action): Promise<Asking> {
  const { caller, auth } = ctx;
  const { actor } = caller;
  if (!('userId' in actor)) return ctx;
  const row = await store.userById(tx, actor.userId);
  const now = row ? { ...actor, level: levelOf(row) } : { kind: 'nobody' as const };
  const asking = { auth, caller: { ...caller, actor: now } };
  requireLevel(asking, action);
  return asking;
}

export const createUser = verb('user.create', async (ctx, input: UserCreate): Promise<UserItem> => {
  requireAbove(ctx, input.level, `Level ${input.level} is not yours to give`);
  checkPassword(input.password, input.username, 'password');
  const passwordHash = await hashPassword(input.password);
  return inTransaction(ctx.db, async (tx) => {
    const { username, level } = input;
    requireAbove(await askingNow(ctx, tx, 'user.create'), level, `Level ${level} is not yours to give`);
    const row = await store.insertUser(tx, { username, level, email: input.email ?? null, passwordHash });
    if (!row) throw taken();
    await audit(tx, ctx, { action: 'user.create', target: targetOf(row), details: { level } });
    return userItemOf(row);
  });
});

/** Changes an account. A new level or password ends all its logins. */
export const updateUser = verb(
  'user.update',
  async (ctx, { id, password, ...patch }: UserPatch & { id: number }): Promise<UserItem> => {
    const before = await existing(ctx.db, id);
    requireAbove(ctx, before.level, `The account ${before.username} is not yours to change`);
    if (password !== undefined) checkNewPassword(ctx, password, patch.username ?? before.username);
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const done = await inTransaction(ctx.db, async (tx) => {
      await guardLevels(ctx, tx, 'user.update', { id, level: patch.level });
      const now = await existing(tx, id);
      const row = await store.changeUser(tx, id, withoutGaps({ ...patch, passwordHash }));
      if (row === 'taken' || row === null) throw row ? taken() : notFound(`user ${id}`);
      const isLeveled = row.level !== now.level;
      const ended = isLeveled || passwordHash !== undefined ? await revokeLogins(tx, id) : 0;
      const details = changesOf(now, row, passwordHash !== undefined, ended);
      await audit(tx, ctx, { action: 'user.update', target: targetOf(row), details });
      return { row, isLeveled };
    });
    if (done.isLeveled || passwordHash !== undefined)
      tellRevocation(ctx.bus, { userId: id, keysToo: done.isLeveled });
    return userItemOf(done.row);
  },
);

function checkNewPassword(ctx: ServiceContext, password: string, username: string): void {
  if (ctx.caller.actor.kind === 'key')
    throw new AppError('login_needed', 403, 'No key may set a password: log in with name and password.');
  checkPassword(password, username, 'password');
}

/** What may be said of a change: which fields, and levels from and to. */
function changesOf(before: store.UserRow, after: store.UserRow, isNewPassword: boolean, ended: number) {
  return {
    ...(before.username === after.username ? {} : { username: [before.username, after.username] }),
    ...(before.email === after.email ? {} : { email: true }),
    ...(before.level === after.level ? {} : { level: [before.level, after.level] }),
    ...(isNewPassword ? { password: true } : {}),
    ...(ended > 0 ? { logins_ended: ended } : {}),
  };
}

/** An object without the keys whose value is undefined. */
function withoutGaps(change: { [Key in keyof store.UserChange]: store.UserChange[Key] | undefined }) {
  const given: store.UserChange = {};
  for (const [key, value] of Object.entries(change)) if (value !== undefined) Reflect.set(given, key, value);
  return given;
}

/** The rules of levels, on rows that nobody else changes meanwhile. `level` undefined = it stays; null = deletion. */
async function guardLevels(
  ctx: ServiceContext,
  tx: Db,
  action: Action,
  { id, level }: { id: number; level: number | null | undefined },
): Promise<void> {
  const administrators = await store.lockAdministrators(tx);
  const asking = await askingNow(ctx, tx, action);
  const row = await existing(tx, id);
  requireAbove(asking, row.level, `The account ${row.username} is not yours to change`);
  if (typeof level === 'number') requireAbove(asking, level, `Level ${level} is not yours to give`);
  const isLeaving = level !== undefined && level !== 5 && row.level === 5;
  if (isLeaving && administrators.every((other) => other === id))
    throw new AppError(
      'last_administrator',
      409,
      `${row.username} is the last administrator. Make another account level 5 first.`,
    );
}

/** Deletes an account with its logins and keys; what it made stays, and belongs to nobody then. */
export const deleteUser = verb('user.delete', async (ctx, id: number): Promise<void> => {
  const { actor } = ctx.caller;
  if ('userId' in actor && actor.userId === id)
    throw new AppError('own_account', 409, 'Nobody deletes the own account. Ask another administrator.');
  await inTransaction(ctx.db, async (tx) => {
    await guardLevels(ctx, tx, 'user.delete', { id, level: null });
    const row = await existing(tx, id);
    await store.deleteUser(tx, id);
    await audit(tx, ctx, { action: 'user.delete', target: targetOf(row), details: { level: row.level } });
  });
  tellRevocation(ctx.bus, { userId: id, keysToo: true });
});
