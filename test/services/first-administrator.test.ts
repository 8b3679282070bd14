import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '@/lib/errors';
import { authenticate } from '@/lib/services/authenticate';
import type { ServiceContext } from '@/lib/services/context';
import { login } from '@/lib/services/login';
import { getSetupState, makeNamedAdministrator } from '@/lib/services/setup';
import { testDatabases } from '../support/database';
import { asking } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

type Place = { isLocal?: boolean; setupToken?: string | null; ip?: string };

describe.each(databases)('the first administrator on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database, { fresh: true });
    await product.runtime.sql`delete from users`;
  });
  afterAll(() => product?.stop());

  let address = 0;
  /** Somebody who has not logged in, each time from another address. */
  const nobody = ({ isLocal = false, setupToken = null }: Place = {}): ServiceContext => {
    const ctx = asking(product.ctx, { kind: 'nobody' });
    const ip = `198.51.100.${++address}`;
    return { ...ctx, auth: { ...ctx.auth, setupToken }, caller: { ...ctx.caller, isLocal, ip } };
  };
  const attempt = (ctx: ServiceContext, username: string, password: string, setup_token?: string) =>
    login(ctx, { username, password, browser: false, ...(setup_token === undefined ? {} : { setup_token }) });
  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error === null) return 'done';
    if (!isAppError(error)) throw error;
    return `${error.status} ${error.code}`;
  };
  const users = async () =>
    (await product.runtime.sql<{ username: string; level: number }[]>`select username, level from users`).map(
      (row) => ({ ...row }),
    );

  test('is made neither from afar, nor with a wrong token, nor with a weak password or a bad name', async () => {
    expect(await codeOf(attempt(nobody(), 'ada', 'long enough 1'))).toBe('403 setup_closed');
    const guarded = { setupToken: 'the right token' };
    expect(await codeOf(attempt(nobody(guarded), 'ada', 'long enough 1'))).toBe('403 setup_token');
    expect(await codeOf(attempt(nobody(guarded), 'ada', 'long enough 1', 'a wrong one'))).toBe(
      '403 setup_token',
    );
    for (const weak of ['short', 'password1', 'adaadaada', 'Ada Lovelace'])
      expect(await codeOf(attempt(nobody({ isLocal: true }), 'Ada Lovelace', weak))).toBe(
        '422 weak_password',
      );
    for (const name of ['', '  ', 'a\u202eb', 'a\nb', 'x'.repeat(65)])
      expect(await codeOf(attempt(nobody({ isLocal: true }), name, 'long enough 1'))).toBe(
        '422 bad_username',
      );
    expect(await users()).toEqual([]);
    expect(await getSetupState(nobody(), undefined)).toMatchObject({ done: false, by: 'closed' });
    expect(await getSetupState(nobody(guarded), undefined)).toMatchObject({ by: 'token' });
    expect(await getSetupState(nobody({ isLocal: true }), undefined)).toMatchObject({ by: 'here' });
  });

  test('is one of many first logins at once; the others are told that name or password is wrong', async () => {
    const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay'];
    const all = await Promise.all(
      names.map((name, index) =>
        codeOf(
          index % 2 === 0
            ? attempt(nobody({ isLocal: true }), name, `long enough for ${name}`)
            : attempt(
                nobody({ setupToken: 'the right token' }),
                name,
                `long enough for ${name}`,
                'the right token',
              ),
        ),
      ),
    );
    expect(all.filter((code) => code === 'done')).toHaveLength(1);
    expect(all.filter((code) => code === '401 bad_credentials')).toHaveLength(5);
    expect(await users()).toEqual([{ username: expect.any(String), level: 5 }]);
    const rows = await product.runtime.sql`select details from logs where action = 'user.create'`;
    expect(rows.map((row) => row.details)).toEqual([{ level: 5, first: true }]);
  });

  test('is never made again, not even when every account is gone', async () => {
    await product.runtime.sql`delete from users`;
    expect(await codeOf(attempt(nobody({ isLocal: true }), 'zoe', 'long enough 1'))).toBe(
      '401 bad_credentials',
    );
    await makeNamedAdministrator(product.ctx, { username: 'env', password: 'long enough 2', reset: false });
    expect(await users()).toEqual([]);
    expect(await getSetupState(nobody(), undefined)).toMatchObject({ done: true });
  });

  test('comes from the environment first, where that names one', async () => {
    await product.runtime.sql`delete from settings where key = 'setup-done'`;
    await makeNamedAdministrator(product.ctx, { username: 'env', password: 'long enough 2', reset: false });
    expect(await users()).toEqual([{ username: 'env', level: 5 }]);
    expect(await codeOf(attempt(nobody({ isLocal: true }), 'me', 'long enough 1'))).toBe(
      '401 bad_credentials',
    );
    expect(await codeOf(attempt(nobody(), 'ENV', 'long enough 2'))).toBe('done');
    await makeNamedAdministrator(product.ctx, { username: 'env', password: 'changed since', reset: false });
    expect(await codeOf(attempt(nobody(), 'env', 'long enough 2'))).toBe('done');
  });

  test('gets back in with a password from the environment, and every old login ends', async () => {
    const { access_token } = await attempt(nobody(), 'env', 'long enough 2');
    await product.runtime.sql`update users set level = 1`;
    await makeNamedAdministrator(product.ctx, { username: 'Env', password: 'given anew 3', reset: true });
    expect(await users()).toEqual([{ username: 'env', level: 5 }]);
    const cookie = { authorization: null, cookie: access_token };
    expect((await authenticate(product.ctx, cookie)).kind).toBe('nobody');
    expect(await codeOf(attempt(nobody(), 'env', 'given anew 3'))).toBe('done');
    const weak = makeNamedAdministrator(product.ctx, { username: 'env', password: 'weak', reset: true });
    await expect(weak).rejects.toThrow(/^ADMIN_USERNAME and ADMIN_PASSWORD .* at least 8 characters/);
  });
});
