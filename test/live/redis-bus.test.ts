import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Actor } from '@/lib/auth/actor';
import { revocationSignal, tellRevocation } from '@/lib/auth/revocation';
import type { Bus, BusMessage } from '@/lib/live/bus';
import { FIXES_TOPIC } from '@/lib/live/ingest';
import { openRedis } from '@/lib/live/redis';
import { redisBus } from '@/lib/live/redis-bus';
import { testRedis } from '../support/redis-server';
import { until } from '../support/until';

const server = await testRedis();

const closing: (() => Promise<unknown>)[] = [];
const lines: string[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  lines.length = 0;
});

let prefix = '';

/** The buses of so many processes that hear each other. */
async function processes(count: number): Promise<Bus[]> {
  const url = server?.url ?? '';
  prefix = `test:${randomUUID()}:`;
  const buses = Array.from({ length: count }, () => {
    const redis = openRedis(url, (line) => lines.push(line));
    const bus = redisBus({ url, redis, report: (line) => lines.push(line), prefix, pingEveryMs: 100 });
    closing.push(bus.close, redis.close);
    return bus;
  });
  await hearEachOther(buses);
  return buses;
}

/** Waits until a message of each reaches all. */
async function hearEachOther(buses: readonly Bus[]): Promise<void> {
  const heard = buses.map(() => new Set<unknown>());
  const leave = buses.map((bus, at) => bus.subscribe('hello', ({ data }) => heard[at]?.add(data)));
  await until('the processes hear each other', () => {
    buses.forEach((bus, at) => {
      bus.publish('hello', at);
    });
    return heard.every((set) => set.size === buses.length);
  });
  for (const one of leave) one();
}

const dataOf = (messages: BusMessage[] | null) => messages?.map((message) => message.data);

describe.skipIf(!server)('the bus over Redis', () => {
  test('hands a message to its own process at once and to the others in order, once each', async () => {
    const [a, b] = await processes(2);
    const [atA, atB]: unknown[][] = [[], []];
    a?.subscribe('t', ({ data }) => atA?.push(data));
    b?.subscribe('t', ({ data }) => atB?.push(data));
    a?.publish('t', 0);
    expect(atA).toEqual([0]);
    for (let n = 1; n < 500; n++) a?.publish('t', n);
    await until('all have come', () => atB?.length === 500);
    const all = Array.from({ length: 500 }, (_, n) => n);
    expect([atA, atB]).toEqual([all, all]);
  });

  test('goes on in another process after an id of the first', async () => {
    const [a, b] = await processes(2);
    const ids = [1, 2, 3, 4].map((n) => a?.publish('t', { n }) ?? '');
    await until('they are there', () => dataOf(b?.since('t', ids[1] ?? '') ?? null)?.length === 2);
    expect(b?.since('t', ids[1] ?? '')?.map(({ id, json }) => [id, json])).toEqual([
      [ids[2], '{"n":3}'],
      [ids[3], '{"n":4}'],
    ]);
  });

  test('gives fixes with their unknown numbers back as they were', async () => {
    const [a, b] = await processes(2);
    const heard: unknown[] = [];
    b?.subscribe(FIXES_TOPIC, ({ data }) => heard.push(data));
    const fix = { timeMs: 1, x: 2, y: 3, speedMps: Number.NaN, courseDeg: Number.NaN, attributes: null };
    a?.publish(FIXES_TOPIC, { deviceId: 1, fixes: [fix] });
    await until('they have come', () => heard.length === 1);
    expect(heard).toEqual([{ deviceId: 1, fixes: [fix] }]);
  });

  test('ends in one process the streams of a login that was revoked in the other', async () => {
    const [a, b] = await processes(2);
    if (!a || !b) throw new Error('Two were made.');
    const expiresAt = new Date(Date.now() + 1e6).toISOString();
    const user = { kind: 'user', userId: 1, username: 'Ann', level: 1, expiresAt } as const;
    const actors: Actor[] = [
      { ...user, jti: 'one' },
      { ...user, jti: 'two' },
    ];
    const [one, two] = actors.map((actor) => revocationSignal(b, actor, async () => true));
    tellRevocation(a, { jti: 'one' });
    await until('it is told', () => one?.signal.aborted);
    expect(two?.signal.aborted).toBe(false);
    two?.release();
    one?.release();
  });

  test('goes on alone while Redis is away; then all know that they may have missed something', async () => {
    const [a, b] = await processes(2);
    const heard: unknown[] = [];
    let gaps = 0;
    const listen = ({ data }: BusMessage) => heard.push(data);
    b?.subscribe('t', listen, { onGap: () => gaps++ });
    const before = a?.publish('t', 'before') ?? '';
    await until('it has come', () => heard.length === 1);
    await server?.kill();
    await until('the loss is reported', () => lines.some((line) => line.includes('does not answer')));
    const own: unknown[] = [];
    a?.subscribe('t', ({ data }) => own.push(data));
    a?.publish('t', 'alone');
    expect(own).toEqual(['alone']);
    gaps = 0;
    await server?.start();
    await hearEachOther([a, b].flatMap((bus) => bus ?? []));
    await until('the gap is known', () => gaps > 0);
    a?.publish('t', 'after');
    await until('messages come again', () => heard.includes('after'));
    expect(heard).toEqual(['before', 'after']);
    expect(b?.since('t', before)).toBeNull();
    expect(a?.since('t', before)).toBeNull();
  });

  test('a process that could not send tells those that could listen all the time', async () => {
    const url = server?.url ?? '';
    const [b] = await processes(1);
    let gaps = 0;
    b?.subscribe('t', () => {}, { onGap: () => gaps++ });
    // Its messages go nowhere at first: it is not connected yet.
    const redis = openRedis(url, () => {});
    const a = redisBus({ url, redis, report: () => {}, prefix });
    closing.push(a.close, redis.close);
    a.publish('t', 'lost');
    await until('the other is told', () => gaps > 0);
  });

  test('notices a Redis that hangs, and recovers', async () => {
    const [a, b] = await processes(2);
    let gaps = 0;
    b?.subscribe('t', () => {}, { onGap: () => gaps++ });
    server?.freeze();
    await until('the loss is reported', () => {
      a?.publish('t', 'into the void');
      return lines.some((line) => line.includes('does not answer'));
    });
    server?.thaw();
    await hearEachOther([a, b].flatMap((bus) => bus ?? []));
    await until('the gap is told', () => gaps > 0);
  });

  test('ignores what is not its own, and says so', async () => {
    const [bus] = await processes(1);
    const heard: unknown[] = [];
    bus?.subscribe('t', ({ data }) => heard.push(data));
    const other = openRedis(server?.url ?? '', () => {});
    closing.push(other.close);
    await until('it is connected', () => other.client.status === 'ready');
    for (const text of ['', 'x', 'a 1-1 {', 'a x {}', '{"id":"1-1"}'])
      await other.client.publish(`${prefix}t`, text);
    await until('all are reported', () => lines.length === 5);
    expect(heard).toEqual([]);
  });
});
