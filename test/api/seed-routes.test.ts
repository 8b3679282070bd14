import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '@/lib/api/operations';
import { SEED_ROUTES } from '@/lib/api/seed-routes';
import { hashPassword } from '@/lib/auth/password';
import { isLevel, type Level, permissionOf } from '@/lib/auth/permissions';
import { apiError } from '@/lib/contracts/common';
import { insertUser } from '@/lib/db/users';
import { parseRobotLine } from '@/lib/feeds/robots';
import { trackToFile } from '@/lib/formats/track-file';
import { getSessionLaps } from '@/lib/services/sessions';
import { takeRobotEvents } from '@/lib/services/take-robots';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { askOldUrl, jsonBody } from '../support/old-urls';
import { logIn, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import {
  lfsLap,
  lfsPoint,
  said,
  seedEvent,
  seedRobot,
  seedWay,
  self,
  session,
  track,
  trackRow,
  user,
} from '../support/seed-shapes';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const START_MS = 1_750_000_000_000;
const ROBOT = 'Oto';
const PASSWORD = 'a long pass phrase of the tests';
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

let product: Product;
const ids = { track: 0, device: 0, session: 0, lap: 0 };

beforeAll(async () => {
  product = await openProduct(database);
  const { ctx } = product;
  await withPassword(5, 'Boss');
  ids.track = (await createTrack(ctx, trackToFile(circleTrack()))).id;
  const [item] = await product.drop([{ name: 'a.csv', content: circleCsv({ startMs: START_MS }) }]);
  ids.session = item?.session_id ?? 0;
  const { items } = await getSessionLaps(ctx, { ref: ids.session });
  const lap = items.find((one) => one.class === 'complete');
  ids.lap = lap?.id ?? 0;
  ids.device = lap?.device_id ?? 0;
  await takeRobotEvents(ctx, { events: [parseRobotLine(`1,2,3,${ROBOT}`)] });
});
afterAll(() => product?.stop());

type Case = {
  /** The lowest level; null = without login too. */
  level: Level | null;
  status: number;
  /** The answer's shape; null = there is no body. */
  shape: z.ZodType | null;
  id?: () => number | Promise<number>;
  body?: () => unknown;
  /** Who asks, where any account of the level is not enough. */
  by?: () => Promise<Person>;
};

/** Somebody of a level with a password that is known. */
async function withPassword(level: Level, username = `Known ${level}`): Promise<Person> {
  const passwordHash = await hashPassword(PASSWORD);
  const row = await insertUser(product.ctx.db, { username, email: null, passwordHash, level });
  if (!row) throw new Error(`${username} is taken.`);
  return logIn(product.ctx, row);
}

const ofLevel1 = async (): Promise<number> => (await makePerson(product.ctx, 1)).row.id;
async function someLog(): Promise<number> {
  await updateMeOnce();
  const [row] = await product.runtime.sql`select max(id)::int as id from logs where action = 'me.update'`;
  return Number(row?.id);
}
async function updateMeOnce(): Promise<void> {
  const { headers } = await makePerson(product.ctx, 1);
  await askOldUrl('POST', '/api/change_theme', jsonBody({ theme: 'dark' }, headers));
}

const CASES: Record<string, Case> = {
  'POST /api/login': {
    level: null,
    status: 200,
    shape: z.strictObject({ access_token: z.string(), user }),
    body: () => ({ username: 'Boss', password: PASSWORD }),
  },
  'POST /api/logout': { level: 0, status: 200, shape: said },
  'GET /api/id': { level: 0, status: 200, shape: self },
  'GET /api/get_users': { level: 3, status: 200, shape: z.array(user).min(2) },
  'GET /api/get_user/{id}': { level: 3, status: 200, shape: user, id: ofLevel1 },
  'POST /api/add_user': {
    level: 3,
    status: 201,
    shape: user,
    body: () => ({ username: 'New', password: PASSWORD, email: 'new@example.org', level: '2' }),
  },
  'POST /api/edit_user/{id}': {
    level: 3,
    status: 200,
    shape: user,
    id: ofLevel1,
    body: () => ({ level: 2 }),
  },
  'POST /api/change_password': {
    level: 0,
    status: 200,
    shape: said,
    by: () => withPassword(0),
    body: () => ({ old_password: PASSWORD, new_password: `${PASSWORD}, the second` }),
  },
  'POST /api/change_user_details': {
    level: 1,
    status: 200,
    shape: self,
    body: () => ({ username: 'Renamed', email: 'renamed@example.org' }),
  },
  'POST /api/change_theme': { level: 1, status: 200, shape: self, body: () => ({ theme: 'dark' }) },
  'GET /api/get_logs': {
    level: 4,
    status: 200,
    shape: z
      .array(
        z.strictObject({
          id: z.int(),
          user: z.string().nullable(),
          action: z.string(),
          time: z.iso.datetime(),
          ip: z.string().nullable(),
          country: z.string().nullable(),
        }),
      )
      .min(1),
  },
  'DELETE /api/delete_log/{id}': { level: 5, status: 200, shape: said, id: someLog },
  'DELETE /api/delete_all_logs': { level: 5, status: 200, shape: said.extend({ deleted: z.int() }) },
  'GET /api/get_usage': {
    level: 3,
    status: 200,
    shape: z
      .array(
        z.strictObject({
          user: z.string().nullable(),
          action: z.string(),
          count: z.int(),
          first_time: z.iso.datetime(),
          last_time: z.iso.datetime(),
        }),
      )
      .min(1),
  },
  'GET /api/track': { level: 1, status: 200, shape: z.array(trackRow).min(1) },
  'POST /api/track': {
    level: 2,
    status: 201,
    shape: track,
    body: () => trackToFile(circleTrack('Far', 9000)),
  },
  'GET /api/track/{id}': { level: 1, status: 200, shape: track, id: () => ids.track },
  'POST /api/db_populate': { level: 5, status: 200, shape: said.extend({ track }) },
  'POST /api/session': {
    level: 1,
    status: 202,
    shape: z.strictObject({ session_id: z.int(), job_id: z.int(), session_url: z.string() }),
    body: () => ({
      deviceId: ids.device,
      trackId: ids.track,
      sessionName: 'Heat',
      from: iso(START_MS),
      to: iso(START_MS + 200_000),
    }),
  },
  'GET /api/session/{id}': { level: 1, status: 200, shape: session, id: () => ids.session },
  'GET /api/status': {
    level: null,
    status: 200,
    shape: z.strictObject({
      status: z.enum(['ok', 'degraded']),
      version: z.string(),
      database: z.boolean(),
      redis: z.boolean(),
      traccar: z.boolean(),
    }),
  },
  'GET /api/hello': {
    level: null,
    status: 200,
    shape: z.strictObject({ message: z.literal('hello world') }),
  },
  'PUT /api/update_devices': { level: 2, status: 409, shape: apiError },
  'GET /api/v1/{id}/laps': {
    level: 1,
    status: 200,
    shape: z.strictObject({ total: z.int().min(1), items: z.array(lfsLap).min(1) }),
    id: () => ids.session,
  },
  'GET /api/v1/{id}': { level: 1, status: 200, shape: lfsLap, id: () => ids.lap },
  'GET /api/v1/{id}/telemetry': {
    level: 1,
    status: 200,
    shape: z.strictObject({
      lap_id: z.int(),
      points: z.array(lfsPoint).min(10),
      total_points: z.int(),
    }),
    id: () => ids.lap,
  },
  'GET /api/docs': { level: null, status: 308, shape: null },
  'GET /api/redoc': { level: null, status: 308, shape: null },
  'GET /redoc': { level: null, status: 308, shape: null },
  'GET /api/openapi.json': { level: null, status: 308, shape: null },
  'GET /api/robots': { level: 1, status: 200, shape: z.array(seedRobot).min(1) },
  'GET /api/robots/{name}': { level: 1, status: 200, shape: seedRobot },
  'GET /api/robots/{name}/events': { level: 1, status: 200, shape: z.array(seedEvent).length(1) },
  'GET /api/robots/{name}/odometer': { level: 1, status: 200, shape: seedWay },
};

/** A path with a number or a robot's name in it. */
const named = (path: string, id: number): string => path.replace('{id}', String(id)).replace('{name}', ROBOT);

const keyOf = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;

test('the table holds every URL of the older systems that this API does not have itself', () => {
  expect(SEED_ROUTES.map(keyOf).sort()).toEqual(Object.keys(CASES).sort());
});

test('each has a successor among the operations that needs the same right', () => {
  const placeOf = (path: string): string => path.replace(/\{\w+\}/g, '{}');
  const strange = SEED_ROUTES.filter((route) => {
    const there = OPERATIONS.filter((one) => placeOf(one.path) === placeOf(route.successor));
    // The documentation is a page; Telemetron's devices come from a Traccar that this version does not ask.
    if (route.successor === '/docs') return false;
    if (route.path === '/api/update_devices') return there.length === 0;
    return !there.some((one) => one.action === route.action);
  });
  expect(strange.map(keyOf)).toEqual([]);
});

test('no route of the API stands where an older URL is, which it would hide', () => {
  const own = OPERATIONS.map((one) => one.path.replace(/\{\w+\}/g, '7'));
  const older = SEED_ROUTES.map((route) => route.path.replace(/\{\w+\}/, '7'));
  expect(older.filter((path) => own.includes(path))).toEqual([]);
});

test('the document of the older URLs has a line for each', () => {
  const lines = readFileSync('docs/older-apis.md', 'utf8').split('\n');
  const missing = SEED_ROUTES.filter(
    (route) =>
      !lines.some((line) => line.startsWith(`| \`${keyOf(route)}\` |`) && line.includes(route.successor)),
  );
  expect(missing.map(keyOf)).toEqual([]);
});

describe.each([...SEED_ROUTES])('$method $path', (route) => {
  const one = CASES[keyOf(route)];
  if (!one) return;
  const init = (headers: Record<string, string>): RequestInit =>
    one.body ? jsonBody(one.body(), headers) : { headers };
  const successorOf = (id: number): string => `<${named(route.successor, id)}>; rel="successor-version"`;
  const ask = async (headers: Record<string, string>, id: number) => {
    const response = await askOldUrl(route.method, named(route.path, id), init(headers));
    expect(response.headers.get('deprecation')).toBe('true');
    expect(response.headers.get('link')).toBe(successorOf(id));
    return response;
  };

  test('needs its level, which is that of its successor', async () => {
    const { level } = one;
    expect(permissionOf(route.action).level).toBe(level);
    if (level === null) return;
    const nobody = await ask({}, 1);
    expect([nobody.status, apiError.parse(await nobody.json()).error]).toEqual([401, 'unauthorized']);
    const below = level - 1;
    if (!isLevel(below)) return;
    const person = await makePerson(product.ctx, below);
    expect((await ask(person.headers, 1)).status).toBe(403);
  });

  test('answers in its own shape and says what goes on with it', async () => {
    const id = (await one.id?.()) ?? 1;
    const person = one.by ? await one.by() : await makePerson(product.ctx, one.level ?? 0);
    const response = await ask(one.level === null ? {} : person.headers, id);
    const text = await response.text();
    expect([response.status, text]).toEqual([one.status, expect.any(String)]);
    if (one.shape) one.shape.parse(JSON.parse(text));
    else expect([text, response.headers.get('location')]).toEqual(['', route.successor]);
  });
});
