import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionOf } from '@/lib/auth/permissions';
import { apiError } from '@/lib/contracts/common';
import { logout } from '@/lib/services/login';
import { updateUser } from '@/lib/services/users';
import { apiRoutes } from '../support/api-routes';
import { testDatabases } from '../support/database';
import { logIn, makeKey, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { liveSessionOf, makeWorld, sessionOf, type World } from '../support/verb-scenarios';
import { phoneOf } from '../support/ways-in-scenarios';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const routes = await apiRoutes();
const guarded = routes.filter(({ operation }) => permissionOf(operation.action).level !== null);

let product: Product;
let world: World;
let admin: Person;
beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
  admin = await makePerson(product.ctx, 5);
});
afterAll(() => product?.stop());

type Asked = { headers?: Record<string, string>; params?: Record<string, string>; body?: string };

/** Asks an operation; without more with the id 1 everywhere and a body that is an empty object. */
async function ask({ operation, handler }: (typeof routes)[number], { headers = {}, params, body }: Asked) {
  const given =
    params ??
    Object.fromEntries([...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1']));
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(given[name] ?? ''),
  );
  const request = new Request(`http://127.0.0.1:3000${path}`, {
    method: operation.method,
    headers,
    ...(operation.hasBody ? { body: body ?? '{}' } : {}),
  });
  const answer = await handler(request, { params: Promise.resolve(given) });
  if (answer.status < 400) await answer.body?.cancel();
  return answer;
}

const codeOf = async (answer: Response) => {
  const { status_code, error } = apiError.parse(await answer.json());
  return `${status_code} ${error}`;
};

test('there are routes, and hardly one is open to everybody', () => {
  expect(guarded.length).toBeGreaterThanOrEqual(45);
  const open = routes.filter((route) => !guarded.includes(route)).map(({ operation }) => operation.id);
  expect(open.sort()).toEqual([
    ...['getHealth', 'getOpenApi', 'getSetupState', 'getStatus', 'login'],
    // The key in the address is the login.
    ...['takePhoneBody', 'takePhoneQuery'],
  ]);
});

describe.each(guarded)('$operation.method $operation.path', (route) => {
  test('is refused without a login, with one that was revoked and with a key that was', async () => {
    const who = await makePerson(product.ctx, 5);
    const key = await makeKey(product.ctx, who.row.id);
    await logout(who.ctx, undefined);
    await product.runtime.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    expect(await codeOf(await ask(route, {}))).toBe('401 unauthorized');
    expect(await codeOf(await ask(route, { headers: who.headers }))).toBe('401 token_ended');
    expect(await codeOf(await ask(route, { headers: key.headers }))).toBe('401 token_ended');
    const cookie = { cookie: `pitwall_session=${who.token}`, origin: 'http://127.0.0.1:3000' };
    expect(await codeOf(await ask(route, { headers: cookie }))).toBe('401 unauthorized');
  });

  test('is refused to an account that was made inactive after the key was made', async () => {
    const who = await makePerson(product.ctx, 5);
    const key = await makeKey(product.ctx, who.row.id);
    await updateUser(admin.ctx, { id: who.row.id, level: 0 });
    const level = permissionOf(route.operation.action).level ?? 0;
    const answer = await ask(route, { headers: key.headers });
    if (level > 0) expect(await codeOf(answer)).toBe('403 inactive');
    const login = await ask(route, { headers: who.headers });
    expect(await codeOf(login)).toBe('401 token_ended');
  });
});

describe('what belongs to another account', () => {
  /** For every operation that changes what an id names: the id of somebody else's. */
  const OTHERS: Record<string, (owner: Person) => Promise<string> | string> = {
    updateSession: async (owner) => String(await sessionOf(world, owner.row.id)),
    deleteSession: async (owner) => String(await sessionOf(world, owner.row.id)),
    reprocessSession: async (owner) => String(await sessionOf(world, owner.row.id)),
    updateLive: async (owner) => String(await liveSessionOf(world, owner.row.id)),
    closeLive: async (owner) => String(await liveSessionOf(world, owner.row.id)),
    addEntry: async (owner) => String(await liveSessionOf(world, owner.row.id)),
    addMark: async (owner) => String(await liveSessionOf(world, owner.row.id)),
    revokeToken: async (owner) => (await logIn(product.ctx, owner.row)).actor.jti,
    revokeKey: async (owner) => String((await makeKey(product.ctx, owner.row.id)).id),
    updateUser: (owner) => String(owner.row.id),
    deleteUser: (owner) => String(owner.row.id),
    updateDevice: () => String(world.deviceId),
    createDeviceKey: async (owner) => String((await phoneOf(owner)).device_id),
    revokeDeviceKey: async (owner) => String((await phoneOf(owner)).device_id),
    resetTrip: async (owner) => String((await phoneOf(owner)).device_id),
    updateTrack: () => String(world.trackId),
    deleteTrack: () => String(world.trackId),
    deleteLog: () => '1',
  };
  const writing = routes.filter(
    ({ operation }) => operation.path.includes('{') && permissionOf(operation.action).writes,
  );

  test('is named by the ids of these operations, and no others', () => {
    expect(writing.map(({ operation }) => operation.id).sort()).toEqual(Object.keys(OTHERS).sort());
  });

  test.each(writing)('is not changed by a regular user: $operation.id', async (route) => {
    const [owner, stranger] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 1)];
    const id = (await OTHERS[route.operation.id]?.(owner)) ?? '';
    const before = await everything();
    const params = { id, trip: 'a', key_id: '1' };
    const answer = await ask(route, { headers: stranger.headers, params, body: '{"name":"stolen"}' });
    // A body of another shape may be refused first; what counts is that nothing happened.
    expect([400, 403, 404]).toContain(answer.status);
    const bodiless = !route.operation.hasBody;
    if (bodiless) expect([403, 404]).toContain(answer.status);
    expect(await everything()).toBe(before);
    const key = await makeKey(product.ctx, owner.row.id, ['read']);
    const byKey = await ask(route, { headers: key.headers, params });
    expect([400, 403]).toContain(byKey.status);
    expect(await everything()).toBe(before);
  });

  /** All that such a request could have changed, as one text. */
  async function everything(): Promise<string> {
    const { sql } = product.runtime;
    const rows = await Promise.all([
      sql`select id, name, owner_id, revision, live from sessions order by id`,
      sql`select session_id, device_id, driver from session_entries order by id`,
      sql`select session_id, kind from session_marks order by id`,
      sql`select session_id, delay_s from live_sessions order by session_id`,
      sql`select id, username, level, password_hash from users order by id`,
      sql`select id, name, owner_id from devices order by id`,
      sql`select id, name, revision from tracks order by id`,
      sql`select jti, revoked_at from login_tokens order by jti`,
      sql`select id from logs order by id`,
      sql`select device_id, revoked_at from device_keys order by id`,
      sql`select device_id, trips from device_states order by device_id`,
      sql`select id, revoked_at from api_keys where name = 'tests' and scopes = '["admin"]' order by id`,
    ]);
    return JSON.stringify(rows);
  }
});
