import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as circuitsRoute from '@/app/api/v1/config/circuits/route';
import * as vehiclesRoute from '@/app/api/v1/config/vehicles/route';
import * as bestLapsRoute from '@/app/api/v1/stats/best-laps/route';
import * as circuitRoute from '@/app/api/v1/stats/circuit/[name]/route';
import * as driverRoute from '@/app/api/v1/stats/driver/[name]/route';
import { apiError } from '@/lib/contracts/common';
import {
  bestLapList,
  circuitList,
  circuitStatistics,
  driverStatistics,
  vehicleList,
} from '@/lib/contracts/statistics';
import { trackToFile } from '@/lib/formats/track-file';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

/** Two drivers on one circuit, the second one on another too; a lap of 30 s, of 28 s and of 25 s. */
const DRIVES = [
  { driver: 'Anna Ö/berg', car: 'GT', lapS: 30, laps: 3, eastM: 0 },
  { driver: 'Ben', car: 'Kart', lapS: 28, laps: 2, eastM: 0 },
  { driver: 'Ben', car: 'Kart', lapS: 25, laps: 2, eastM: 5000 },
];

describe.each(databases)('statistics on $name', (database) => {
  let product: Product;

  type Handler = (
    request: Request,
    context: { params: Promise<Record<string, string>> },
  ) => Promise<Response>;
  const ask = (handler: Handler, query = '', params: Record<string, string> = {}) =>
    handler(new Request(`http://127.0.0.1:3000/x${query}`, product), { params: Promise.resolve(params) });
  const read = async (answer: Promise<Response>): Promise<unknown> => {
    const response = await answer;
    expect(response.status).toBe(200);
    return response.json();
  };
  const bestLaps = async (query = '') => bestLapList.parse(await read(ask(bestLapsRoute.GET, query)));
  const driver = async (name: string, query = '') =>
    driverStatistics.parse(await read(ask(driverRoute.GET, query, { name })));
  const circuit = async (name: string, query = '') =>
    circuitStatistics.parse(await read(ask(circuitRoute.GET, query, { name })));

  beforeAll(async () => {
    product = await openProduct(database);
    const { ctx, runtime } = product;
    await createTrack(ctx, trackToFile(circleTrack('Round')));
    await createTrack(ctx, trackToFile(circleTrack('Far', 5000)));
    for (const [index, drive] of DRIVES.entries()) {
      const content = circleCsv({ ...drive, startMs: 1_750_000_000_000 + index * 1e6 });
      const [item] = await product.drop([{ name: `${index}.csv`, content }]);
      await runtime.sql`
        update session_entries set driver = ${drive.driver}, car = ${drive.car}
        where session_id = ${item?.session_id ?? 0}`;
    }
    // Two laps of Anna's that do not count: the first as if it had an estimated crossing, the second as if cut.
    const [first, second] = await runtime.sql`
      select laps.id from laps join session_entries on session_entries.device_id = laps.device_id
      where driver = 'Anna Ö/berg' and class = 'complete' order by started_us`;
    await runtime.sql`update laps set estimated = true, time_ms = 20000 where id = ${first?.id}`;
    await runtime.sql`
      update laps set class = 'invalid', reason = 'missed:2', time_ms = 21000 where id = ${second?.id}`;
  });
  afterAll(() => product?.stop());

  test('the fastest laps come first; of laps that do not count none', async () => {
    const { items, total } = await bestLaps();
    expect(total).toBe(5);
    expect(items.map((lap) => lap.driver)).toEqual(['Ben', 'Ben', 'Ben', 'Ben', 'Anna Ö/berg']);
    expect(items.map((lap) => Math.round(lap.lap_time_ms / 1000))).toEqual([25, 25, 28, 28, 30]);
    expect(items[0]).toMatchObject({ circuit: { name: 'Far' }, vehicle: 'Kart', label: 'Ben' });
  });

  test('laps from line to line count when they are asked for, cut-off ones never', async () => {
    const { items } = await bestLaps('?include_invalid=true');
    expect(items.slice(0, 2).map((lap) => [lap.lap_time_ms, lap.class])).toEqual([
      [20_000, 'complete'],
      [21_000, 'invalid'],
    ]);
    expect(items).toHaveLength(7);
  });

  test('circuit and vehicle narrow the list, a page has its true total, a table its columns', async () => {
    expect((await bestLaps('?circuit=Round')).total).toBe(3);
    expect((await bestLaps('?circuit=Round&vehicle=Kart')).total).toBe(2);
    expect((await bestLaps('?circuit=round')).total).toBe(0);
    const page = await bestLaps('?limit=2&cursor=4');
    expect([page.items.length, page.total, page.next]).toEqual([1, 5, null]);
    const beyond = await bestLaps('?cursor=99');
    expect([beyond.items.length, beyond.total]).toEqual([0, 5]);
    const csv = await (await ask(bestLapsRoute.GET, '?format=csv')).text();
    expect(csv.split('\n')[0]).toContain('lap_time_ms');
  });

  test('a driver’s figures are in all and by circuit', async () => {
    const ben = await driver('Ben');
    expect(ben).toMatchObject({ sessions_count: 2, laps_count: 4 });
    expect(Math.round(ben.best_lap_ms ?? 0)).toBe(25_000);
    expect(Math.round((ben.average_lap_ms ?? 0) / 100)).toBe(265);
    // Twice two and a half rounds.
    expect(ben.distance_m / (5 * 2 * Math.PI * 100)).toBeCloseTo(1, 2);
    expect(ben.circuits.map((one) => [one.circuit?.name, one.laps_count])).toEqual([
      ['Round', 2],
      ['Far', 2],
    ]);
    const anna = await driver('Anna Ö/berg');
    expect(anna).toMatchObject({ laps_count: 1, sessions_count: 1 });
    expect((await driver('Anna Ö/berg', '?include_invalid=true')).laps_count).toBe(3);
  });

  test('a circuit’s figures name who holds its best lap', async () => {
    const round = await circuit('Round');
    expect(round).toMatchObject({ sessions_count: 2, laps_count: 3, best_lap_driver: 'Ben', track_ids: [1] });
    const all = await circuit('Round', '?include_invalid=true');
    expect(all).toMatchObject({ best_lap_ms: 20_000, best_lap_driver: 'Anna Ö/berg' });
  });

  test('names that nobody has are not found, and no wrong word is taken for a flag', async () => {
    for (const route of [driverRoute, circuitRoute])
      for (const name of ['Nobody', 'ben', "x' or '1'='1", 'a\0b', '%'])
        expect((await ask(route.GET, '', { name })).status).toBe(404);
    const { errors } = apiError.parse(await (await ask(bestLapsRoute.GET, '?include_invalid=maybe')).json());
    expect(errors?.[0]?.field).toBe('include_invalid');
  });

  test('circuits and vehicles are listed by name', async () => {
    const circuits = circuitList.parse(await read(ask(circuitsRoute.GET)));
    expect(circuits.items.map((one) => one.name)).toEqual(['Far', 'Round']);
    const vehicles = vehicleList.parse(await read(ask(vehiclesRoute.GET)));
    expect(vehicles.items).toEqual([
      { name: 'GT', car_class: null, sessions_count: 1 },
      { name: 'Kart', car_class: null, sessions_count: 2 },
    ]);
  });
});
