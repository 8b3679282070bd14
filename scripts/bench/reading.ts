import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lapTrace } from '@/lib/db/laps';
import { getLapTrace } from '@/lib/services/laps';
import { getSession, getSessionLaps } from '@/lib/services/sessions';
import { keepTrack } from '@/lib/services/track-store';
import { montmelo } from '@/lib/simulator/track';
import { csvOf, simulatedDrive } from './hour';
import { median, quantile, timed } from './measure';
import { importSpooled, withProduct } from './product';
import type { Row } from './report';
import { withServer } from './server';

const LAPS = 101;
const ASKED = 200;
const TRACE_BAR_MS = 10;
const PAGE_BAR_MS = 25;

type Spread = { p50: number; p99: number };

/** Asks many times, one after the other, after a few that warm up. */
async function spreadOf(ask: (i: number) => Promise<unknown>): Promise<Spread> {
  const times: number[] = [];
  for (let i = -20; i < ASKED; i++) {
    const ms = await timed(() => ask(i + 20));
    if (i >= 0) times.push(ms);
  }
  return { p50: median(times), p99: quantile(times, 0.99) };
}

/** Drives 100 laps at 10 Hz with 6 channels and imports them; gives the session and what to ask for. */
async function seed(folder: string) {
  return withProduct(folder, async ({ database, runtime }) => {
    await keepTrack(database.db, montmelo(), 'bench', true);
    const drive = simulatedDrive({ day: 0, laps: LAPS, rateHz: 10, channels: true });
    const { hash, bytes } = await runtime.services.spool.write('laps.csv', csvOf(drive));
    const sessionId = await importSpooled(runtime, { file: 'laps.csv', hash, bytes, modifiedMs: null });
    const ctx = runtime.services;
    const { items } = await getSessionLaps(ctx, { ref: sessionId });
    const laps = items
      .filter((lap) => lap.class === 'complete')
      .map(({ id, device_id }) => ({ id, device_id }));
    const lapAt = (i: number) => laps[i % laps.length] ?? { id: 0, device_id: 0 };
    const services = {
      nothing: await spreadOf(() => database.sql`select 1`),
      traceRow: await spreadOf((i) => lapTrace(ctx.db, lapAt(i).id, lapAt(i).device_id)),
      trace: await spreadOf((i) => getLapTrace(ctx, { id: lapAt(i).id, deviceId: lapAt(i).device_id })),
      page: await spreadOf(() =>
        Promise.all([getSession(ctx, sessionId), getSessionLaps(ctx, { ref: sessionId })]),
      ),
    };
    const { samples } = await getLapTrace(ctx, { id: lapAt(0).id, deviceId: null });
    return { sessionId, lapAt, laps: items.length, samples, services };
  });
}

type Seeded = Awaited<ReturnType<typeof seed>>;

/** The same over HTTP on the server with its pages; null when the pages are not built. */
async function overHttp(folder: string, { sessionId, lapAt }: Seeded) {
  if (!existsSync(join('.next', 'BUILD_ID')) || !existsSync(join(import.meta.dirname, 'start.js')))
    return null;
  return withServer(folder, async (origin, headers) => {
    const get = async (path: string) => {
      const response = await fetch(`${origin}${path}`, { headers, redirect: 'error' });
      const body = await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
      return body.byteLength;
    };
    const tracePath = (i: number) => `/api/v1/laps/${lapAt(i).id}/trace?device_id=${lapAt(i).device_id}`;
    return {
      nothing: await spreadOf(() => get('/api/v1/devices')),
      trace: await spreadOf((i) => get(tracePath(i))),
      page: await spreadOf(() => get(`/sessions/${sessionId}`)),
      traceBytes: await get(tracePath(0)),
      pageBytes: await get(`/sessions/${sessionId}`),
    };
  });
}

/** What readers wait for: one lap's trace, and a session page with 100 laps. */
export async function benchReading(folder: string): Promise<Row[]> {
  const seeded = await seed(folder);
  const { services } = seeded;
  const http = await overHttp(folder, seeded);
  const where = http ? 'over HTTP' : 'service only';
  const unproven = http ? '' : ' over HTTP: not shown, the pages are not built (npm start builds them)';
  const trace = http?.trace ?? services.trace;
  const page = http?.page ?? services.page;
  const ms = (name: string, value: number) => ({ name, value, unit: 'ms' });
  return [
    {
      work: `one lap's trace (${seeded.samples} samples, 11 columns), ${where}`,
      result: ms('p50', trace.p50),
      baseline: ms('its stored row alone', services.traceRow.p50),
      ratio: trace.p50 / services.traceRow.p50,
      bar: `p50 ≤ ${TRACE_BAR_MS} ms${unproven}`,
      met: http !== null && trace.p50 <= TRACE_BAR_MS,
      more: [
        ms('p99', trace.p99),
        ms('service p50', services.trace.p50),
        ms('a round trip to the database', services.nothing.p50),
        ...(http ? [{ name: 'answer', value: http.traceBytes / 1000, unit: 'kB' }] : []),
      ],
    },
    {
      work: `session page with ${seeded.laps} laps, ${where}`,
      result: ms('p50', page.p50),
      baseline: http ? ms('a small API answer', http.nothing.p50) : ms('select 1', services.nothing.p50),
      ratio: page.p50 / (http?.nothing ?? services.nothing).p50,
      bar: `p50 ≤ ${PAGE_BAR_MS} ms${unproven}`,
      met: http !== null && page.p50 <= PAGE_BAR_MS,
      more: [
        ms('p99', page.p99),
        ms('service p50', services.page.p50),
        ...(http ? [{ name: 'page', value: http.pageBytes / 1000, unit: 'kB' }] : []),
      ],
    },
  ];
}
