import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET as getLapRoute } from '@/app/api/v1/laps/[id]/route';
import { GET as getTrace } from '@/app/api/v1/laps/[id]/trace/route';
import { GET as getLaps } from '@/app/api/v1/laps/route';
import { GET as getSession } from '@/app/api/v1/sessions/[id]/route';
import { apiError } from '@/lib/contracts/common';
import { lapListItem, lapsOfSessions } from '@/lib/contracts/laps';
import { sessionDetail } from '@/lib/contracts/sessions';
import { trackToFile } from '@/lib/formats/track-file';
import { getSessionLaps } from '@/lib/services/sessions';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

describe.each(databases)('laps of all sessions on $name', (database) => {
  let product: Product;
  let person: Person;
  let sessionIds: number[];

  beforeAll(async () => {
    product = await openProduct(database);
    person = await makePerson(product.ctx, 1);
    await product.drop([{ name: 'track.json', content: JSON.stringify(trackToFile(circleTrack())) }]);
    const slow = circleCsv({ startMs: 1_750_000_000_000, laps: 4 });
    const quick = circleCsv({ startMs: 1_760_000_000_000, laps: 3, lapS: 25 });
    const items = [
      ...(await product.drop([{ name: 'slow.csv', content: slow }], { sessionName: 'Slow' })),
      ...(await product.drop([{ name: 'quick.csv', content: quick }], { sessionName: 'Quick' })),
    ];
    sessionIds = items.map((item) => item.session_id ?? 0);
  });
  afterAll(() => product?.stop());

  const ask = (query: string, headers: Record<string, string> = person.headers) =>
    getLaps(new Request(`http://127.0.0.1:3000/api/v1/laps?${query}`, { headers }), {
      params: Promise.resolve({}),
    });
  const list = async (query: string) => lapsOfSessions.parse(await (await ask(query)).json());
  const one = (path: string, handler: typeof getLaps, id: string, headers = {}) =>
    handler(
      new Request(`http://127.0.0.1:3000/api/v1/${path}`, { headers: { ...person.headers, ...headers } }),
      { params: Promise.resolve({ id }) },
    );

  test('come newest first, with where they were driven', async () => {
    const { items, total, next } = await list('limit=3');
    expect([items.length, total, next]).toEqual([3, 11, '3']);
    expect(items[0]).toMatchObject({
      session_name: 'Quick',
      track: { name: 'Round' },
      label: 'quick',
      driver: null,
      simulated: false,
    });
    const starts = items.map((lap) => lap.started_ms);
    expect(starts).toEqual([...starts].sort((a, b) => b - a));
  });

  test('come by lap time, and page by page without a gap', async () => {
    const all = await list('sort=fastest&class=complete');
    expect(all.items.map((lap) => Math.round(lap.lap_time_ms / 1000))).toEqual([25, 25, 25, 30, 30, 30, 30]);
    const paged: number[] = [];
    for (let cursor = '0'; cursor; ) {
      const page = await list(`sort=fastest&class=complete&limit=2&cursor=${cursor}`);
      expect(page.total).toBe(7);
      paged.push(...page.items.map((lap) => lap.id));
      cursor = page.next ?? '';
    }
    expect(paged).toEqual(all.items.map((lap) => lap.id));
    expect(await list('sort=fastest&class=complete&cursor=500')).toEqual({ items: [], total: 7, next: null });
  });

  test('are cut down by what is compared, as it is shown', async () => {
    const [slow = 0, quick = 0] = sessionIds;
    const all = (await list('')).items;
    const counts = async (query: string) => (await list(query)).total;
    expect(await counts('lap_time_ms<=26000&class=complete')).toBe(3);
    expect(await counts('lap_time_ms>26000&lap_time_ms<=31000&class=complete')).toBe(4);
    expect(await counts('started_at>=2025-09-01T00:00:00Z')).toBe(5);
    expect(await counts(`session_id=${slow}`)).toBe(6);
    expect(await counts('session_id=latest')).toBe(5);
    expect((await list('session_id=latest')).items[0]?.session_id).toBe(quick);
    expect(await counts('estimated=true')).toBe(all.filter((lap) => lap.estimated).length);
    for (const lap of all) {
      const { started_at, lap_time_ms, distance_m, top_speed_mps, device_id, number } = lap;
      const same = `started_at=${started_at}&lap_time_ms=${lap_time_ms}&distance_m=${distance_m}&top_speed_mps=${top_speed_mps}`;
      const found = await list(`${same}&device_id=${device_id}&number=${number}&track_id=${lap.track?.id}`);
      expect(found.items).toEqual([lap]);
    }
    expect(await counts('driver=Nobody')).toBe(0);
    expect(await counts('session_id=2147483647')).toBe(0);
  });

  test('are saved as a table with the sectors of the lap with the most of them', async () => {
    const text = await (await ask('format=csv&class=complete&sort=fastest')).text();
    const [head = '', ...rows] = text.trimEnd().split('\n');
    expect(head).toContain('session_id,session_name,simulated,track_id,track_name');
    expect(head).toMatch(/sector_1_ms,sector_2_ms,sector_3_ms$/);
    const columns = head.split(',');
    const cell = (row: string | undefined, name: string) => row?.split(',')[columns.indexOf(name)];
    expect(cell(rows[0], 'session_name')).toBe('Quick');
    expect(Number(cell(rows[0], 'sector_2_ms'))).toBeGreaterThan(0);
  });

  test('one lap is read by its id and kept by its tag', async () => {
    const [lap] = (await list('limit=1')).items;
    const id = String(lap?.id);
    const answer = await one(`laps/${id}`, getLapRoute, id);
    expect(lapListItem.parse(await answer.json())).toEqual(lap);
    const trace = await one(`laps/${id}/trace`, getTrace, id);
    const tag = { 'if-none-match': trace.headers.get('etag') ?? '' };
    expect((await one(`laps/${id}/trace`, getTrace, id, tag)).status).toBe(304);
    const missing = await one('laps/999999', getLapRoute, '999999');
    expect(apiError.parse(await missing.json()).status_code).toBe(404);
  });

  test('a session is sent anew when a name in it changed', async () => {
    const first = await one('sessions/latest', getSession, 'latest');
    const detail = sessionDetail.parse(await first.json());
    const tag = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await one('sessions/latest', getSession, 'latest', tag)).status).toBe(304);
    const deviceId = detail.entries[0]?.device_id ?? 0;
    await product.runtime.sql`update devices set name = 'renamed' where id = ${deviceId}`;
    const second = await one('sessions/latest', getSession, 'latest', tag);
    expect(sessionDetail.parse(await second.json()).entries[0]?.device_name).toBe('renamed');
  });

  test('of a hidden session are not seen', async () => {
    const [sessionId = 0] = sessionIds;
    const [lap] = (await list(`session_id=${sessionId}`)).items;
    await product.runtime.sql`update sessions set ready = false where id = ${sessionId}`;
    expect((await list('')).total).toBe(5);
    expect((await one('laps/x', getLapRoute, String(lap?.id))).status).toBe(404);
    await product.runtime.sql`update sessions set ready = true where id = ${sessionId}`;
    expect((await ask('', {})).status).toBe(401);
  });

  test('have the stints of their session', async () => {
    const [sessionId = 0] = sessionIds;
    await product.runtime.sql`
      update laps set class = case number when 1 then 'inlap' when 2 then 'outlap' when 4 then 'pitstop' else class end
      where session_id = ${sessionId}`;
    const { items } = await getSessionLaps(person.ctx, { ref: sessionId });
    expect(new Set(items.map((lap) => lap.stint)).size).toBeGreaterThan(2);
    const listed = (await list(`session_id=${sessionId}`)).items;
    for (const lap of items)
      expect(listed.find(({ id }) => id === lap.id)).toMatchObject({ ...lap, stint: lap.stint });
  });
});
