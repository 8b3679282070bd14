import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as imports from '@/app/api/v1/imports/route';
import * as stream from '@/app/api/v1/imports/stream/route';
import * as myKeys from '@/app/api/v1/me/keys/route';
import * as me from '@/app/api/v1/me/route';
import * as session from '@/app/api/v1/sessions/[id]/route';
import * as user from '@/app/api/v1/users/[id]/route';
import { tokenSigner } from '@/lib/auth/tokens';
import { apiError } from '@/lib/contracts/common';
import { revokeKey } from '@/lib/services/keys';
import { logout } from '@/lib/services/login';
import { updateUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { logIn, makeKey, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';
import { makeWorld, sessionOf, type World } from '../support/verb-scenarios';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let world: World;
let admin: Person;
beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
  admin = await makePerson(product.ctx, 5);
});
afterAll(() => product?.stop());

const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });
const ask = (headers: Record<string, string>, init: RequestInit = {}) =>
  new Request('http://127.0.0.1:3000/api/v1/me', { ...init, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function refused(answer: Response, status: number): Promise<string> {
  const body = apiError.parse(await answer.json());
  expect([answer.status, body.status_code]).toEqual([status, status]);
  expect(answer.headers.get('x-request-id')).toBe(body.request_id);
  return body.error;
}

describe('a token', () => {
  const claims = (who: Person) => ({ sub: String(who.row.id), jti: who.actor.jti });
  const KEY = createHmac('sha256', 'a secret of the tests, long enough for them')
    .update('login tokens')
    .digest();
  const signed = (who: Person) => new SignJWT().setSubject(claims(who).sub).setJti(claims(who).jti);

  test('that this server signed opens the door, as the tests below sign it', async () => {
    const own = await signed(admin)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('pitwall')
      .setExpirationTime('1h')
      .sign(KEY);
    expect((await me.GET(ask(bearer(own)), context())).status).toBe(200);
  });

  test('without a signature, by another key, algorithm or issuer, ended, or without an end opens nothing', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const payload = part({ ...claims(admin), iss: 'pitwall', exp });
    const [head = '', , signature = ''] = admin.token.split('.');
    const builder = () => signed(admin).setProtectedHeader({ alg: 'HS256' }).setIssuer('pitwall');
    const forged = [
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`,
      `${part({ alg: 'HS256' })}.${payload}.`,
      `${head}.${payload}.${signature}`,
      await builder().setExpirationTime('1h').sign(Buffer.from('another key, as long as it has to be')),
      await builder()
        .setExpirationTime('1h')
        .sign(Buffer.from('a secret of the tests, long enough for them')),
      await signed(admin)
        .setProtectedHeader({ alg: 'HS512' })
        .setIssuer('pitwall')
        .setExpirationTime('1h')
        .sign(KEY),
      await signed(admin)
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('x')
        .setExpirationTime('1h')
        .sign(KEY),
      await builder().sign(KEY),
      await builder().setExpirationTime('-1s').sign(KEY),
      `${admin.token}x`,
      admin.token.slice(0, -2),
      '..',
      'pw_',
      `pw_${'A'.repeat(43)}`,
    ];
    for (const token of forged)
      expect(await refused(await me.GET(ask(bearer(token)), context()), 401)).toBe('token_ended');
  });

  test('names the account that it was given to, whatever else it says', async () => {
    const other = await makePerson(product.ctx, 1);
    const mixed = await tokenSigner('a secret of the tests, long enough for them').sign({
      userId: admin.row.id,
      jti: other.actor.jti,
      expiresAtS: Math.floor(Date.now() / 1000) + 60,
    });
    expect(await refused(await me.GET(ask(bearer(mixed)), context()), 401)).toBe('token_ended');
    const levelled = await signed(other)
      .setProtectedHeader({ alg: 'HS256', level: 5 })
      .setIssuer('pitwall')
      .setExpirationTime('1h')
      .sign(KEY);
    const answer = await me.GET(ask(bearer(levelled)), context());
    expect(await answer.json()).toMatchObject({ id: other.row.id, level: 1 });
  });

  test('must come as Bearer; a cookie that has ended makes nobody of its sender', async () => {
    for (const authorization of [
      'Basic YTpi',
      admin.token,
      'Bearer',
      'Bearer  ',
      `Bearer ${'x'.repeat(5000)}`,
    ])
      expect(await refused(await me.GET(ask({ authorization }), context()), 401)).toBe('bad_authorization');
    for (const cookie of [
      'pitwall_session=nonsense',
      'pitwall_session=',
      'x=1; __Host-pitwall_session=a.b.c',
    ])
      expect(await refused(await me.GET(ask({ cookie }), context()), 401)).toBe('unauthorized');
    const good = await me.GET(ask({ cookie: `x=1; pitwall_session=${admin.token}; y=2` }), context());
    expect(good.status).toBe(200);
  });
});

describe('a login that ends', () => {
  const openStream = async (headers: Record<string, string>) => {
    const answer = await stream.GET(ask(headers), context());
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.getReader();
    let isOver = false;
    const over = (async () => {
      for (let part = await reader?.read(); part && !part.done; ) part = await reader?.read();
      isOver = true;
    })();
    return { over, isOpen: () => !isOver };
  };

  test('ends the stream that it opened, and no other', async () => {
    const who = await makePerson(product.ctx, 1);
    const phone = await logIn(product.ctx, who.row);
    const [one, other] = [await openStream(who.headers), await openStream(phone.headers)];
    await logout(who.ctx, undefined);
    await one.over;
    expect(other.isOpen()).toBe(true);
    await updateUser(admin.ctx, { id: who.row.id, level: 0 });
    await other.over;
    expect(await refused(await stream.GET(ask(who.headers), context()), 401)).toBe('token_ended');
  });

  test('ends the stream of a key when that is revoked or its owner loses his level', async () => {
    const who = await makePerson(product.ctx, 1);
    const [one, two] = [await makeKey(product.ctx, who.row.id), await makeKey(product.ctx, who.row.id)];
    const [first, second] = [await openStream(one.headers), await openStream(two.headers)];
    await revokeKey(who.ctx, one.id);
    await first.over;
    expect(second.isOpen()).toBe(true);
    await updateUser(admin.ctx, { id: who.row.id, level: 0 });
    await second.over;
  });

  test('is watched for only as long as its stream or upload lasts', async () => {
    const { bus } = product.ctx;
    const subscribe = bus.subscribe.bind(bus);
    let listening = 0;
    product.ctx.bus.subscribe = (topic, listener) => {
      const end = subscribe(topic, listener);
      listening += 1;
      let isOver = false;
      return () => {
        if (!isOver) listening -= 1;
        isOver = true;
        end();
      };
    };
    try {
      const answer = await stream.GET(ask(admin.headers), context());
      expect(listening).toBeGreaterThan(0);
      await answer.body?.cancel();
      const form = new FormData();
      form.append('file', new Blob(['not a recording']), 'a.csv');
      const upload = ask(admin.headers, { method: 'POST', body: form });
      expect((await imports.POST(upload, context())).status).toBe(202);
      const empty = ask(admin.headers, { method: 'POST', body: new FormData() });
      expect((await imports.POST(empty, context())).status).toBe(400);
      expect(listening).toBe(0);
    } finally {
      product.ctx.bus.subscribe = subscribe;
    }
  });

  test('ends an upload that runs, and leaves no file', async () => {
    const who = await makePerson(product.ctx, 1);
    const head =
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ntime_ms,lat,lon\n';
    let wasAsked = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!wasAsked) controller.enqueue(Buffer.from(head));
        wasAsked = true;
      },
    });
    const headers = { ...who.headers, 'content-type': 'multipart/form-data; boundary=x' };
    const answer = imports.POST(
      ask(headers, { method: 'POST', body, duplex: 'half' } as RequestInit),
      context(),
    );
    await until('the upload began', async () => wasAsked);
    await logout(who.ctx, undefined);
    expect(await refused(await answer, 401)).toBe('token_ended');
    const rows = await product.runtime.sql`select 1 from imports where owner_id = ${who.row.id}`;
    expect(rows).toHaveLength(0);
  });
});

describe('a cookie', () => {
  const patch = (headers: Record<string, string>) =>
    me.PATCH(ask(headers, { method: 'PATCH', body: JSON.stringify({ theme: 'dark' }) }), context());

  test('does not write for a request that does not say which page sent it', async () => {
    const cookie = `pitwall_session=${admin.token}`;
    expect(await refused(await patch({ cookie }), 403)).toBe('csrf');
    expect((await patch({ cookie, origin: 'http://127.0.0.1:3000' })).status).toBe(200);
    expect((await patch({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await patch(bearer(admin.token))).status).toBe(200);
    const simple = {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'http://127.0.0.1:3000',
    };
    expect(await refused(await patch(simple), 415)).toBe('unsupported_media_type');
  });
});

describe('nobody raises himself', () => {
  test('by fields that a shape does not name', async () => {
    const who = await makePerson(product.ctx, 1);
    const own = { id: String(await sessionOf(world, who.row.id)) };
    const send = (body: string) => ask(who.headers, { method: 'PATCH', body });
    for (const body of ['{"level":5}', '{"theme":"dark","level":5}', '{"__proto__":{"level":5}}', '{"id":1}'])
      expect(await refused(await me.PATCH(send(body), context()), 400)).toBe('bad_request');
    for (const body of ['{"owner_id":1}', '{"name":"x","ownerId":1}'])
      expect(await refused(await session.PATCH(send(body), context(own)), 400)).toBe('bad_request');
    const self = { id: String(who.row.id) };
    expect(await refused(await user.PATCH(send('{"level":5}'), context(self)), 403)).toBe('forbidden');
    const key = { name: 'k', scopes: ['admin'], user_id: admin.row.id };
    const made = myKeys.POST(ask(who.headers, { method: 'POST', body: JSON.stringify(key) }), context());
    expect(await refused(await made, 400)).toBe('bad_request');
    expect(await (await me.GET(ask(who.headers), context())).json()).toMatchObject({ level: 1 });
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect('level' in {}).toBe(false);
  });
});
