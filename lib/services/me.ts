import { unlessBusy } from '@/lib/auth/login-guard';
import { checkPassword, hashPassword, verifyPassword } from '@/lib/auth/password';
import { tellRevocation } from '@/lib/auth/revocation';
import type { Me, MePatch } from '@/lib/contracts/people';
import { inTransaction } from '@/lib/db/client';
import { revokeLogins } from '@/lib/db/logins';
import * as store from '@/lib/db/users';
import { AppError, notFound } from '@/lib/errors';
import { personOf, taken, targetOf, userItemOf } from './accounts';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { verb } from './verb';

/** The account that asks. */
export const getMe = verb('me.read', async (ctx, _: undefined): Promise<Me> => {
  return meOf(ctx, await ownRow(ctx));
});

async function ownRow(ctx: ServiceContext): Promise<store.UserRow> {
  const { userId } = personOf(ctx);
  const row = await store.userById(ctx.db, userId);
  if (!row) throw notFound(`user ${userId}`);
  return row;
}

function meOf(ctx: ServiceContext, row: store.UserRow): Me {
  const person = personOf(ctx);
  const { theme, units } = row;
  const by = person.kind === 'key' ? 'key' : 'login';
  return { ...userItemOf(row), theme, units, by, expires_at: person.expiresAt };
}

/** Name, e-mail address, theme and units of the own account. */
export const updateMe = verb('me.update', async (ctx, patch: MePatch): Promise<Me> => {
  const { userId } = personOf(ctx);
  const change = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  if (Object.keys(change).length === 0) return meOf(ctx, await ownRow(ctx));
  const row = await inTransaction(ctx.db, async (tx) => {
    const changed = await store.changeUser(tx, userId, change);
    if (changed === 'taken' || changed === null) throw changed ? taken() : notFound(`user ${userId}`);
    await audit(tx, ctx, {
      action: 'me.update',
      target: targetOf(changed),
      details: { fields: Object.keys(change) },
    });
    return changed;
  });
  return meOf(ctx, row);
});

/** A new password for the own account. It ends every login, the asking one too. */
export const changePassword = verb(
  'me.password',
  async (ctx, input: { old_password: string; new_password: string }): Promise<void> => {
    const row = await ownRow(ctx);
    await checkOldPassword(ctx, row, input.old_password);
    checkPassword(input.new_password, row.username, 'new_password');
    const passwordHash = await hashPassword(input.new_password);
    await inTransaction(ctx.db, async (tx) => {
      // Hashing takes its time: a password that somebody else has set meanwhile counts.
      if (!(await store.lockWithPassword(tx, row))) throw wrongOldPassword();
      await store.changeUser(tx, row.id, { passwordHash });
      const ended = await revokeLogins(tx, row.id);
      await audit(tx, ctx, {
        action: 'me.password',
        target: targetOf(row),
        details: { logins_ended: ended },
      });
    });
    tellRevocation(ctx.bus, { userId: row.id, keysToo: false });
  },
);

/** Who has found an open browser must not guess the password there: the same guard as at the login. */
async function checkOldPassword(ctx: ServiceContext, row: store.UserRow, password: string): Promise<void> {
  const who = { ip: ctx.caller.ip ?? 'unknown', name: row.username };
  const gate = await ctx.auth.guard.enter({ ...who, captchaSolved: false });
  if (gate.kind !== 'go')
    throw new AppError('too_many_tries', 429, 'Too many wrong passwords. Wait before the next try.', [], {
      retryAfterS: gate.kind === 'wait' ? gate.retryAfterS : 60,
    });
  const isRight = await unlessBusy(ctx.auth.guard, who, () => verifyPassword(password, row.passwordHash));
  if (isRight) return ctx.auth.guard.succeeded(who);
  await ctx.auth.guard.failed(who);
  throw wrongOldPassword();
}

const wrongOldPassword = (): AppError =>
  new AppError('bad_credentials', 403, 'The old password is wrong.', [
    { field: 'old_password', message: 'is wrong' },
  ]);
