import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamCounters } from '@/lib/live/stream-counters';
import { logout } from '@/lib/services/login';
import { doorSettings } from '@/scripts/server/door-settings';
import { type FrontDoor, openFrontDoor } from '@/scripts/server/front-door';
import { openSockets, type Sockets } from '@/scripts/server/sockets';
import { testDatabases } from '../support/database';
import { type FakeEngine, fakeEngine, openUntimed } from '../support/fake-engine';
import { makeKey, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { sendRaw } from '../support/raw-http';
import { until } from '../support/until';
import { makeWorld, sessionOf } from '../support/verb-scenarios';
import { HttpRefusal, openSocket } from '../support/web-socket';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let door: FrontDoor;
let sockets: Sockets;
let person: Person;
let engine: FakeEngine;
let sessionId: number;

beforeAll(async () => {
  product = await openProduct(database);
  person = await makePerson(product.ctx, 2);
  const world = await makeWorld(product);
  sessionId = await sessionOf(world, person.row.id);
  await openUntimed(product.ctx.db, sessionId);
  engine = fakeEngine(product.ctx.bus, sessionId);
  door = await openFrontDoor(doorSettings({ HOST: '127.0.0.1', PORT: 0 }));
  sockets = openSockets({});
  const pages = sockets.guard(async (request, response) => void response.end(`page ${request.url}`));
  door.open(pages, sockets.upgrade);
});
afterAll(async () => {
  await sockets?.drain();
  door?.server.closeAllConnections();
  await new Promise((resolve) => door?.server.close(resolve));
  await product?.stop();
});

const at = (path: string) => `http://127.0.0.1:${door.port}${path}`;
const TELEMETRY = '/api/v1/telemetry/live';

/** What a refused handshake is answered. */
async function refusalOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const error: unknown = await openSocket(at(path), { headers }).then(
    () => 'opened',
    (fault: unknown) => fault,
  );
  if (!(error instanceof HttpRefusal)) return String(error);
  const body = JSON.parse(error.body);
  expect(body).toMatchObject({ status_code: error.status, message: expect.any(String) });
  expect(error.headers['x-request-id']).toBe(body.request_id);
  return `${error.status} ${body.error}`;
}

describe('handshakes', () => {
  test('are refused without a login, with one that is none, and on other paths, as every refusal', async () => {
    expect(await refusalOf(TELEMETRY)).toBe('401 unauthorized');
    expect(await refusalOf('/api/v1/feeds')).toBe('401 unauthorized');
    expect(await refusalOf('/upstream')).toBe('401 unauthorized');
    expect(await refusalOf(TELEMETRY, { authorization: 'Bearer nonsense' })).toBe('401 token_ended');
    expect(await refusalOf(`${TELEMETRY}?key=nonsense`)).toBe('401 token_ended');
    expect(await refusalOf(TELEMETRY, { authorization: 'Basic x' })).toBe('401 bad_authorization');
    expect(await refusalOf('/api/v1/sessions')).toBe('404 not_found');
    const key = await makeKey(product.ctx, person.row.id, ['read']);
    expect(await refusalOf('/api/v1/feeds', key.headers)).toBe('403 scope_missing');
    expect(await refusalOf(`${TELEMETRY}?session_id=999999`, person.headers)).toBe('404 not_found');
    expect(await refusalOf(`${TELEMETRY}?delay_s=x`, person.headers)).toBe('400 bad_request');
  });

  test('are taken with a Bearer, a key or token in the address, and the cookie of this server’s pages', async () => {
    const { key } = await makeKey(product.ctx, person.row.id, ['read']);
    const cookie = `pitwall_session=${person.token}`;
    const ways = [
      openSocket(at(TELEMETRY), { headers: person.headers }),
      openSocket(at(`${TELEMETRY}?key=${key}`)),
      openSocket(at(`${TELEMETRY}?token=${person.token}&delay_s=0`)),
      openSocket(at(TELEMETRY), { headers: { cookie, origin: `http://127.0.0.1:${door.port}` } }),
    ];
    for (const one of await Promise.all(ways)) await one.upTo('"type":"snapshot"');
    expect(await refusalOf(TELEMETRY, { cookie })).toBe('403 csrf');
    expect(await refusalOf(TELEMETRY, { cookie, origin: 'http://evil.example' })).toBe('403 cross_site');
    expect(await refusalOf(TELEMETRY, { cookie: 'pitwall_session=x' })).toBe('401 unauthorized');
  });

  test('that are none are answered, and leave no stream open', async () => {
    await until('nobody is there', () => streamCounters().open === 0);
    const lines = (more: string) =>
      `GET ${TELEMETRY}?token=${person.token} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n${more}\r\n\r\n`;
    const key = 'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==';
    for (const more of [
      'Upgrade: h2c',
      'Upgrade: websocket',
      `Upgrade: websocket\r\n${key}\r\nSec-WebSocket-Version: 7`,
    ])
      expect(await sendRaw(door.port, lines(more))).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error":"bad_handshake"/);
    expect(streamCounters().open).toBe(0);
  });

  test('a plain request for what is a WebSocket alone is told so', async () => {
    for (const path of ['/upstream', '/api/v1/feeds', '/upstream/?x=1']) {
      const answer = await fetch(at(path));
      expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
      expect(await answer.json()).toMatchObject({ error: 'upgrade_required', status_code: 426 });
    }
    expect(await (await fetch(at(TELEMETRY))).text()).toBe(`page ${TELEMETRY}`);
  });

  test('are limited by address', async () => {
    const { auth } = product.ctx;
    const { limiter } = auth;
    auth.limiter = {
      enabled: true,
      take: async (who) => ({
        allowed: who !== 'ip:127.0.0.1',
        limit: 5,
        remaining: 0,
        resetS: 9,
        retryAfterS: 9,
      }),
    };
    const refusal = await refusalOf(TELEMETRY, person.headers);
    auth.limiter = limiter;
    expect(refusal).toBe('429 too_many_requests');
  });
});

describe('the live board over a WebSocket', () => {
  test('has the same messages as the stream of events', async () => {
    const viewer = await openSocket(at(`${TELEMETRY}?session_id=${sessionId}`), { headers: person.headers });
    expect(JSON.parse(await viewer.upTo('snapshot'))).toMatchObject({ type: 'snapshot', delay_s: 0 });
    engine.update();
    const update = await viewer.upTo(`"seq":${engine.seq()}`);
    expect(JSON.parse(update)).toMatchObject({ type: 'update', seq: engine.seq() });
  });

  test('ends with the login, and says so', async () => {
    const who = await makePerson(product.ctx, 1);
    const viewer = await openSocket(at(TELEMETRY), { headers: who.headers });
    await viewer.upTo('snapshot');
    await logout(who.ctx, undefined);
    expect((await viewer.ended()).code).toBe(4401);
    expect(viewer.messages.at(-1)).toContain('"reason":"access"');
  });

  test('drops who does not read, says why, and the others go on', async () => {
    const [slow, quick] = [
      await openSocket(at(TELEMETRY), { headers: person.headers }),
      await openSocket(at(TELEMETRY), { headers: person.headers }),
    ];
    await Promise.all([slow.upTo('snapshot'), quick.upTo('snapshot')]);
    const before = streamCounters().ended.slow;
    slow.socket.pause();
    const text = 'x'.repeat(100_000);
    await until('the slow one is dropped', () => {
      engine.update({ marks: [{ id: 1, at_ms: 0, kind: 'note', text, entry_id: null }] });
      return streamCounters().ended.slow > before;
    });
    await quick.upTo(`"seq":${engine.seq()}`);
    expect(quick.closed).toBeNull();
    slow.socket.resume();
    await slow.ended();
    await until('its stream is gone', () => sockets.count() === 1);
  });

  test('a viewer that vanishes leaves nothing', async () => {
    const { bus } = product.ctx;
    const viewer = await openSocket(at(TELEMETRY), { headers: person.headers });
    await viewer.upTo('snapshot');
    const before = bus.listeners();
    viewer.socket.terminate();
    await until('its listeners are gone', () => bus.listeners() < before && sockets.count() === 0);
  });

  test('one that does not answer pings is dropped', async () => {
    const other = await openFrontDoor(doorSettings({ HOST: '127.0.0.1', PORT: 0 }));
    const pinging = openSockets({ pingEveryMs: 30 });
    other.open(async (_, response) => void response.end(), pinging.upgrade);
    const url = `http://127.0.0.1:${other.port}${TELEMETRY}`;
    const dead = await openSocket(url, { headers: person.headers, autoPong: false });
    const alive = await openSocket(url, { headers: person.headers });
    expect((await dead.ended()).code).toBe(1006);
    expect(alive.closed).toBeNull();
    await pinging.drain();
    expect((await alive.ended()).code).toBe(1001);
    await new Promise((resolve) => other.server.close(resolve));
  });

  test('takes no long message', async () => {
    const viewer = await openSocket(at(TELEMETRY), { headers: person.headers });
    viewer.send('x'.repeat(4_000));
    viewer.send('x'.repeat(5_000));
    expect((await viewer.ended()).code).toBe(1009);
  });
});
