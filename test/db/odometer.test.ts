import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { rangeOdometer, stateOf } from '@/lib/db/device-states';
import { insertLiveDevices, liveDevicesNamed } from '@/lib/db/live-devices';
import { insertFixes } from '@/lib/db/positions';
import type { IncomingFix, Ingest, IngestDevice } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import { emptyColumns, fixAt, normaliseColumns, setFix } from '@/lib/timing/normalise';
import { stepM } from '@/lib/timing/odometer';
import type { Fix, FixColumns, Frame } from '@/lib/timing/types';
import { testDatabases } from '../support/database';

const databases = await testDatabases();
const RUNS = 40;

const speed = fc.oneof(
  fc.constant(Number.NaN),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 99, noNaN: true }),
);
const planar = fc.oneof(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.double({ min: -50, max: 50, noNaN: true }),
);
const degrees = (most: number) =>
  fc.oneof(
    fc.double({ min: -most, max: most, noNaN: true }),
    fc.double({ min: most - 1e-4, max: most, noNaN: true }),
    fc.double({ min: -most, max: -most + 1e-4, noNaN: true }),
    fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
    fc.constantFrom(5e-324, 1e-200, 0.5),
  );
const gapMs = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2_990, max: 100_000 }));

function wayOf(frame: Frame): fc.Arbitrary<FixColumns> {
  const place = frame === 'planar' ? fc.tuple(planar, planar) : fc.tuple(degrees(180), degrees(90));
  return fc.array(fc.tuple(gapMs, place, speed), { maxLength: 60 }).map((rows) => {
    const columns = emptyColumns(frame, rows.length);
    let timeMs = 0;
    for (const [row, [stepMs, [x, y], speedMps]] of rows.entries()) {
      timeMs += stepMs;
      const unknown = { courseDeg: Number.NaN, altitudeM: Number.NaN, accuracyM: Number.NaN };
      setFix(columns, row, { timeMs, x, y, speedMps, ...unknown });
    }
    return normaliseColumns(columns).fixes;
  });
}

function wayM(fixes: FixColumns, fromMs = 0, toMs = Number.POSITIVE_INFINITY): number {
  let sumM = 0;
  let before: Fix | null = null;
  for (let row = 0; row < fixes.count; row++) {
    const fix = fixAt(fixes, row);
    if (fix.timeMs < fromMs || fix.timeMs > toMs) continue;
    if (before) sumM += stepM(fixes.frame, before, fix);
    before = fix;
  }
  return sumM;
}

const close = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(expected, 1e-6));

describe.each(databases)('the odometer on $name', (database) => {
  let open: OpenDatabase;
  let ingest: Ingest;
  beforeAll(() => {
    open = openDatabase(database.url, { max: 20 });
    ingest = openIngest({ sql: open.sql, bus: memoryBus(), report: () => {}, fixesPerSecond: 0 });
  });
  afterAll(async () => {
    await ingest.drain();
    await open.close();
  });

  let made = 0;
  async function newDevice(frame: Frame): Promise<IngestDevice> {
    const externalId = `odometer ${++made}`;
    const names = { externalId, name: externalId };
    await insertLiveDevices(open.db, [{ source: 'robot', ...names, frame, ownerId: null }]);
    const [device] = await liveDevicesNamed(open.db, 'robot', [externalId]);
    if (!device) throw new Error('The device was not made.');
    return { id: device.id, frame, late: 'drop', wallClock: false };
  }

  test.each(['planar', 'wgs84'] as const)(
    'of any range is the same in SQL as in the core: %s',
    async (frame) => {
      await fc.assert(
        fc.asyncProperty(wayOf(frame), fc.nat(100_000), fc.nat(2_000_000), async (fixes, fromMs, spanMs) => {
          const { id } = await newDevice(frame);
          await insertFixes(open.sql, id, fixes, [], 0, fixes.count);
          const toMs = fromMs + spanMs;
          close(await rangeOdometer(open.db, id, frame, null, null), wayM(fixes));
          close(
            await rangeOdometer(open.db, id, frame, fromMs * 1000, toMs * 1000),
            wayM(fixes, fromMs, toMs),
          );
        }),
        { seed: 7, numRuns: RUNS },
      );
    },
  );

  test('goes on over the pieces in which a long range is read', async () => {
    const { id } = await newDevice('planar');
    const fixes = emptyColumns('planar', 31_000);
    for (let row = 0; row < fixes.count; row++) {
      const unknown = { speedMps: Number.NaN, courseDeg: Number.NaN, altitudeM: Number.NaN, accuracyM: 0 };
      setFix(fixes, row, { timeMs: row, x: row, y: 0, ...unknown });
    }
    await insertFixes(open.sql, id, fixes, [], 0, fixes.count);
    expect(await rangeOdometer(open.db, id, 'planar', null, null)).toBe(30_999);
    expect(await rangeOdometer(open.db, id, 'planar', 0, 14_999_000)).toBe(14_999);
  });

  test('bounds are inclusive, and fewer than two events make no way', async () => {
    const device = await newDevice('planar');
    const at = (timeMs: number, x: number): IncomingFix => ({
      ...{ timeMs, x, y: 0, speedMps: Number.NaN, courseDeg: Number.NaN },
      ...{ altitudeM: Number.NaN, accuracyM: Number.NaN, attributes: null },
    });
    const range = (fromMs: number | null, toMs: number | null) =>
      rangeOdometer(open.db, device.id, 'planar', fromMs && fromMs * 1000, toMs && toMs * 1000);
    expect(await range(null, null)).toBe(0);
    await ingest.take(device, [at(0, 0), at(1, 1), at(2, 3)]);
    expect([await range(0, 1), await range(1, 2), await range(null, 1), await range(1, null)]).toEqual([
      1, 2, 1, 2,
    ]);
    expect([await range(1, 1), await range(3, 9), await range(2, 0)]).toEqual([0, 0, 0]);
  });

  test.each([
    ['planar', 'drop'],
    ['wgs84', 'backfill'],
  ] as const)('stored is the recomputed one, whoever sends at once: %s, %s', async (frame, late) => {
    await fc.assert(
      fc.asyncProperty(fc.array(wayOf(frame), { minLength: 20, maxLength: 20 }), async (ways) => {
        const device: IngestDevice = { ...(await newDevice(frame)), late };
        // Times of twenty senders lie among each other, so that some come late and some twice.
        await Promise.all(
          ways.map(async (fixes) => {
            const sent = Array.from({ length: fixes.count }, (_, row) => ({
              ...fixAt(fixes, row),
              attributes: null,
            }));
            for (let at = 0; at < sent.length; at += 7) await ingest.take(device, sent.slice(at, at + 7));
          }),
        );
        const state = await stateOf(open.db, device.id);
        close(state?.odometerM ?? 0, await rangeOdometer(open.db, device.id, frame, null, null));
      }),
      { seed: 11, numRuns: 5 },
    );
  });
});
