import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLoginGuard } from '@/lib/auth/login-guard';
import { LEVELS } from '@/lib/auth/permissions';
import { isAppError } from '@/lib/errors';
import { authenticate } from '@/lib/services/authenticate';
import { createKey, revokeKey } from '@/lib/services/keys';
import { login, logout } from '@/lib/services/login';
import { listTokens, revokeToken } from '@/lib/services/logins';
import { changePassword, getMe, updateMe } from '@/lib/services/me';
import { createUser, deleteUser, updateUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { asking, logIn, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('accounts on $name', (database) => {
  let product: Product;
  let admin: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    await product.runtime.sql`update users set level = 4`;
    admin = await makePerson(product.ctx, 5);
  });
  afterAll(() => product?.stop());

  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isAppError(error)) throw error ?? new Error('It was not refused.');
    return `${error.status} ${error.code}`;
  };
  const counts = async (token: string): Promise<boolean> => {
    const actor = await authenticate(product.ctx, { authorization: null, cookie: token });
    return actor.kind !== 'nobody';
  };
  /** Logs in as a browser would, from an address of its own. */
  const tryLogin = (username: string, password: string) => {
    const guard = openLoginGuard();
    const ctx = asking(product.ctx, { kind: 'nobody' });
    return login({ ...ctx, auth: { ...ctx.auth, guard } }, { username, password, browser: true });
  };

  test('nobody gives or changes a level at or above the own one, but an administrator', async () => {
    for (const own of [3, 4, 5] as const) {
      const { ctx } = await makePerson(product.ctx, own);
      for (const level of LEVELS) {
        const made = () =>
          createUser(ctx, { username: `by ${own} at ${level}`, password: 'long enough 1', level });
        const other = await makePerson(product.ctx, level);
        const changed = () => updateUser(ctx, { id: other.row.id, email: `${own}${level}@example.org` });
        const deleted = async () => deleteUser(ctx, (await makePerson(product.ctx, level)).row.id);
        if (own === 5 || level < own) {
          expect((await made()).level).toBe(level);
          expect((await changed()).email).toBe(`${own}${level}@example.org`);
          await deleted();
        } else {
          for (const work of [made, changed, deleted]) expect(await refusal(work())).toBe('403 forbidden');
        }
      }
      const below = await makePerson(product.ctx, 1);
      if (own < 5)
        expect(await refusal(updateUser(ctx, { id: below.row.id, level: own }))).toBe('403 forbidden');
    }
  });

  test('the last administrator stays one, whoever asks, also when two ask at once', async () => {
    await product.runtime.sql`update users set level = 4 where level = 5 and id <> ${admin.row.id}`;
    expect(await refusal(updateUser(admin.ctx, { id: admin.row.id, level: 4 }))).toBe(
      '409 last_administrator',
    );
    expect(await refusal(deleteUser(admin.ctx, admin.row.id))).toBe('409 own_account');
    const second = await makePerson(product.ctx, 5);
    const both = await Promise.allSettled([
      updateUser(admin.ctx, { id: second.row.id, level: 4 }),
      updateUser(second.ctx, { id: admin.row.id, level: 4 }),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    const [left] = await product.runtime.sql`select count(*)::int as count from users where level = 5`;
    expect(left?.count).toBe(1);
    await product.runtime.sql`update users set level = 5 where id = ${admin.row.id}`;
  });

  test('a new level or password ends every login; other changes none', async () => {
    const who = await makePerson(product.ctx, 1);
    const phone = await logIn(product.ctx, who.row);
    await updateUser(admin.ctx, { id: who.row.id, email: 'new@example.org' });
    expect([await counts(who.token), await counts(phone.token)]).toEqual([true, true]);
    await updateUser(admin.ctx, { id: who.row.id, level: 2 });
    expect([await counts(who.token), await counts(phone.token)]).toEqual([false, false]);
    const again = await logIn(product.ctx, who.row);
    await updateUser(admin.ctx, { id: who.row.id, password: 'given by somebody' });
    expect(await counts(again.token)).toBe(false);
    expect((await tryLogin(who.row.username, 'given by somebody')).user.level).toBe(2);
  });

  test('the own password needs the old one, and ends the asking login too', async () => {
    const made = await createUser(admin.ctx, { username: 'owner', password: 'the first of it', level: 1 });
    const { access_token } = await tryLogin('OWNER ', 'the first of it');
    const actor = await authenticate(product.ctx, { authorization: `Bearer ${access_token}`, cookie: null });
    const ctx = asking(product.ctx, actor);
    const change = (old_password: string, new_password: string) =>
      changePassword(ctx, { old_password, new_password });
    expect(await refusal(change('wrong', 'another one of it'))).toBe('403 bad_credentials');
    expect(await refusal(change('the first of it', 'short'))).toBe('422 weak_password');
    await change('the first of it', 'another one of it');
    expect(await counts(access_token)).toBe(false);
    expect(await refusal(tryLogin('owner', 'the first of it'))).toBe('401 bad_credentials');
    expect((await tryLogin('owner', 'another one of it')).user.id).toBe(made.id);
  });

  test('an inactive account is told so, and only with the right password', async () => {
    await createUser(admin.ctx, { username: 'asleep', password: 'the first of it', level: 0 });
    expect(await refusal(tryLogin('asleep', 'a wrong password'))).toBe('401 bad_credentials');
    expect(await refusal(tryLogin('asleep', 'the first of it'))).toBe('403 inactive');
  });

  test('logging out ends this login alone; one’s others can be ended one by one, a stranger’s cannot', async () => {
    const who = await makePerson(product.ctx, 1);
    const [phone, tablet] = [await logIn(product.ctx, who.row), await logIn(product.ctx, who.row)];
    const stranger = await makePerson(product.ctx, 5);
    expect(await refusal(revokeToken(stranger.ctx, tablet.actor.jti))).toBe('404 not_found');
    await logout(who.ctx, undefined);
    expect([await counts(who.token), await counts(phone.token)]).toEqual([false, true]);
    await revokeToken(phone.ctx, tablet.actor.jti);
    expect(await counts(tablet.token)).toBe(false);
    expect((await listTokens(phone.ctx, undefined)).items.map((one) => one.current)).toEqual([true]);
  });

  test('names that look alike are one account; taken names and addresses are refused', async () => {
    await createUser(admin.ctx, {
      username: 'Zoë',
      password: 'long enough 1',
      level: 1,
      email: 'Zoe@example.org',
    });
    for (const username of ['zoë', 'ZOË', 'Zoe\u0308', ' Zoë '])
      expect(await refusal(createUser(admin.ctx, { username, password: 'long enough 1', level: 1 }))).toBe(
        '409 taken',
      );
    const other = await makePerson(product.ctx, 1);
    expect(await refusal(updateMe(other.ctx, { email: 'zoe@EXAMPLE.org' }))).toBe('409 taken');
    expect(await refusal(updateMe(other.ctx, { username: 'zoë' }))).toBe('409 taken');
    expect((await updateMe(other.ctx, { theme: 'light', units: 'mph' })).units).toBe('mph');
    expect((await getMe(other.ctx, undefined)).theme).toBe('light');
  });

  test('a key works at its owner’s level of now, within its scopes, until revoked or at its end', async () => {
    const who = await makePerson(product.ctx, 2);
    const made = await createKey(who.ctx, { name: 'logger', scopes: ['read', 'ingest'] });
    const actorOf = () => authenticate(product.ctx, { authorization: `Bearer ${made.key}`, cookie: null });
    expect(await actorOf()).toMatchObject({ kind: 'key', level: 2, scopes: ['read', 'ingest'] });
    await updateUser(admin.ctx, { id: who.row.id, level: 1 });
    expect(await actorOf()).toMatchObject({ kind: 'key', level: 1 });
    const stored = await product.runtime.sql`select * from api_keys where id = ${made.id}`;
    expect(JSON.stringify(stored)).not.toContain(made.key);
    const owner = await logIn(product.ctx, who.row);
    expect(await refusal(revokeKey(admin.ctx, made.id))).toBe('404 not_found');
    await revokeKey(owner.ctx, made.id);
    expect(await refusal(actorOf())).toBe('401 token_ended');
    const soon = await createKey(owner.ctx, {
      name: 's',
      scopes: ['read'],
      expires_at: '2999-01-01T00:00:00Z',
    });
    await product.runtime.sql`update api_keys set expires_at = now() where id = ${soon.id}`;
    const late = authenticate(product.ctx, { authorization: `Bearer ${soon.key}`, cookie: null });
    expect(await refusal(late)).toBe('401 token_ended');
    const past = { name: 'p', scopes: ['read' as const], expires_at: '2001-01-01T00:00:00Z' };
    expect(await refusal(createKey(owner.ctx, past))).toBe('400 bad_request');
  });

  test('no secret is in the audit log', async () => {
    const rows = JSON.stringify(await product.runtime.sql`select * from logs`);
    expect(rows).toContain('user.create');
    for (const secret of ['long enough 1', 'given by somebody', 'another one of it', 'pw_', 'scrypt'])
      expect(rows).not.toContain(secret);
  });
});
