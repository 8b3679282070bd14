import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET as getOdometer } from '@/app/api/v1/devices/[id]/odometer/route';
import { POST as resetTrip } from '@/app/api/v1/devices/[id]/trips/[trip]/route';
import { GET as getEvents } from '@/app/api/v1/robots/[name]/events/route';
import { GET as getWay } from '@/app/api/v1/robots/[name]/odometer/route';
import { GET as getRobot } from '@/app/api/v1/robots/[name]/route';
import { POST as sendEvents } from '@/app/api/v1/robots/events/route';
import { GET as listRobots } from '@/app/api/v1/robots/route';
import { GET as streamRobots } from '@/app/api/v1/robots/stream/route';
import { apiError } from '@/lib/contracts/common';
import {
  odometer,
  type RobotNews,
  robotEventList,
  robotItem,
  robotList,
  robotResults,
} from '@/lib/contracts/robots';
import { testDatabases } from '../support/database';
import { askOldUrl } from '../support/old-urls';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('robots on $name', (database) => {
  let product: Product;
  let person: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    person = await makePerson(product.ctx, 1);
  });
  afterAll(() => product?.stop());

  type Handler = (
    request: Request,
    context: { params: Promise<Record<string, string>> },
  ) => Promise<Response>;
  const ask = (handler: Handler, params: Record<string, string> = {}, query = '', init: RequestInit = {}) =>
    handler(
      new Request(`http://127.0.0.1:3000/api/v1/robots${query}`, {
        ...init,
        headers: { ...person.headers, ...init.headers },
      }),
      { params: Promise.resolve(params) },
    );
  const send = (body: string, type: string) =>
    ask(sendEvents, {}, '', { method: 'POST', body, headers: { 'content-type': type } });
  const old = async (path: string) => {
    const answer = await askOldUrl('GET', path, { headers: person.headers });
    expect(answer.headers.get('deprecation')).toBe('true');
    return { status: answer.status, link: answer.headers.get('link'), body: await answer.json() };
  };

  test('are none at first', async () => {
    expect(await old('/api/robots')).toMatchObject({ status: 200, body: [] });
    expect(robotList.parse(await (await ask(listRobots)).json())).toEqual({
      items: [],
      total: 0,
      next: null,
    });
  });

  test('send events as JSON or as lines and hear of each what became of it', async () => {
    const events = [
      { robot: 'rob', x: 0, y: 0, timestamp: 0 },
      { robot: 'rob', x: 1, y: 0, timestamp: 1 },
      { robot: 'rob', x: 9, y: 9, timestamp: 0 },
      { robot: 'rob', x: 'far', y: 0, timestamp: 3 },
    ];
    const answer = robotResults.parse(
      await (await send(JSON.stringify({ events }), 'application/json')).json(),
    );
    expect(answer).toMatchObject({ stored: 2, refused: { conflict: 1, x: 1 } });
    expect(answer.results.map(({ error }) => error)).toEqual([null, null, 'conflict', 'x']);
    const lines = robotResults.parse(await (await send('1,2,2,rob\n1,2,1,Rob Oto\n', 'text/plain')).json());
    expect(lines).toMatchObject({ stored: 2, refused: {} });
    for (const [body, type, status] of [
      ['{}', 'application/json', 400],
      ['[', 'application/json', 400],
      ['1,2,3,a', 'text/csv', 415],
      ['1,2,3,a\n'.repeat(10_001), 'text/plain', 413],
    ] as const)
      expect((await send(body, type)).status).toBe(status);
  });

  test('are answered under their old URLs as before', async () => {
    const { body } = await old('/api/robots');
    expect(body.map(({ name }: { name: string }) => name)).toEqual(['Rob Oto', 'rob']);
    const { body: rob, link } = await old('/api/robots/rob');
    expect(rob).toEqual({
      ...{ name: 'rob', odometer: 3, last_x: 1, last_y: 2 },
      ...{ created_time: expect.any(String), updated_time: expect.any(String), removed_time: null },
    });
    expect(link).toBe('</api/v1/robots/rob>; rel="successor-version"');
    expect((await old('/api/robots/Rob')).status).toBe(404);
    const events = async (query: string) => (await old(`/api/robots/rob/events${query}`)).body;
    expect(await events('')).toEqual([
      { robot: 'rob', x: 0, y: 0, timestamp: 0 },
      { robot: 'rob', x: 1, y: 0, timestamp: 1 },
      { robot: 'rob', x: 1, y: 2, timestamp: 2 },
    ]);
    expect(await events('?start_time=0&end_time=1')).toHaveLength(2);
    expect(await events('?start_time=1&end_time=0')).toHaveLength(2);
    expect(await events('?start_time=2')).toHaveLength(1);
    const way = async (query: string, name = 'rob') =>
      (await old(`/api/robots/${name}/odometer${query}`)).body;
    expect(await way('?start_time=0&end_time=1')).toEqual({ robot: 'rob', odometer: 1 });
    expect(await way('?start_time=2&end_time=1')).toEqual({ robot: 'rob', odometer: 2 });
    expect(await way('?end_time=0')).toEqual({ robot: 'rob', odometer: 0 });
    expect(await way('')).toEqual({ robot: 'rob', odometer: 3 });
  });

  test('that nobody has have no events and no way under the old URLs, and are 404 under the new ones', async () => {
    expect(await old('/api/robots/nobody/events')).toMatchObject({ status: 200, body: [] });
    expect(await old('/api/robots/nobody/odometer?start_time=1')).toMatchObject({
      status: 200,
      body: { robot: 'nobody', odometer: 0 },
    });
    expect(await old('/api/robots/nobody')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    for (const handler of [getRobot, getEvents, getWay])
      expect((await ask(handler, { name: 'nobody' })).status).toBe(404);
  });

  test.each(['start_time=2a', 'start_time=-2', 'end_time=1.5', 'end_time=9007199254741'])(
    'refuse %s as a bound with its name',
    async (query) => {
      for (const what of ['events', 'odometer']) {
        const { status, body } = await old(`/api/robots/rob/${what}?${query}`);
        expect([status, apiError.parse(body).errors?.[0]?.field]).toEqual([400, query.split('=')[0]]);
      }
      expect((await ask(getEvents, { name: 'rob' }, `?${query}`)).status).toBe(400);
    },
  );

  test('have their counts, their state and pages under the new URLs', async () => {
    await product.ctx.ingest.drain();
    const rob = robotItem.parse(await (await ask(getRobot, { name: 'rob' })).json());
    expect(rob).toMatchObject({
      events: 3,
      refused: { conflict: 1, malformed: 1 },
      online: true,
      x_m: 1,
      y_m: 2,
    });
    const page = robotList.parse(await (await ask(listRobots, {}, '?limit=1')).json());
    expect([page.items[0]?.name, page.total, page.next]).toEqual(['Rob Oto', 2, '1']);
    const first = robotEventList.parse(await (await ask(getEvents, { name: 'rob' }, '?limit=2')).json());
    expect([first.items.length, first.total]).toEqual([2, 3]);
    const rest = await ask(getEvents, { name: 'rob' }, `?limit=2&cursor=${first.next}`);
    expect(robotEventList.parse(await rest.json())).toMatchObject({
      items: [{ time_ms: 2, x_m: 1, y_m: 2 }],
      next: null,
    });
    await product.runtime.sql`
      update device_states set received_at = now() - interval '11 s' where device_id = ${rob.device_id}`;
    expect(robotItem.parse(await (await ask(getRobot, { name: 'rob' })).json()).online).toBe(false);
  });

  test('have an odometer and two trip counters that are set to zero', async () => {
    const { device_id: id } = robotItem.parse(await (await ask(getRobot, { name: 'rob' })).json());
    const way = async (query = '') =>
      odometer.parse(await (await ask(getOdometer, { id: `${id}` }, query)).json());
    expect(await way()).toMatchObject({ odometer_m: 3, from_ms: null, trips: { a: null, b: null } });
    expect(await way('?from_ms=1&to_ms=0')).toMatchObject({ odometer_m: 1, from_ms: 0, to_ms: 1 });
    expect(await way('?from=1970-01-01T00:00:00.001Z')).toMatchObject({ odometer_m: 2, from_ms: 1 });
    const post = (trip: string) => ask(resetTrip, { id: `${id}`, trip }, '', { method: 'POST' });
    expect(odometer.parse(await (await post('a')).json()).trips).toMatchObject({
      a: { distance_m: 0 },
      b: null,
    });
    await send('1,7,3,rob', 'text/plain');
    await post('b');
    await send('1,8,4,rob', 'text/plain');
    expect(await way()).toMatchObject({
      odometer_m: 9,
      trips: { a: { distance_m: 6 }, b: { distance_m: 1 } },
    });
    expect((await post('c')).status).toBe(404);
    expect((await ask(getOdometer, { id: `${id}` }, '?from_ms=-1')).status).toBe(400);
    expect((await ask(getOdometer, { id: '999999' })).status).toBe(404);
    const rows = await product.runtime.sql`select details from logs where action = 'device.trip'`;
    expect(rows.map(({ details }) => details)).toEqual([{ trip: 'a' }, { trip: 'b' }]);
  });

  test('are told of as they move, at most ten times a second, to whoever listens', async () => {
    const leave = new AbortController();
    const stream = await ask(streamRobots, {}, '', { signal: leave.signal });
    const listeners = product.ctx.bus.listeners();
    const news = newsOf(stream);
    const [first] = await news.until((all) => all.length > 0);
    expect(first?.robots.map(({ name }) => name)).toEqual(['Rob Oto', 'rob']);
    await send('1,9,5,rob\n1,10,6,rob\n5,5,5,new one', 'text/plain');
    const all = await news.until((seen) =>
      seen.some(({ robots }) => robots.some(({ name }) => name === 'new one')),
    );
    const places = all.flatMap(({ fixes }) => fixes.map(([, timeMs, x, y]) => [timeMs, x, y]));
    expect(places).toEqual(
      expect.arrayContaining([
        [5, 1, 9],
        [6, 1, 10],
        [5, 5, 5],
      ]),
    );
    leave.abort();
    await news.end();
    expect(product.ctx.bus.listeners()).toBeLessThan(listeners);
  });

  test('are all in what a stream begins with, also when they are over a thousand', async () => {
    await product.runtime.sql`
      insert into devices (source, external_id, name, frame, ready)
      select 'robot', 'swarm ' || n, 'swarm ' || n, 'planar', true from generate_series(1, 1100) as n`;
    const leave = new AbortController();
    const news = newsOf(await ask(streamRobots, {}, '', { signal: leave.signal }));
    const namesIn = (all: RobotNews[]) =>
      new Set(all.flatMap(({ robots }) => robots.map(({ name }) => name)));
    const { total } = robotList.parse(await (await ask(listRobots)).json());
    await news.until((all) => namesIn(all).size === total);
    expect(total).toBeGreaterThan(1100);
    leave.abort();
    await news.end();
  });
});

/** The events `robots` of a stream, as they come. */
function newsOf(stream: Response) {
  const reader = stream.body?.getReader();
  const seen: RobotNews[] = [];
  let text = '';
  const read = async (): Promise<boolean> => {
    const part = await reader?.read();
    text += new TextDecoder().decode(part?.value);
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const event of parts) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) seen.push(JSON.parse(data));
    }
    return part?.done !== false;
  };
  return {
    async until(isEnough: (all: RobotNews[]) => boolean): Promise<RobotNews[]> {
      while (!isEnough(seen)) if (await read()) throw new Error('The stream ended too early.');
      return seen;
    },
    async end(): Promise<void> {
      while (!(await read())) {}
    },
  };
}
