import { unlessBusy } from '@/lib/auth/login-guard';
import { verifyPassword } from '@/lib/auth/password';
import { tellRevocation } from '@/lib/auth/revocation';
import { LOGIN_LASTS_S } from '@/lib/auth/tokens';
import type { LoginAnswer, LoginInput } from '@/lib/contracts/people';
import { type Db, inTransaction } from '@/lib/db/client';
import { insertLogin, revokeLogin } from '@/lib/db/logins';
import { lockWithPassword, type UserRow, userByName } from '@/lib/db/users';
import { AppError } from '@/lib/errors';
import { levelOf, personOf, targetOf, userItemOf } from './accounts';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { isSetUp, makeFirstAdministrator } from './setup';
import { verb } from './verb';

/** What a login gives; a browser's is kept in a cookie. */
export type Login = LoginAnswer & { jti: string };

/**
 * Logs in with name and password. The first login of a new server makes its administrator. Throws an AppError
 * `bad_credentials` (401; the same and as slow for a name that does not exist), `inactive` (403), `captcha_required`
 * (401) or `too_many_tries` (429).
 */
export const login = verb(
  'auth.login',
  async (ctx, input: LoginInput & { browser: boolean }): Promise<Login> => {
    const who = { ip: ctx.caller.ip ?? 'unknown', name: input.username };
    await passGuard(ctx, who, input.captcha);
    const row = await unlessBusy(ctx.auth.guard, who, async () => {
      const first = (await isSetUp(ctx.db)) ? null : await makeFirstAdministrator(ctx, input);
      return first ?? checkedAccount(ctx, input);
    });
    if (!row) throw await wrongPassword(ctx, who);
    await ctx.auth.guard.succeeded(who);
    return inTransaction(ctx.db, (tx) => keepLogin(tx, ctx, row, input.browser));
  },
);

type Who = { ip: string; name: string };

/** The captcha's host is asked only where the guard wants it: nobody can make this server call it at will. */
async function passGuard(ctx: ServiceContext, who: Who, answer: string | undefined): Promise<void> {
  const { captcha, guard } = ctx.auth;
  let gate = await guard.enter({ ...who, captchaSolved: false });
  if (gate.kind === 'captcha' && captcha && answer) {
    const verdict = await captcha.solve(answer, who.ip);
    gate = await guard.enter({
      ...who,
      captchaSolved: verdict === 'unreachable' ? verdict : verdict === 'solved',
    });
  }
  if (gate.kind === 'captcha')
    throw new AppError('captcha_required', 401, 'Too many wrong passwords: solve the reCAPTCHA.', [], {
      captchaRequired: true,
    });
  if (gate.kind === 'wait')
    throw new AppError(
      'too_many_tries',
      429,
      `Too many wrong passwords. The next try counts in ${gate.retryAfterS} s.`,
      [],
      { retryAfterS: gate.retryAfterS },
    );
}

const NAME_OR_PASSWORD = 'Name or password is wrong.';

/** Says already what the next try will meet. */
async function wrongPassword(ctx: ServiceContext, who: Who): Promise<AppError> {
  const next = await ctx.auth.guard.failed(who);
  return new AppError('bad_credentials', 401, NAME_OR_PASSWORD, [], {
    ...(next.kind === 'captcha' ? { captchaRequired: true } : {}),
    ...(next.kind === 'wait' ? { retryAfterS: next.retryAfterS } : {}),
  });
}

/** The account when the password is its own. Whether the name exists shows neither in the time nor in the answer. */
async function checkedAccount(ctx: ServiceContext, input: LoginInput): Promise<UserRow | null> {
  const row = await userByName(ctx.db, input.username);
  const isRight = await verifyPassword(input.password, row?.passwordHash ?? null);
  if (row && isRight) return row;
  // A name that nobody has is not kept: it may be a password typed into the wrong field.
  await audit(ctx.db, ctx, {
    action: 'auth.login',
    ...(row ? { target: targetOf(row) } : {}),
    details: { outcome: row ? 'wrong password' : 'unknown name' },
  });
  return null;
}

/** `checked` is as old as the check of its password: a change meanwhile has ended every login, this one too. */
async function keepLogin(tx: Db, ctx: ServiceContext, checked: UserRow, browser: boolean): Promise<Login> {
  const row = await lockWithPassword(tx, checked);
  if (!row) throw new AppError('bad_credentials', 401, NAME_OR_PASSWORD);
  if (levelOf(row) === 0)
    throw new AppError('inactive', 403, 'This account is inactive. Ask an administrator to activate it.');
  const jti = crypto.randomUUID();
  const expiresAtS = Math.floor(Date.now() / 1000) + LOGIN_LASTS_S;
  const expiresAt = new Date(expiresAtS * 1000).toISOString();
  const { ip, userAgent } = ctx.caller;
  const place = { ip: ip ?? 'unknown', userAgent: (userAgent ?? '').replaceAll('\0', '').slice(0, 500) };
  await insertLogin(tx, { jti, userId: row.id, expiresAt, browser, ...place });
  const actor = { kind: 'user' as const, userId: row.id, username: row.username, level: levelOf(row) };
  const self = { caller: { ...ctx.caller, actor: { ...actor, jti, expiresAt } } };
  await audit(tx, self, { action: 'auth.login', target: targetOf(row), details: { outcome: 'logged in' } });
  return {
    jti,
    access_token: await ctx.auth.signer.sign({ userId: row.id, jti, expiresAtS }),
    token_type: 'Bearer',
    expires_at: expiresAt,
    user: userItemOf({ ...row, lastLoginAt: new Date().toISOString() }),
  };
}

/** Ends the login that asks, at once and everywhere. */
export const logout = verb('auth.logout', async (ctx, _: undefined): Promise<void> => {
  const person = personOf(ctx);
  if (person.kind !== 'user') throw new AppError('login_needed', 403, 'A key is revoked, not logged out.');
  await inTransaction(ctx.db, async (tx) => {
    if (!(await revokeLogin(tx, person.userId, person.jti))) return;
    await audit(tx, ctx, {
      action: 'auth.logout',
      target: { noun: 'user', id: person.userId, name: person.username },
    });
  });
  tellRevocation(ctx.bus, { jti: person.jti });
});
