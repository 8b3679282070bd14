import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as loginRoute from '@/app/api/v1/auth/login/route';
import * as devices from '@/app/api/v1/devices/[id]/route';
import * as logs from '@/app/api/v1/logs/route';
import * as myKeys from '@/app/api/v1/me/keys/route';
import * as sessions from '@/app/api/v1/sessions/route';
import * as trackFileRoute from '@/app/api/v1/tracks/[id]/file/route';
import * as users from '@/app/api/v1/users/route';
import { readJson } from '@/lib/api/body';
import { apiError } from '@/lib/contracts/common';
import { trackToFile } from '@/lib/formats/track-file';
import { createTrack } from '@/lib/services/track-edits';
import { circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { makeWorld, type World } from '../support/verb-scenarios';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let world: World;
let admin: Person;
beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
  admin = await makePerson(product.ctx, 5, "Robert'); drop table users;--");
});
afterAll(() => product?.stop());

const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });
const ask = (path: string, init: RequestInit = {}, headers: Record<string, string> = admin.headers) =>
  new Request(`http://127.0.0.1:3000/api/v1/${path}`, { ...init, headers });
const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) });

const INJECTIONS = [
  "' or '1'='1",
  "'; drop table users; --",
  '" or ""="',
  '%',
  '_',
  '\\',
  '%27%20or%201=1',
  'admin\u0000',
  '\u202Enimda',
];

describe('text of a client', () => {
  test('is never SQL, wherever it can be sent', async () => {
    const counted = async () =>
      (
        await product.runtime
          .sql`select (select count(*) from users) as users, (select count(*) from sessions) as s`
      )[0];
    const before = { ...(await counted()) };
    for (const text of INJECTIONS) {
      const word = encodeURIComponent(text);
      for (const [route, path] of [
        [users, `users?search=${word}`],
        [sessions, `sessions?search=${word}`],
        [logs, `logs?search=${word}&action=${word}&target=${word}&target_id=${word}`],
      ] as const) {
        const answer = await route.GET(ask(path), context());
        expect([200, 400]).toContain(answer.status);
        if (answer.status !== 200) continue;
        const { total } = await answer.json();
        // Nothing here holds such a text literally.
        expect(total, path).toBe(0);
      }
      const login = post('auth/login', { username: text, password: text });
      expect([400, 401]).toContain((await loginRoute.POST(login, context())).status);
    }
    expect({ ...(await counted()) }).toEqual(before);
    const found = await users.GET(ask(`users?search=${encodeURIComponent("Robert'); drop")}`), context());
    expect((await found.json()).items[0].username).toBe(admin.row.username);
  });

  test('never becomes a header of its own', async () => {
    const name = 'a"b\\c\r\nSet-Cookie: x=1; 😀/../..';
    const track = trackToFile(circleTrack(name, 5_000));
    const { id } = await createTrack(product.ctx, track);
    const answer = await trackFileRoute.GET(ask('x'), context({ id: String(id) }));
    expect(answer.headers.get('set-cookie')).toBeNull();
    const disposition = answer.headers.get('content-disposition') ?? '';
    expect(disposition).not.toMatch(/[\r\n]|\.\.|\//);
    expect(disposition.split('"')).toHaveLength(3);
  });

  test('is kept as it is and comes back as JSON, not as markup or formula', async () => {
    const name = "=cmd|' /C calc'!A0<script>alert(1)</script>";
    const send = ask('x', { method: 'PATCH', body: JSON.stringify({ name }) });
    const answer = await devices.PATCH(send, context({ id: String(world.deviceId) }));
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect((await answer.json()).name).toBe(name);
  });
});

describe('a body', () => {
  const refused = async (answer: Response) => {
    const body = apiError.parse(await answer.json());
    return `${body.status_code} ${body.error}`;
  };
  const sent = (body: string, headers: Record<string, string> = {}) =>
    users.POST(ask('users', { method: 'POST', body }, { ...admin.headers, ...headers }), context());

  test('nested a hundred thousand deep, or of a million members, is refused like any other', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(await refused(await sent(deep))).toBe('400 bad_request');
    expect(await refused(await sent(`{"username":${deep}}`))).toBe('400 bad_request');
    const wide = `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":1`).join(',')}}`;
    expect(await refused(await sent(wide))).toBe('400 bad_request');
    expect(await refused(await sent(`"${'x'.repeat(2 ** 20)}"`))).toBe('413 too_large');
  });

  test('names of prototypes change nothing but its own refusal', async () => {
    for (const body of [
      '{"__proto__":{"level":5},"username":"p1","password":"long enough 1"}',
      '{"constructor":{"prototype":{"level":5}},"username":"p2","password":"long enough 1"}',
    ])
      expect(await refused(await sent(body))).toBe('400 bad_request');
    expect(Reflect.get({}, 'level')).toBeUndefined();
    const key = { name: '__proto__', scopes: ['read'] };
    expect((await myKeys.POST(post('me/keys', key), context())).status).toBe(201);
  });

  test('of another type, or no JSON, is refused', async () => {
    expect(await refused(await sent('a=1', { 'content-type': 'application/x-www-form-urlencoded' }))).toBe(
      '415 unsupported_media_type',
    );
    for (const body of ['', '{', 'null', '[]', '1', '"x"', '{"a":1}{', '\ufeff{}'])
      expect(await refused(await sent(body))).toBe('400 bad_request');
  });

  test('that breaks off is the client’s fault, not the server’s', async () => {
    let isFirst = true;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isFirst) controller.enqueue(Buffer.from('{"a":'));
        else controller.error(new Error('aborted'));
        isFirst = false;
      },
    });
    const broken = ask('users', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await refused(await users.POST(broken, context()))).toBe('400 bad_request');
  });

  test('that comes too slowly is given up, and its stream is told', async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('{"a":')),
      cancel: () => {
        isCancelled = true;
      },
    });
    const slow = ask('users', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await expect(readJson(slow, 20)).rejects.toMatchObject({ status: 408, code: 'too_slow' });
    expect(isCancelled).toBe(true);
  });
});
