import type { IncomingFix, Ingest, IngestDevice } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import { type BenchDatabase, withEmbedded } from './embedded';
import { median, timed } from './measure';
import type { Row } from './report';

const DEVICES = 100;
const RATE_HZ = 10;
const SECONDS = 60;
const ROUNDS = 3;
const ROWS_PER_INSERT = 5_000;
const [RATIO_BAR, FIXES_BAR] = [0.5, 20_000];
const START_MS = Date.UTC(2026, 0, 1);

/** Seconds that a device has sent and not yet heard of. */
const ON_THE_WAY = 4;

/** A car on a circle: what a device sends of second `second`. */
function secondOf(device: number, second: number): IncomingFix[] {
  return Array.from({ length: RATE_HZ }, (_, i) => {
    const timeMs = START_MS + second * 1000 + (i * 1000) / RATE_HZ;
    const turn = (timeMs - START_MS) / 9_000 + device;
    return {
      timeMs,
      x: 2.26 + Math.cos(turn) / 200,
      y: 41.57 + Math.sin(turn) / 200,
      speedMps: 50 + 20 * Math.sin(turn),
      courseDeg: (((turn * 180) / Math.PI) % 360) + 0.5,
      altitudeM: 120 + Math.sin(turn),
      accuracyM: 1.6,
      attributes: null,
    };
  });
}

/** New devices for a round. */
async function makeDevices({ sql }: BenchDatabase, name: string): Promise<IngestDevice[]> {
  const rows = await sql<{ id: number }[]>`
    insert into devices (source, external_id, name, frame)
    select 'api', ${name} || i, ${name} || i, 'wgs84' from generate_series(1, ${DEVICES}::int) as i returning id`;
  return rows.map(({ id }) => ({ id, frame: 'wgs84', late: 'backfill', wallClock: true }));
}

/** Every device sends second after second, a few of them on the way at once; gives how many fixes were stored. */
async function takeAll(ingest: Ingest, devices: readonly IngestDevice[]): Promise<number> {
  let stored = 0;
  const lane = async (device: IngestDevice, from: number): Promise<void> => {
    for (let second = from; second < SECONDS; second += ON_THE_WAY) {
      const verdicts = await ingest.take(device, secondOf(device.id, second));
      stored += verdicts.filter((verdict) => verdict === 'stored').length;
    }
  };
  const lanes = Array.from({ length: ON_THE_WAY }, (_, from) => devices.map((device) => lane(device, from)));
  await Promise.all(lanes.flat());
  return stored;
}

/** The same fixes in the same order with nothing else: 5,000 rows per unnest, each a transaction of its own. */
async function insertAll({ sql }: BenchDatabase, devices: readonly IngestDevice[]): Promise<number> {
  const rows: { id: number; fix: IncomingFix }[] = [];
  let inserted = 0;
  const insert = async () => {
    const texts = (value: (row: (typeof rows)[number]) => number) => rows.map((row) => String(value(row)));
    const result = await sql`
      insert into positions (device_id, time_us, lat, lon, speed_mps, course_deg, altitude_m, accuracy_m)
      select * from unnest(
        ${texts(({ id }) => id)}::text[]::int[], ${texts(({ fix }) => Math.round(fix.timeMs * 1000))}::text[]::bigint[],
        ${texts(({ fix }) => fix.y)}::text[]::float8[], ${texts(({ fix }) => fix.x)}::text[]::float8[],
        ${texts(({ fix }) => fix.speedMps)}::text[]::float4[], ${texts(({ fix }) => fix.courseDeg)}::text[]::float4[],
        ${texts(({ fix }) => fix.altitudeM)}::text[]::float4[], ${texts(({ fix }) => fix.accuracyM)}::text[]::float4[])
      on conflict do nothing`;
    inserted += result.count;
    rows.length = 0;
  };
  for (let second = 0; second < SECONDS; second++) {
    for (const { id } of devices) for (const fix of secondOf(id, second)) rows.push({ id, fix });
    if (rows.length >= ROWS_PER_INSERT) await insert();
  }
  if (rows.length > 0) await insert();
  return inserted;
}

/** Fixes through the one way in, acknowledged when they are on disk, beside raw inserts into the same table. */
export async function benchIngest(folder: string): Promise<Row[]> {
  return withEmbedded(folder, async (database) => {
    const ingest = openIngest({ sql: database.sql, bus: memoryBus(), report: () => {}, fixesPerSecond: 0 });
    const fixes = DEVICES * SECONDS * RATE_HZ;
    const all = (stored: number) => {
      if (stored !== fixes) throw new Error(`Of ${fixes} fixes only ${stored} were stored.`);
    };
    const [taken, raw]: [number[], number[]] = [[], []];
    let longestMs = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const [own, others] = [
        await makeDevices(database, `take ${round}.`),
        await makeDevices(database, `raw ${round}.`),
      ];
      const rawMs = await timed(async () => all(await insertAll(database, others)));
      await database.embedded.stats(true);
      const takenMs = await timed(async () => all(await takeAll(ingest, own)));
      longestMs = Math.max(longestMs, (await database.embedded.stats(true)).longestTransactionMs);
      // The first round warms up.
      if (round === 0) continue;
      raw.push(rawMs);
      taken.push(takenMs);
    }
    await ingest.drain();
    const perSecond = (ms: number) => (fixes / ms) * 1000;
    const [value, baseline] = [perSecond(median(taken)), perSecond(median(raw))];
    return [
      {
        work: `ingest, durable: ${DEVICES} devices, 1 s of ${RATE_HZ} Hz at a time, embedded`,
        result: { name: 'ingest', value, unit: 'fixes/s' },
        baseline: { name: 'raw unnest inserts', value: baseline, unit: 'fixes/s' },
        ratio: value / baseline,
        bar: `≥ ${RATIO_BAR} × raw, ≥ ${FIXES_BAR.toLocaleString('en-US')} fixes/s`,
        met: value >= RATIO_BAR * baseline && value >= FIXES_BAR,
        more: [
          { name: 'fixes a commit', value: ingest.counters().stored / ingest.counters().commits, unit: '' },
          { name: 'longest transaction', value: longestMs, unit: 'ms' },
        ],
      },
    ];
  });
}
