import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET as getPositions } from '@/app/api/v1/devices/[id]/positions/route';
import { GET as getCrossings } from '@/app/api/v1/sessions/[id]/crossings/route';
import { apiError } from '@/lib/contracts/common';
import { crossingList, positionList } from '@/lib/contracts/positions';
import { trackToFile } from '@/lib/formats/track-file';
import { getSession } from '@/lib/services/sessions';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const START_MS = 1_750_000_000_000;

describe.each(databases)('positions on $name', (database) => {
  let product: Product;
  let person: Person;
  let deviceId: number;
  let planarId: number;

  beforeAll(async () => {
    product = await openProduct(database);
    person = await makePerson(product.ctx, 1);
    await product.drop([{ name: 'track.json', content: JSON.stringify(trackToFile(circleTrack())) }]);
    const [item] = await product.drop([{ name: 'car.csv', content: circleCsv({ startMs: START_MS }) }]);
    deviceId = (await getSession(product.ctx, item?.session_id ?? 0)).entries[0]?.device_id ?? 0;
    const rows = [0, 1, 2].map((n) => `${START_MS + n * 100},${n},${n * 2}`);
    const planar = ['time_ms,x_m,y_m', ...rows].join('\n');
    const [other] = await product.drop([{ name: 'robot.csv', content: planar }]);
    planarId = (await getSession(product.ctx, other?.session_id ?? 0)).entries[0]?.device_id ?? 0;
  });
  afterAll(() => product?.stop());

  const ask = (query = '', id = deviceId) =>
    getPositions(
      new Request(`http://127.0.0.1:3000/api/v1/devices/${id}/positions?${query}`, {
        headers: person.headers,
      }),
      { params: Promise.resolve({ id: String(id) }) },
    );
  const list = async (query = '', id = deviceId) => positionList.parse(await (await ask(query, id)).json());
  const refused = async (query: string, field: string) => {
    const answer = await ask(query);
    const { status_code, errors } = apiError.parse(await answer.json());
    expect([status_code, errors?.[0]?.field]).toEqual([400, field]);
  };

  test('are the newest 24 hours of the device unless a window is given', async () => {
    const { items, total, next, frame } = await list('limit=100000');
    expect([items.length, total, next, frame]).toEqual([1050, 1050, null, 'wgs84']);
    expect(items[0]).toEqual({
      time_ms: START_MS,
      lat: expect.closeTo(47.4991, 4),
      lon: expect.closeTo(9.2, 4),
      speed_mps: 20.944,
      course_deg: null,
      altitude_m: null,
      accuracy_m: null,
    });
  });

  test('come page by page without a gap, with the true total', async () => {
    const times: number[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`limit=400${cursor}`);
      expect(page.total).toBe(1050);
      times.push(...page.items.map(({ time_ms }) => time_ms));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(times).toEqual(Array.from({ length: 1050 }, (_, row) => START_MS + row * 100));
  });

  test('lie in [from, to)', async () => {
    const iso = (ms: number) => new Date(ms).toISOString();
    const inside = await list(`from=${iso(START_MS + 1000)}&to=${iso(START_MS + 2000)}`);
    expect(inside.items.map(({ time_ms }) => time_ms - START_MS)).toEqual(
      Array.from({ length: 10 }, (_, row) => 1000 + row * 100),
    );
    expect((await list(`from=${iso(START_MS + 100_000)}`)).total).toBe(50);
    expect((await list(`to=${iso(START_MS)}`)).total).toBe(0);
  });

  test('of a window that is none are refused with the field', async () => {
    await refused('from=2025-06-15T00:00:00Z&to=2025-06-15T00:00:00Z', 'from');
    await refused('from=2025-06-15T00:00:00Z&to=2025-06-17T00:00:00Z', 'to');
    await refused('from=2025-06-15T00:00:00', 'from');
    await refused('limit=100001', 'limit');
    await refused('cursor=-1', 'cursor');
    await refused('cursor=9999999999999999', 'cursor');
    await refused('format=xml', 'format');
    expect((await ask('', 999_999)).status).toBe(404);
  });

  test('are saved as a table and as a line', async () => {
    const rows = (await (await ask('format=csv')).text()).trimEnd().split('\n');
    expect(rows[0]).toBe('time_ms,lat,lon,speed_mps,course_deg,altitude_m,accuracy_m');
    expect(rows).toHaveLength(1051);
    const answer = await ask('format=geojson&limit=50');
    expect(answer.headers.get('content-type')).toBe('application/geo+json');
    const { features } = await answer.json();
    expect(features[0].geometry.coordinates).toHaveLength(50);
    expect(features[0].properties.times_ms).toHaveLength(50);
    const one = await (await ask('format=geojson&limit=1')).json();
    expect(one.features[0].geometry.type).toBe('Point');
    const none = await (await ask('format=geojson&to=1990-01-01T00:00:00Z')).json();
    expect(none.features).toEqual([]);
  });

  test('on a plane are metres, and no GeoJSON', async () => {
    const { items, frame } = await list('', planarId);
    expect([frame, items[2]]).toEqual(['planar', expect.objectContaining({ x_m: 2, y_m: 4 })]);
    expect((await (await ask('format=csv', planarId)).text()).split('\n')[0]).toContain('time_ms,x_m,y_m');
    expect((await ask('format=geojson', planarId)).status).toBe(400);
  });

  test('crossings of a session come in order of time and can be compared', async () => {
    const crossings = async (query: string) => {
      const request = new Request(`http://127.0.0.1:3000/api/v1/sessions/1/crossings?${query}`, {
        headers: person.headers,
      });
      const answer = await getCrossings(request, { params: Promise.resolve({ id: '1' }) });
      return answer.headers.get('content-type') === 'application/json'
        ? crossingList.parse(await answer.json())
        : { items: [], total: (await answer.text()).trimEnd().split('\n').length - 1 };
    };
    const all = await crossings('');
    expect(all.total).toBe(10);
    const times = all.items.map(({ time_ms }) => time_ms);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect((await crossings('checkpoint=1')).total).toBe(4);
    expect((await crossings(`device_id=${deviceId}&at>=${all.items[3]?.at}`)).total).toBe(7);
    expect((await crossings('format=csv')).total).toBe(10);
  });
});
