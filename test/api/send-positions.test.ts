import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/positions/route';
import { openRateLimiter } from '@/lib/auth/rate-limits';
import { apiError } from '@/lib/contracts/common';
import { ingestAnswer } from '@/lib/contracts/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { listPositions } from '@/lib/services/positions';
import { circleCsv } from '../support/circle';
import { testDatabases } from '../support/database';
import { makeKey, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const START_MS = 1_750_000_000_000;

describe.each(databases)('positions that programs send, on $name', (database) => {
  let product: Product;
  let person: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    person = await makePerson(product.ctx, 1);
  });
  afterAll(() => product?.stop());

  type Sent = { headers?: Record<string, string>; query?: string };
  const send = (body: BodyInit, { headers = {}, query = '' }: Sent = {}) =>
    POST(
      new Request(`http://127.0.0.1:3000/api/v1/positions${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...person.headers, ...headers },
        body,
      }),
      { params: Promise.resolve({}) },
    );
  const json = (value: unknown, sent: Sent = {}) => send(JSON.stringify(value), sent);
  const taken = async (answer: Promise<Response>) => {
    const response = await answer;
    const body: unknown = await response.json();
    expect([response.status, body]).toEqual([200, expect.anything()]);
    return ingestAnswer.parse(body);
  };
  const refused = async (answer: Promise<Response>) => {
    const response = await answer;
    return { ...apiError.parse(await response.json()), headers: response.headers };
  };
  const row = async (name: string) => {
    const [found] = await product.runtime.sql`
      select devices.*, refused, stored from devices left join device_states on device_id = devices.id
      where source = 'api' and external_id = ${name}`;
    return found;
  };
  const fixes = (count: number, fromMs = START_MS) =>
    Array.from({ length: count }, (_, at) => ({
      time_ms: fromMs + at * 100,
      lat: 41.5 + at * 1e-5,
      lon: 2.2,
    }));

  test('make the device of their name, belong to the sender and are on disk when answered', async () => {
    const answer = await taken(json({ device: 'kart 7', fixes: fixes(30) }));
    expect(answer).toEqual({ stored: 30, duplicates: 0, refused: {}, errors: [] });
    const device = await row('kart 7');
    expect(device).toMatchObject({ frame: 'wgs84', owner_id: person.row.id, name: 'kart 7', ready: true });
    const list = await listPositions(person.ctx, { id: device?.id, limit: 100 });
    expect(list.items).toHaveLength(30);
    expect(await taken(json({ device_id: device?.id, fixes: fixes(31) }))).toMatchObject({
      stored: 1,
      duplicates: 30,
    });
  });

  test('come as JSON, lines of JSON or CSV, of several devices, packed or not', async () => {
    const list = fixes(20, START_MS + 60_000).flatMap((fix) => [
      { ...fix, device: 'one' },
      { ...fix, device: 'two', rpm: 9000 },
    ]);
    expect(await taken(json(list))).toMatchObject({ stored: 40 });
    const lines = list.map((fix) => JSON.stringify({ ...fix, time_ms: fix.time_ms + 60_000 })).join('\n');
    const ndjson = { 'content-type': 'application/x-ndjson; charset=utf-8' };
    expect(await taken(send(lines, { headers: ndjson }))).toMatchObject({ stored: 40 });
    const csv = `time_ms,x_m,y_m\n${START_MS},1,2\n${START_MS + 1},2,3\n`;
    const packed = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    expect(await taken(send(gzipSync(csv), { headers: packed, query: '?device=plane' }))).toMatchObject({
      stored: 2,
    });
    expect(await row('plane')).toMatchObject({ frame: 'planar' });
    const [last] = await product.runtime.sql`
      select attributes from positions join devices on id = device_id where external_id = 'two' limit 1`;
    expect(last?.attributes).toEqual({ rpm: 9000 });
  });

  test('are told apart: what is stored, what was there, and of each refused one why', async () => {
    const [one] = fixes(1, START_MS + 1000);
    await taken(json({ device: 'mixed', fixes: [one] }));
    const answer = await taken(
      json({
        device: 'mixed',
        fixes: [
          one,
          { ...one, lat: 42 },
          { ...one, time_ms: Date.now() + 120_000 },
          { ...one, time_ms: 5, lat: 91 },
          { time_ms: 6, lat: 0, lon: 0 },
          { lat: 1, lon: 2 },
          { time_ms: 7, x_m: 1, y_m: 2 },
          { ...one, time_ms: START_MS },
        ],
      }),
    );
    expect(answer).toMatchObject({ stored: 1, duplicates: 1 });
    expect(answer.refused).toEqual({ conflict: 1, future: 1, out_of_range: 1, null_island: 1, malformed: 2 });
    expect(answer.errors.map(({ index, reason }) => `${index} ${reason}`)).toEqual([
      ...['1 conflict', '2 future', '3 out_of_range', '4 null_island'],
      ...['5 malformed', '6 malformed'],
    ]);
    expect(answer.errors[5]?.message).toBe('device mixed sends lat and lon');
    await product.ctx.ingest.drain();
    expect((await row('mixed'))?.refused).toEqual(answer.refused);
  });

  test('that are all malformed are 422 with the place of each, and make no device', async () => {
    const { status_code, errors } = await refused(json({ device: 'nothing', fixes: [{ lat: 1 }, 5] }));
    expect([status_code, errors?.map(({ field }) => field)]).toEqual([422, ['fixes.0', 'fixes.1']]);
    expect(await row('nothing')).toBeUndefined();
    expect(await taken(json({ device: 'nothing', fixes: [] }))).toMatchObject({ stored: 0 });
    const many = await taken(
      json({ device: 'some', fixes: [...fixes(1), ...Array.from({ length: 150 }, () => 5)] }),
    );
    expect([many.refused, many.errors.length]).toEqual([{ malformed: 150 }, 100]);
  });

  test('for a device of somebody else are refused before anything is stored', async () => {
    const other = await makePerson(product.ctx, 1);
    await taken(json({ device: 'mine', fixes: fixes(1) }));
    const mine = { device: 'mine', ...fixes(1, START_MS + 9_000)[0] };
    const list = [{ ...mine, device: 'theirs' }, mine];
    const { status_code, message } = await refused(json(list, { headers: other.headers }));
    expect([status_code, message]).toEqual([403, expect.stringContaining('device mine')]);
    expect(await row('theirs')).toBeUndefined();
    expect((await row('mine'))?.stored).toBe('1');
    const superUser = await makePerson(product.ctx, 2);
    expect(await taken(json(mine, { headers: superUser.headers }))).toMatchObject({ stored: 1 });
    await product.runtime.sql`update devices set owner_id = null where external_id = 'mine'`;
    const shared = { ...mine, time_ms: START_MS + 10_000 };
    expect(await taken(json(shared, { headers: other.headers }))).toMatchObject({ stored: 1 });
  });

  test('are not taken for a recording or an id that is none', async () => {
    await product.drop([{ name: 'a.csv', content: circleCsv() }]);
    const [file] = await product.runtime.sql`select id from devices where source = 'file'`;
    const admin = { headers: product.headers };
    expect(await refused(json({ device_id: file?.id, fixes: fixes(1) }, admin))).toMatchObject({
      status_code: 409,
      error: 'not_live',
    });
    expect((await refused(json({ device_id: 999_999, fixes: fixes(1) }))).status_code).toBe(404);
  });

  test('need a login or a key with the scope ingest', async () => {
    const nobody = await refused(json({ device: 'x', fixes: fixes(1) }, { headers: { authorization: '' } }));
    expect(nobody.status_code).toBe(401);
    const reader = await makeKey(product.ctx, person.row.id, ['read']);
    expect((await refused(json([], { headers: reader.headers }))).status_code).toBe(403);
    const sender = await makeKey(product.ctx, person.row.id, ['ingest']);
    expect(await taken(json({ device: 'kart 7', fixes: [] }, { headers: sender.headers }))).toBeTruthy();
  });

  test('that are too many or too long are refused, packed ones too', async () => {
    const lines = `${'{}\n'.repeat(50_001)}`;
    const ndjson = { 'content-type': 'application/x-ndjson' };
    expect((await refused(send(lines, { headers: ndjson }))).status_code).toBe(413);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const gzip = { 'content-encoding': 'gzip' };
    expect(bomb.byteLength).toBeLessThan(100_000);
    expect((await refused(send(bomb, { headers: gzip }))).status_code).toBe(413);
    expect((await refused(send(Buffer.alloc(17 * 1024 * 1024)))).status_code).toBe(413);
    expect(await refused(send('no gzip', { headers: gzip }))).toMatchObject({ status_code: 400 });
    const brotli = await refused(send('x', { headers: { 'content-encoding': 'br' } }));
    expect([brotli.status_code, brotli.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
  });

  test.each([
    ['{', 'application/json', 400],
    ['5', 'application/json', 400],
    ['lat,lon\n1,2\n', 'text/csv', 400],
    ['<a/>', 'text/xml', 415],
  ])('as %j of type %s are refused with %i', async (body, type, status) => {
    expect((await refused(send(body, { headers: { 'content-type': type } }))).status_code).toBe(status);
  });

  test('do not count against the requests a minute, refused ones do', async () => {
    const { limiter } = product.ctx.auth;
    product.ctx.auth.limiter = openRateLimiter({ perMinute: 2 });
    try {
      for (let request = 0; request < 5; request++)
        await taken(json({ device: 'fast', fixes: fixes(1, START_MS + request) }));
      const statuses: number[] = [];
      for (let request = 0; request < 4; request++) statuses.push((await refused(send('{'))).status_code);
      expect(statuses).toEqual([400, 400, 429, 429]);
    } finally {
      product.ctx.auth.limiter = limiter;
    }
  });

  test('beyond what a device may send come again after the time that is named', async () => {
    const { ingest } = product.ctx;
    let nowMs = Date.now();
    const { sql } = product.runtime;
    product.ctx.ingest = openIngest({
      ...{ sql, bus: product.ctx.bus, report: () => {}, now: () => nowMs, fixesPerSecond: 10 },
    });
    try {
      const flood = (at: number) => json({ device: 'flood', fixes: fixes(250, START_MS + at * 100_000) });
      for (const at of [0, 1]) expect(await taken(flood(at))).toMatchObject({ stored: 250 });
      const busy = await refused(flood(2));
      expect([busy.status_code, busy.error]).toEqual([429, 'busy']);
      // A minute's worth at once is 600; 150 more take this long.
      expect(busy.headers.get('retry-after')).toBe('15');
      nowMs += 15_000;
      expect(await taken(flood(2))).toMatchObject({ stored: 250 });
    } finally {
      product.ctx.ingest = ingest;
    }
  });
});
