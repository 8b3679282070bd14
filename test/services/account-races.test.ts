import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureResponse } from '@/lib/api/failure';
import { openLoginGuard } from '@/lib/auth/login-guard';
import { verifyPassword } from '@/lib/auth/password';
import { apiError } from '@/lib/contracts/common';
import { isAppError } from '@/lib/errors';
import { authenticate } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { createKey } from '@/lib/services/keys';
import { login } from '@/lib/services/login';
import { changePassword } from '@/lib/services/me';
import { createUser, deleteUser, updateUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { asking, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('while somebody else changes an account on $name', (database) => {
  let product: Product;
  let admin: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    admin = await makePerson(product.ctx, 5);
  });
  afterAll(() => product?.stop());

  const FIRST = 'the first of it';
  const changes = {
    'another password': (id: number) => updateUser(admin.ctx, { id, password: 'the second of it' }),
    'level 0': (id: number) => updateUser(admin.ctx, { id, level: 0 }),
    deletion: (id: number) => deleteUser(admin.ctx, id),
  };

  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isAppError(error)) throw error ?? new Error('It was not refused.');
    return `${error.status} ${error.code}`;
  };
  /** Asks with a guard that lets `change` happen as soon as the password was found right. */
  const interrupted = (ctx: ServiceContext, change: () => Promise<unknown>): ServiceContext => {
    const guard = openLoginGuard();
    const succeeded = async () => void (await change());
    return { ...ctx, auth: { ...ctx.auth, guard: { ...guard, succeeded } } };
  };
  const nobody = () => asking(product.ctx, { kind: 'nobody' });
  const account = (username: string) => createUser(admin.ctx, { username, password: FIRST, level: 1 });
  const tokensOf = async (id: number) => product.runtime.sql`
    select 1 from login_tokens where user_id = ${id} and revoked_at is null`;

  test.each([
    ['another password', '401 bad_credentials'],
    ['level 0', '403 inactive'],
    ['deletion', '401 bad_credentials'],
  ] as const)('a login that began before it does not outlive %s', async (what, expected) => {
    const { id, username } = await account(`goes on after ${what}`);
    const ctx = interrupted(nobody(), () => changes[what](id));
    expect(await refusal(login(ctx, { username, password: FIRST, browser: false }))).toBe(expected);
    expect(await tokensOf(id)).toHaveLength(0);
  });

  test('who has lost his level since he was let in makes, changes and deletes nobody', async () => {
    const moderator = await makePerson(product.ctx, 3);
    const other = await makePerson(product.ctx, 1);
    await product.runtime.sql`update users set level = 2 where id = ${moderator.row.id}`;
    const { ctx } = moderator;
    const works = [
      () => createUser(ctx, { username: 'made by nobody', password: FIRST, level: 1 }),
      () => updateUser(ctx, { id: other.row.id, level: 2 }),
      () => deleteUser(ctx, other.row.id),
    ];
    for (const work of works) expect(await refusal(work())).toBe('403 forbidden');
    await deleteUser(admin.ctx, moderator.row.id);
    for (const work of works) expect(await refusal(work())).toBe('401 unauthorized');
  });

  test('what belongs to an account that was deleted meanwhile is refused in words', async () => {
    const who = await makePerson(product.ctx, 1);
    await deleteUser(admin.ctx, who.row.id);
    const fault = await createKey(who.ctx, { name: 'late', scopes: ['read'] }).catch((error) => error);
    const answer = failureResponse(fault, 'r1', '/api/v1/me/keys');
    expect([answer.status, apiError.parse(await answer.json()).error]).toEqual([409, 'changed_meanwhile']);
  });

  test('an account has 50 keys at most, however many are made at once', async () => {
    const { ctx } = await makePerson(product.ctx, 1);
    const made = Array.from({ length: 60 }, () => createKey(ctx, { name: 'one more', scopes: ['read'] }));
    const settled = await Promise.allSettled(made);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  });

  test('a login that the server was too busy for does not count as a wrong password', async () => {
    const { username } = await account('patient');
    const ctx = { ...nobody(), auth: { ...product.ctx.auth, guard: openLoginGuard() } };
    const attempt = (password: string) => login(ctx, { username, password, browser: false });
    // As many as may wait and two at work; whoever is done asks again, so that no place is ever free.
    let stays = true;
    const crowd = Array.from({ length: 62 }, async () => {
      while (stays) await verifyPassword('somebody else', null);
    });
    for (let tries = 0; tries < 7; tries++) expect(await refusal(attempt('wrong'))).toBe('503 busy');
    stays = false;
    await Promise.all(crowd);
    for (let tries = 0; tries < 5; tries++)
      expect(await refusal(attempt('wrong'))).toBe('401 bad_credentials');
    expect(await refusal(attempt(FIRST))).toBe('429 too_many_tries');
  }, 60_000);

  test('a password that an administrator has set meanwhile is not overwritten by its owner’s change', async () => {
    const { id, username } = await account('two at once');
    const ctx = interrupted(nobody(), async () => {});
    const { access_token } = await login(ctx, { username, password: FIRST, browser: false });
    const actor = await authenticate(product.ctx, { authorization: null, cookie: access_token });
    const own = interrupted(asking(product.ctx, actor), () => changes['another password'](id));
    const change = changePassword(own, { old_password: FIRST, new_password: 'the third of it' });
    expect(await refusal(change)).toBe('403 bad_credentials');
    const again = login(ctx, { username, password: 'the second of it', browser: false });
    expect((await again).user.id).toBe(id);
  });
});
