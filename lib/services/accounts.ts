import type { Actor } from '@/lib/auth/actor';
import { isLevel, LEVEL_NAMES, type Level } from '@/lib/auth/permissions';
import type { UserItem } from '@/lib/contracts/people';
import type { UserRow } from '@/lib/db/users';
import { AppError } from '@/lib/errors';
import type { ServiceContext } from './context';
import { isoOf } from './instants';

/** The level of a row; the table holds no others. */
export const levelOf = (row: { level: number }): Level => (isLevel(row.level) ? row.level : 0);

/** An account as the API gives it. */
export function userItemOf(row: UserRow): UserItem {
  const level = levelOf(row);
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    level,
    level_name: LEVEL_NAMES[level],
    created_at: isoOf(row.createdAt),
    last_login_at: row.lastLoginAt === null ? null : isoOf(row.lastLoginAt),
  };
}

export const targetOf = (row: Pick<UserRow, 'id' | 'username'>) => ({
  noun: 'user',
  id: row.id,
  name: row.username,
});

type Person = Extract<Actor, { userId: number }>;

/** The account that asks. Throws an AppError 401 when nobody does. */
export function personOf(ctx: Pick<ServiceContext, 'caller'>): Person {
  const { actor } = ctx.caller;
  if (actor.kind === 'user' || actor.kind === 'key') return actor;
  throw new AppError('unauthorized', 401, 'This needs a login: it is about your own account.');
}

/** 409: the name or the e-mail address is another account's. */
export const taken = (): AppError =>
  new AppError('taken', 409, 'Another account has this name or e-mail address. Choose another one.', [
    { field: 'username', message: 'this name or the e-mail address is taken' },
  ]);
