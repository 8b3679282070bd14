import { afterAll, beforeAll, expect, test } from 'vitest';
import * as health from '@/app/api/v1/health/route';
import * as range from '@/app/api/v1/telemetry/range/route';
import { apiError } from '@/lib/contracts/common';
import { health as healthShape } from '@/lib/contracts/system';
import { telemetryRange } from '@/lib/contracts/telemetry-range';
import { startEmbedded } from '@/lib/db/embedded/child';
import { migrateDatabase } from '@/lib/db/migrate';
import { circleCsv } from '../support/circle';
import { openProduct, type Product } from '../support/product';

const START_MS = 1_750_000_000_000;

let product: Product;
let stopDatabase: () => Promise<void>;
let sessionId = 0;

beforeAll(async () => {
  const database = await startEmbedded({ dataDir: 'memory://' });
  stopDatabase = () => database.stop();
  await migrateDatabase(database.url, 'drizzle/migrations');
  product = await openProduct({ name: 'embedded', url: database.url });
  const files = [0, 500_000].map((laterMs) => ({
    name: `${laterMs}.csv`,
    content: circleCsv({ startMs: START_MS + laterMs }),
  }));
  const [item] = await product.drop(files.slice(0, 1));
  sessionId = item?.session_id ?? 0;
});
afterAll(async () => {
  await product?.stop();
  await stopDatabase?.();
});

const context = { params: Promise.resolve({}) };
const ask = (query: Record<string, string | number>) => {
  const words = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return range.GET(new Request(`http://127.0.0.1:3000/api/v1/telemetry/range?${words}`, product), context);
};
const read = async (query: Record<string, string | number>) =>
  telemetryRange.parse(await (await ask({ session_id: sessionId, ...query })).json());
const field = async (query: Record<string, string | number>) => {
  const response = await ask({ session_id: sessionId, ...query });
  const { errors, status_code } = apiError.parse(await response.json());
  return [status_code, errors?.[0]?.field];
};

test('a window in seconds or instants holds what was sent in it, its end excluded', async () => {
  const s = START_MS / 1000;
  const bySeconds = await read({ start_time: s + 10, end_time: s + 11 });
  expect(bySeconds).toMatchObject({ count: 10, total: 10 });
  expect(bySeconds.points[0]).toMatchObject({ time_ms: START_MS + 10_000, device_id: expect.any(Number) });
  const iso = (timeMs: number) => new Date(timeMs).toISOString();
  const byInstant = await read({ start_time: iso(START_MS + 10_000), end_time: iso(START_MS + 11_000) });
  expect(byInstant).toEqual(bySeconds);
});

test('a window beyond the session is cut to it, one outside is empty', async () => {
  const s = START_MS / 1000;
  expect((await read({ start_time: s - 1000, end_time: s + 1000 })).count).toBe(1050);
  expect(await read({ start_time: s - 1000, end_time: s - 900 })).toMatchObject({ count: 0, total: 0 });
});

test('what lies beyond the limit is counted', async () => {
  const s = START_MS / 1000;
  expect(await read({ start_time: s, end_time: s + 60, limit: 7 })).toMatchObject({ count: 7, total: 600 });
});

test('windows that are none are refused by their field', async () => {
  const s = START_MS / 1000;
  expect(await field({ start_time: s, end_time: s })).toEqual([400, 'end_time']);
  expect(await field({ start_time: s, end_time: s + 90_000 })).toEqual([400, 'end_time']);
  for (const odd of ['x', '', '-1', '1e9', 'NaN', '999999999999', '2025-06-15T12:00:00'])
    expect(await field({ start_time: odd, end_time: s })).toEqual([400, 'start_time']);
  expect((await field({ start_time: s, end_time: s + 1, session_id: 99_999 }))[0]).toBe(404);
  expect((await field({ start_time: s, end_time: s + 1, device_id: 99_999 }))[0]).toBe(404);
});

test('the health is well without login, and 503 when the database has gone', async () => {
  const look = () => health.GET(new Request('http://127.0.0.1:3000/api/v1/health'), context);
  const well = await look();
  expect(well.status).toBe(200);
  expect(healthShape.parse(await well.json())).toMatchObject({ status: 'healthy', database: { ok: true } });
  await product.pause();
  await stopDatabase();
  const ill = await look();
  expect(ill.status).toBe(503);
  expect(healthShape.parse(await ill.json())).toMatchObject({
    status: 'unhealthy',
    database: { ok: false },
  });
});
