import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as stream from '@/app/api/v1/imports/stream/route';
import * as me from '@/app/api/v1/me/route';
import * as session from '@/app/api/v1/sessions/[id]/route';
import * as sessions from '@/app/api/v1/sessions/route';
import { requestContext, watchLogin } from '@/lib/api/request-context';
import { STAMP_PREFIX } from '@/lib/api/request-stamp';
import { streamClosers } from '@/lib/live/closers';
import { testDatabases } from '../support/database';
import { makeKey, makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { makeWorld, sessionOf, type World } from '../support/verb-scenarios';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let world: World;
beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
});
afterAll(() => product?.stop());

const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Request(`http://127.0.0.1:3000/api/v1/${path}`, { method, headers });

describe('on a server that everybody may read', () => {
  beforeAll(() => {
    product.ctx.auth.publicRead = true;
  });
  afterAll(() => {
    product.ctx.auth.publicRead = false;
  });

  test('nobody learns the name of an account without one', async () => {
    const owner = await makePerson(product.ctx, 1, 'a name to try passwords with');
    const id = String(await sessionOf(world, owner.row.id));
    const answers = async (headers: Record<string, string>) => {
      const both = [
        await session.GET(ask(`sessions/${id}`, headers), context({ id })),
        await sessions.GET(ask('sessions', headers), context()),
      ];
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      return (await Promise.all(both.map((answer) => answer.text()))).join();
    };
    expect(await answers({})).not.toContain(owner.row.username);
    expect(await answers(owner.headers)).toContain(owner.row.username);
    const probe = await sessions.GET(ask(`sessions?owner_id=${owner.row.id}`), context());
    expect(probe.status).toBe(401);
  });
});

describe('a login cookie', () => {
  test('counts by the name that belongs to how the browser came, and by no other', async () => {
    const [victim, thief] = [await makePerson(product.ctx, 1), await makePerson(product.ctx, 1)];
    const names = { http: 'pitwall_session', https: '__Host-pitwall_session' };
    const seen = async (scheme: 'http' | 'https', cookie: string): Promise<unknown> => {
      const answer = await me.GET(ask('me', { cookie, [`${STAMP_PREFIX}scheme`]: scheme }), context());
      return answer.status === 200 ? (await answer.json()).id : answer.status;
    };
    const both = `${names.http}=${thief.token}; ${names.https}=${victim.token}`;
    expect(await seen('https', both)).toBe(victim.row.id);
    expect(await seen('https', `${names.http}=${thief.token}`)).toBe(401);
    expect(await seen('http', both)).toBe(thief.row.id);
    expect(await seen('http', `${names.http}=; ${names.http}=${victim.token}`)).toBe(victim.row.id);
  });
});

describe('a stream', () => {
  test('is not opened for a HEAD, which nobody would ever end', async () => {
    const who = await makePerson(product.ctx, 1);
    const open = streamClosers().size;
    const answer = await stream.GET(ask('imports/stream', who.headers, 'HEAD'), context());
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      null,
    ]);
    expect(streamClosers().size).toBe(open);
  });

  test('is refused to a key whose owner lost his level between its check and the stream', async () => {
    const who = await makePerson(product.ctx, 1);
    const { headers } = await makeKey(product.ctx, who.row.id);
    const request = ask('imports/stream', headers);
    const ctx = await requestContext(request);
    (await watchLogin(ctx, request)).release();
    await product.runtime.sql`update users set level = 0 where id = ${who.row.id}`;
    await expect(watchLogin(ctx, request)).rejects.toMatchObject({ code: 'token_ended', status: 401 });
  });
});
