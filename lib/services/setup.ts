import { checkPassword, hashPassword } from '@/lib/auth/password';
import { sameSecret } from '@/lib/auth/tokens';
import { type LoginInput, type SetupState, username as usernameShape } from '@/lib/contracts/people';
import { type Db, inTransaction } from '@/lib/db/client';
import { revokeLogins } from '@/lib/db/logins';
import { isKept, keepOnce } from '@/lib/db/settings';
import { changeUser, insertUser, type UserRow, userByName } from '@/lib/db/users';
import { AppError, isAppError } from '@/lib/errors';
import { targetOf } from './accounts';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { verb } from './verb';

/** Kept for ever once the first administrator exists: deleting every account does not open the server again. */
const DONE = 'setup-done';

export const isSetUp = (db: Db): Promise<boolean> => isKept(db, DONE);

/** What the login page shows. */
export const getSetupState = verb('setup.read', async (ctx, _: undefined): Promise<SetupState> => {
  const by = ctx.caller.isLocal ? 'here' : ctx.auth.setupToken === null ? 'closed' : 'token';
  return { done: await isSetUp(ctx.db), by, captcha_site_key: ctx.auth.captcha?.siteKey ?? null };
});

/**
 * Makes the first administrator out of a login. null = another login has just done so. Throws an AppError
 * `setup_closed` or `setup_token` (403), `weak_password` or `bad_username` (422).
 */
export async function makeFirstAdministrator(
  ctx: ServiceContext,
  input: LoginInput,
): Promise<UserRow | null> {
  checkPlace(ctx, input.setup_token);
  return keepFirst(ctx, input.username, input.password);
}

export type NamedAdministrator = {
  username: string;
  password: string;
  /** Whether an existing account gets this password and level 5 again: the way back in for who forgot his. */
  reset: boolean;
};

/** The administrator that the environment names, when there was never one (or with `reset`). */
export async function makeNamedAdministrator(
  ctx: ServiceContext,
  { username, password, reset }: NamedAdministrator,
): Promise<void> {
  try {
    if (!(await isSetUp(ctx.db))) await keepFirst(ctx, username, password);
    else if (reset) await resetAdministrator(ctx, username, password);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new Error(`ADMIN_USERNAME and ADMIN_PASSWORD make no administrator: ${error.message}`);
  }
}

async function resetAdministrator(ctx: ServiceContext, name: string, password: string): Promise<void> {
  const username = checkedName(name);
  checkPassword(password, username, 'password');
  const passwordHash = await hashPassword(password);
  await inTransaction(ctx.db, async (tx) => {
    const known = await userByName(tx, username);
    const row = known
      ? await changeUser(tx, known.id, { passwordHash, level: 5 })
      : await insertUser(tx, { username, email: null, passwordHash, level: 5 });
    if (row === null || row === 'taken') throw badName('is taken');
    const ended = await revokeLogins(tx, row.id);
    const details = { level: 5, password: true, reset: true, logins_ended: ended };
    await audit(tx, ctx, { action: known ? 'user.update' : 'user.create', target: targetOf(row), details });
  });
  ctx.report(`ADMIN_RESET: ${username} is an administrator with the given password. Start without it now.`);
}

function checkPlace(ctx: ServiceContext, token: string | undefined): void {
  if (ctx.caller.isLocal) return;
  const { setupToken } = ctx.auth;
  if (setupToken === null)
    throw new AppError(
      'setup_closed',
      403,
      'This server has no administrator yet. Start it with SETUP_TOKEN, or with ADMIN_USERNAME and ADMIN_PASSWORD, or log in first on the machine itself.',
    );
  if (token === undefined || !sameSecret(token, setupToken))
    throw new AppError('setup_token', 403, 'The first login needs the SETUP_TOKEN of this server.', [
      { field: 'setup_token', message: token === undefined ? 'is missing' : 'is wrong' },
    ]);
}

async function keepFirst(ctx: ServiceContext, name: string, password: string): Promise<UserRow | null> {
  const username = checkedName(name);
  checkPassword(password, username, 'password');
  const passwordHash = await hashPassword(password);
  return inTransaction(ctx.db, async (tx) => {
    // The key is taken by one transaction; a second login waits here for its end, and then finds it taken.
    if (!(await keepOnce(tx, DONE, { at: new Date().toISOString() }))) return null;
    const row = await insertUser(tx, { username, email: null, passwordHash, level: 5 });
    if (!row) throw badName('is taken');
    const details = { level: 5, first: true };
    await audit(tx, ctx, { action: 'user.create', target: targetOf(row), details });
    return row;
  });
}

function checkedName(name: string): string {
  const parsed = usernameShape.safeParse(name);
  if (!parsed.success) throw badName(parsed.error.issues[0]?.message ?? 'is not valid');
  return parsed.data;
}

const badName = (message: string): AppError =>
  new AppError('bad_username', 422, `The name ${message}. Choose another one.`, [
    { field: 'username', message },
  ]);
