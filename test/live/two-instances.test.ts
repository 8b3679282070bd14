import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellRevocation } from '@/lib/auth/revocation';
import { redisBus } from '@/lib/live/redis-bus';
import { RECOVERS_WITHIN_MS } from '../chaos/race-run';
import { testDatabases } from '../support/database';
import { openEvents, type StreamedEvent } from '../support/event-stream';
import { openUntimed } from '../support/fake-engine';
import { makePerson, type Person } from '../support/people';
import { bundled, openProduct, type Product } from '../support/product';
import { connectRedis, testRedis } from '../support/redis-server';
import { until } from '../support/until';
import { makeWorld, sessionOf } from '../support/verb-scenarios';
import { openSocket } from '../support/web-socket';

const redis = await testRedis();
const database = (await testDatabases()).find(({ name }) => name === 'postgresql');

type Instance = { url: string; child: ChildProcess; stop(): Promise<void> };

let product: Product;
let person: Person;
let sessionId: number;
let timing: Instance;
let other: Instance;

async function start(timed: string): Promise<Instance> {
  const [program, worker] = await Promise.all(
    ['test/support/stream-process.ts', 'scripts/worker.ts'].map(bundled),
  );
  const dataDir = mkdtempSync(join(tmpdir(), 'pitwall-instance-'));
  const args = [program ?? '', database?.url ?? '', dataDir, worker ?? '', redis?.url ?? '', timed];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const listening = () => {
    if (child.exitCode !== null) throw new Error(`The instance ended with ${child.exitCode}.`);
    return /^(\d+)$/m.exec(text)?.[1];
  };
  const port = await until('the instance listens', listening, 60_000).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, child, stop: () => end('SIGTERM') };
}

const seqOf = ({ data }: StreamedEvent) => Number(data.seq);
const isSeq = (seq: number) => (event: StreamedEvent) => seqOf(event) === seq;
/** Lets the timing instance send so many frames; gives the last one's seq. */
const update = async (count: number) =>
  Number(await (await fetch(`${timing.url}/update/${count}`, { method: 'POST' })).text());
const watch = ({ url }: Instance, headers: Record<string, string> = {}) =>
  openEvents(`${url}/api/v1/live/${sessionId}`, { ...person.headers, ...headers });

describe.skipIf(!redis || !database)('two instances on one PostgreSQL and one Redis', () => {
  beforeAll(async () => {
    if (!database) return;
    product = await openProduct(database);
    const world = await makeWorld(product);
    person = await makePerson(product.ctx, 2);
    sessionId = await sessionOf(world, person.row.id);
    await openUntimed(product.ctx.db, sessionId);
    timing = await start(String(sessionId));
    other = await start('');
  });
  afterAll(async () => {
    await Promise.all([timing?.stop(), other?.stop()]);
    await product?.stop();
  });

  test('a frame of the one reaches the viewers of the other, in order', async () => {
    const viewer = await watch(other);
    const socket = await openSocket(`${other.url}/api/v1/telemetry/live`, { headers: person.headers });
    const [first] = await viewer.upTo(({ event }) => event === 'snapshot');
    await socket.upTo('"snapshot"');
    const last = await update(200);
    const events = await viewer.upTo(isSeq(last));
    const begun = first ? seqOf(first) : 0;
    expect(events.map(seqOf)).toEqual(Array.from({ length: 200 }, (_, at) => begun + 1 + at));
    await socket.upTo(`"seq":${last}`);
    expect(socket.messages.filter((text) => text.includes('"update"'))).toHaveLength(200);
  });

  test('a viewer goes on at the other instance exactly where it ended', async () => {
    const [here, there] = [await watch(timing), await watch(other)];
    const isSnapshot = ({ event }: StreamedEvent) => event === 'snapshot';
    await Promise.all([here.upTo(isSnapshot), there.upTo(isSnapshot)]);
    const before = await update(5);
    const seen = (await here.upTo(isSeq(before))).at(-1);
    here.close();
    const last = await update(7);
    await there.upTo(isSeq(last));
    const again = await watch(other, { 'last-event-id': seen?.id ?? '' });
    const missed = await again.upTo(isSeq(last));
    expect(missed.map(({ event, data }) => `${event} ${data.seq}`)).toEqual(
      Array.from({ length: 7 }, (_, at) => `update ${before + 1 + at}`),
    );
  });

  test('a login that is revoked ends its streams in every instance', async () => {
    const who = await makePerson(product.ctx, 2);
    const viewer = await openEvents(`${other.url}/api/v1/live/${sessionId}`, who.headers);
    await viewer.upTo(({ event }) => event === 'snapshot');
    const connection = await connectRedis(redis?.url ?? '');
    const bus = redisBus({ url: redis?.url ?? '', redis: connection, report: () => {} });
    tellRevocation(bus, { jti: who.actor.jti });
    const events = await viewer.rest();
    await bus.close();
    expect(events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'access' } });
  });

  test('viewers recover within seconds of Redis’s return, and nobody falls', async () => {
    const [here, there] = [await watch(timing), await watch(other)];
    const isSnapshot = ({ event }: StreamedEvent) => event === 'snapshot';
    await Promise.all([here.upTo(isSnapshot), there.upTo(isSnapshot)]);
    await redis?.kill();
    // The instance that times goes on for its own viewers.
    const alone = await update(10);
    await here.upTo(isSeq(alone));
    await redis?.start();
    const backAtMs = performance.now();
    let recovered = false;
    const reading = there
      .upTo(({ data }) => seqOf({ id: null, event: '', data }) > alone)
      .then((events) => {
        recovered = true;
        return events;
      });
    await until('the other’s viewer has the newest board', async () => {
      if (!recovered) await update(1);
      return recovered;
    });
    expect(performance.now() - backAtMs).toBeLessThan(RECOVERS_WITHIN_MS);
    // What it missed came as a snapshot; from there on every frame follows.
    const events = await reading;
    const from = events.findLastIndex(isSnapshot);
    expect(from).toBeGreaterThanOrEqual(0);
    const seqs = events.slice(from).map(seqOf);
    expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
    expect([timing.child.exitCode, other.child.exitCode]).toEqual([null, null]);
  });

  test('a stop ends every stream and socket with a word, within its time', async () => {
    const third = await start('');
    const viewers = await Promise.all(Array.from({ length: 20 }, () => watch(third)));
    const socket = await openSocket(`${third.url}/api/v1/telemetry/live`, { headers: person.headers });
    await Promise.all(viewers.map((viewer) => viewer.upTo(({ event }) => event === 'snapshot')));
    await socket.upTo('"snapshot"');
    const askedAtMs = performance.now();
    const stopped = third.stop();
    for (const viewer of viewers)
      expect((await viewer.rest()).at(-1)).toMatchObject({
        event: 'end',
        data: { reason: 'stopping', come_again: true },
      });
    expect((await socket.ended()).code).toBe(1001);
    expect(socket.messages.at(-1)).toContain('"stopping"');
    await stopped;
    expect(performance.now() - askedAtMs).toBeLessThan(RECOVERS_WITHIN_MS);
    expect(third.child.exitCode).toBe(0);
  });
});
