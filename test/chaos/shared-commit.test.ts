import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { readFixes } from '@/lib/db/positions';
import type { IncomingFix, Ingest, IngestDevice } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import { randomFrom } from '@/lib/simulator/random';
import { stepM } from '@/lib/timing/odometer';
import { testDatabases } from '../support/database';
import { connectionLost } from './watched-db';

const databases = await testDatabases();
const at = (second: number, x = second * 3, attributes: IncomingFix['attributes'] = null): IncomingFix => ({
  timeMs: 1_000 * second,
  x,
  y: 50 + (second % 7),
  speedMps: Number.NaN,
  courseDeg: Number.NaN,
  altitudeM: Number.NaN,
  accuracyM: Number.NaN,
  attributes,
});

describe.each(databases)('fixes that are committed together on $name', ({ url, name }) => {
  let open: OpenDatabase;
  let ways: Ingest[];

  beforeAll(() => {
    open = openDatabase(url);
    const parts = { sql: open.sql, bus: memoryBus(), report: () => {}, fixesPerSecond: 0 };
    // Two ways in, as two processes have them.
    ways = [openIngest(parts), openIngest(parts)];
  });
  afterAll(async () => {
    for (const way of ways) await way.drain();
    await open.close();
  });

  const makeDevice = async (late: IngestDevice['late'] = 'backfill'): Promise<IngestDevice> => {
    const [row] = await open.sql<{ id: number }[]>`
      insert into devices (source, external_id, name, frame)
      values ('robot', gen_random_uuid()::text, 'robot', 'planar') returning id`;
    return { id: row?.id ?? 0, frame: 'planar', late, wallClock: false };
  };
  const take = (way: number, device: IngestDevice, fixes: IncomingFix[]) =>
    ways[way % ways.length]?.take(device, fixes) ?? Promise.reject(new Error('There is no such way.'));
  const storedOf = (device: IngestDevice) => readFixes(open.db, device.id, 'planar');
  const stateOf = async ({ id }: IngestDevice) => {
    const [row] = await open.sql<{ odometer_m: number; stored: string; refused: Record<string, number> }[]>`
      select odometer_m, stored, refused from device_states where device_id = ${id}`;
    return row;
  };

  it('are stored though somebody else’s among them cannot be', async () => {
    const [good, bad] = [await makeDevice(), await makeDevice()];
    // Keeps the next ones waiting, so that they go together.
    const first = take(0, good, [at(1)]);
    const verdicts = await Promise.allSettled([
      take(0, good, [at(2)]),
      take(0, bad, [at(2, 6, { note: '\0' })]),
      take(0, good, [at(3)]),
    ]);
    await first;
    expect(verdicts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await storedOf(good)).count).toBe(3);
    expect((await storedOf(bad)).count).toBe(0);
  });

  it('are counted when they are refused, also while the database is away', async () => {
    const device = await makeDevice();
    let isAway = true;
    const sql = new Proxy(open.sql, {
      get: (target, key) =>
        key === 'unsafe' && isAway ? () => Promise.reject(connectionLost()) : Reflect.get(target, key),
    });
    const way = openIngest({ sql, bus: memoryBus(), report: () => {} });
    way.refuse(device.id, 'malformed', 3);
    await way.drain().catch(() => {});
    way.refuse(device.id, 'malformed', 4);
    isAway = false;
    await way.drain();
    expect((await stateOf(device))?.refused).toEqual({ malformed: 7 });
  });

  it('never wait for each other for ever, whatever devices are new to both', async () => {
    const devices = await Promise.all(Array.from({ length: 40 }, () => makeDevice()));
    const random = randomFrom('orders');
    const orders = Array.from({ length: 8 }, () => [...devices].sort(() => random.next() - 0.5).slice(0, 30));
    await Promise.all(
      orders.map((order, way) =>
        Promise.all(order.map((device) => take(way, device, [at(way + 1), at(100 + way)]))),
      ),
    );
    const sums = await Promise.all(
      devices.map(async (device) => Number((await stateOf(device))?.stored ?? 0)),
    );
    expect(sums.reduce((sum, one) => sum + one, 0)).toBe(8 * 30 * 2);
  });

  it.each(['drop', 'backfill'] as const)(
    'leave an odometer that is the sum of the stored ways, from 20 senders at once, late: %s',
    async (late) => {
      const device = await makeDevice(late);
      const random = randomFrom(`${name} ${late}`);
      let acknowledged = 0;
      const answers: Record<string, number> = {};
      const send = async (sender: number): Promise<void> => {
        for (let turn = 0; turn < 15; turn++) {
          // Its own times, others' times, past ones and repeats.
          const base = turn * 20 + Math.floor(random.next() * 60);
          const fixes = Array.from({ length: 1 + Math.floor(random.next() * 6) }, () => {
            const second = Math.max(0, base + Math.floor(random.next() * 40) - 20);
            return at(second + sender / 64, random.next() < 0.1 ? 1e6 * random.next() : second * 3);
          });
          for (const verdict of await take(sender, device, fixes)) {
            answers[verdict] = (answers[verdict] ?? 0) + 1;
            if (verdict === 'stored') acknowledged++;
          }
          if (random.next() < 0.3)
            for (const verdict of await take(sender + 1, device, fixes))
              expect(['duplicate', 'conflict', 'past']).toContain(verdict);
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, sender) => send(sender)));
      const fixes = await storedOf(device);
      expect(fixes.count).toBe(acknowledged);
      const fix = (row: number) => ({
        timeMs: fixes.timeMs[row] ?? 0,
        x: fixes.x[row] ?? 0,
        y: fixes.y[row] ?? 0,
        speedMps: fixes.speedMps[row] ?? Number.NaN,
      });
      let wayM = 0;
      for (let row = 1; row < fixes.count; row++) wayM += stepM('planar', fix(row - 1), fix(row));
      const state = await stateOf(device);
      expect(Math.abs((state?.odometer_m ?? 0) - wayM)).toBeLessThanOrEqual(1e-9 * Math.max(1, wayM));
      expect(Number(state?.stored)).toBe(acknowledged);
      for (const [verdict, count] of Object.entries(answers))
        if (!['stored', 'duplicate'].includes(verdict))
          expect(state?.refused[verdict] ?? 0).toBeGreaterThanOrEqual(count);
      if (late === 'drop') expect(answers.past).toBeGreaterThan(0);
    },
  );
});
