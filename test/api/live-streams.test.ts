import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamLiveOperation, streamTelemetryOperation } from '@/lib/api/operations/live-streams';
import { route } from '@/lib/api/route';
import { logout } from '@/lib/services/login';
import { testDatabases } from '../support/database';
import { type FakeEngine, fakeEngine, openUntimed } from '../support/fake-engine';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';
import { makeWorld, sessionOf, type World } from '../support/verb-scenarios';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
let world: World;
let owner: Person;
let spectator: Person;
let sessionId: number;
let engine: FakeEngine;
const leaving: (() => void)[] = [];

beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
  owner = await makePerson(product.ctx, 1);
  spectator = await makePerson(product.ctx, 1);
  sessionId = await liveOf(owner, 20);
  engine = fakeEngine(product.ctx.bus, sessionId);
});
afterAll(async () => {
  for (const leave of leaving) leave();
  await product?.stop();
});

async function liveOf(who: Person, delayS: number): Promise<number> {
  const id = await sessionOf(world, who.row.id);
  await openUntimed(product.ctx.db, id, delayS);
  return id;
}

/** Opens a stream of a session, or of the newest live one; `upTo` reads until a text has come. */
async function watch(id: number | null, search = '', headers: Record<string, string> = {}) {
  const gone = new AbortController();
  leaving.push(() => gone.abort());
  const path = id === null ? '/api/v1/telemetry/live' : `/api/v1/live/${id}`;
  const { GET } = route(id === null ? streamTelemetryOperation : streamLiveOperation);
  const request = new Request(`http://127.0.0.1:3000${path}${search}`, { headers, signal: gone.signal });
  const answer = await GET(request, { params: Promise.resolve({ id: String(id) }) });
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
    return { answer, error: await answer.json(), upTo: async () => '', ended: async () => '', leave() {} };
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let isOver = false;
  const more = async (): Promise<void> => {
    const piece = await reader?.read();
    isOver = piece?.done ?? true;
    text += decoder.decode(piece?.value, { stream: true });
  };
  return {
    answer,
    error: null,
    async upTo(part: string) {
      while (!text.includes(part) && !isOver) await more();
      expect(text).toContain(part);
      return text;
    },
    async ended() {
      while (!isOver) await more();
      return text;
    },
    leave: () => gone.abort(),
  };
}

/** All that a stream brings until somebody who came after it has the board and the next frame at once; leaves it. */
async function allUntilNow(stream: Awaited<ReturnType<typeof watch>>): Promise<string> {
  const prompt = await watch(sessionId, '', owner.headers);
  await prompt.upTo('event: snapshot');
  engine.update();
  await prompt.upTo(`"seq":${engine.seq()},`);
  prompt.leave();
  stream.leave();
  const text = await stream.ended();
  expect(text).toContain(': still here');
  return text;
}

test('streams the board as events, and goes on after the last one that was seen', async () => {
  const stream = await watch(sessionId, '', owner.headers);
  expect(stream.answer.headers.get('cache-control')).toBe('no-cache, no-transform');
  const begun = await stream.upTo('event: snapshot\ndata: {"type":"snapshot"');
  const lastEventId = /id: (\S+)\nevent: snapshot/.exec(begun)?.[1] ?? '';
  const id = engine.update();
  await stream.upTo(`id: ${id}\nevent: update\ndata: {"type":"update","seq":${engine.seq()},`);
  stream.leave();
  engine.update();
  const again = await watch(sessionId, '', { ...owner.headers, 'last-event-id': lastEventId });
  const text = await again.upTo(`"seq":${engine.seq()},`);
  expect(text.match(/event: \w+/g)).toEqual(['event: update', 'event: update']);
});

test('spectators see it late by the session’s own delay at least, owners and level 2 at once', async () => {
  const superUser = await makePerson(product.ctx, 2);
  for (const [who, search] of [
    [owner, ''],
    [superUser, '?delay_s=0'],
  ] as const)
    await (await watch(sessionId, search, who.headers)).upTo('"delay_s":0');
  const late = await watch(sessionId, '', spectator.headers);
  expect(await allUntilNow(late)).not.toContain('data:');
  const own = await liveOf(spectator, 20);
  fakeEngine(product.ctx.bus, own);
  await (await watch(own, '', spectator.headers)).upTo('"delay_s":0');
});

test('names what it does not have: a session, an entry, a live session, a right', async () => {
  const codeOf = async (...asked: Parameters<typeof watch>) => {
    const { error } = await watch(...asked);
    return `${error?.status_code} ${error?.message}`;
  };
  expect(await codeOf(999_999, '', owner.headers)).toMatch(/^404 There is no session 999999/);
  expect(await codeOf(sessionId, '?follow=999999', owner.headers)).toMatch(/^404 There is no entry 999999/);
  expect(await codeOf(sessionId, '?delay_s=301', owner.headers)).toMatch(/^400 .*delay_s/);
  expect(await codeOf(sessionId, '')).toMatch(/^401 /);
});

test('a session that is not live says so by its end', async () => {
  const stream = await watch(world.sessionId, '', owner.headers);
  const text = await stream.ended();
  expect(text).toMatch(/event: end\ndata: {"type":"end","reason":"closed",.*"come_again":false}/);
});

test('ends with the login that opened it', async () => {
  const who = await makePerson(product.ctx, 2);
  const stream = await watch(sessionId, '', who.headers);
  await stream.upTo('event: snapshot');
  await logout(who.ctx, undefined);
  expect(await stream.ended()).toMatch(/event: end\ndata: {"type":"end","reason":"access"/);
});

test('checks the login anew when word of its end may have been lost', async () => {
  const [stays, goes] = [await makePerson(product.ctx, 2), await makePerson(product.ctx, 2)];
  const [kept, lost] = [await watch(sessionId, '', stays.headers), await watch(sessionId, '', goes.headers)];
  await Promise.all([kept.upTo('event: snapshot'), lost.upTo('event: snapshot')]);
  await product.runtime.sql`update login_tokens set revoked_at = now() where jti = ${goes.actor.jti}`;
  const { bus } = product.ctx;
  if (!('gap' in bus) || typeof bus.gap !== 'function') throw new Error('A process alone has this bus.');
  bus.gap();
  expect(await lost.ended()).toContain('"reason":"access"');
  engine.update();
  await kept.upTo(`"seq":${engine.seq()},`);
});

test('follows an entry', async () => {
  const [entry] = await product.runtime.sql<{ id: number; device_id: number }[]>`
    select id, device_id from session_entries where session_id = ${sessionId}`;
  const stream = await watch(sessionId, `?follow=${entry?.id}`, owner.headers);
  await stream.upTo('event: snapshot');
  const fix = { timeMs: 5, x: 1, y: 2, speedMps: Number.NaN, courseDeg: 3, altitudeM: 4, accuracyM: 5 };
  product.ctx.bus.publish('fixes', {
    deviceId: entry?.device_id,
    frame: 'planar',
    fixes: [{ ...fix, attributes: null }],
    stored: 1,
    late: false,
    receivedAtMs: 0,
  });
  await stream.upTo(
    `event: follow\ndata: {"type":"follow","entry_id":${entry?.id},"fixes":[[5,1,2,null,3,4,null]]}`,
  );
});

test('telemetry is that of the newest live session, or of the one that is named', async () => {
  const newest = await liveOf(owner, 0);
  fakeEngine(product.ctx.bus, newest);
  await (await watch(null, '', owner.headers)).upTo(`"session":{"session_id":${newest},`);
  await (await watch(null, `?session_id=${sessionId}`, owner.headers)).upTo(`"session_id":${sessionId},`);
  await product.runtime.sql`update sessions set live = false`;
  const { error } = await watch(null, '', owner.headers);
  expect(error).toMatchObject({ status_code: 404, message: expect.stringContaining('No session is live') });
  await product.runtime
    .sql`update sessions set live = true where id in (select session_id from live_sessions)`;
});

test('a public server shows it to everybody, late', async () => {
  const { auth } = product.ctx;
  const before = auth.publicRead;
  auth.publicRead = true;
  const stream = await watch(sessionId);
  auth.publicRead = before;
  expect(stream.answer.status).toBe(200);
  expect(await allUntilNow(stream)).not.toContain('data:');
});

test('viewers that vanish leave no listener', async () => {
  const { bus } = product.ctx;
  const before = bus.listeners();
  const viewers = await Promise.all(Array.from({ length: 50 }, () => watch(sessionId, '', owner.headers)));
  expect(bus.listeners()).toBeGreaterThan(before);
  for (const { leave } of viewers) leave();
  await until('none is left', () => bus.listeners() === before);
});
