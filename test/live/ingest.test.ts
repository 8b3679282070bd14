import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { readFixes } from '@/lib/db/positions';
import { type CommittedFixes, FIXES_TOPIC, type IncomingFix, type Ingest } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import { stepM } from '@/lib/timing/odometer';
import { testDatabases } from '../support/database';

const databases = await testDatabases();
const START_MS = Date.UTC(2026, 4, 1);

const at = (second: number, x = 2.2 + second * 1e-4, y = 41.5): IncomingFix => ({
  timeMs: START_MS + second * 1000,
  x,
  y,
  speedMps: Number.NaN,
  courseDeg: Number.NaN,
  altitudeM: Number.NaN,
  accuracyM: Number.NaN,
  attributes: null,
});

describe.each(databases)('the way in on $name', ({ url }) => {
  let open: OpenDatabase;
  let ingest: Ingest;
  let heard: CommittedFixes[] = [];
  let devices = 0;
  let nowMs = START_MS + 3600_000;

  beforeAll(() => {
    open = openDatabase(url);
    const bus = memoryBus();
    bus.subscribe(FIXES_TOPIC, ({ data }) => heard.push(data as CommittedFixes));
    ingest = openIngest({ sql: open.sql, bus, report: () => {}, now: () => nowMs, mostWaiting: 20_000 });
  });
  afterAll(async () => {
    await ingest.drain();
    await open.close();
  });

  const makeDevice = async (late: 'drop' | 'backfill' = 'backfill', frame: 'wgs84' | 'planar' = 'wgs84') => {
    const name = `car ${++devices}`;
    const [row] = await open.sql<{ id: number }[]>`
      insert into devices (source, external_id, name, frame) values ('api', ${name}, ${name}, ${frame}) returning id`;
    heard = [];
    return { id: row?.id ?? 0, frame, late, wallClock: frame === 'wgs84' };
  };
  const stateOf = async (id: number) => {
    const [row] = await open.sql`select * from device_states where device_id = ${id}`;
    return row;
  };
  const odometerOf = async (id: number, frame: 'wgs84' | 'planar') => {
    const fixes = await readFixes(open.db, id, frame);
    const fix = (row: number) => ({
      timeMs: fixes.timeMs[row] ?? 0,
      x: fixes.x[row] ?? 0,
      y: fixes.y[row] ?? 0,
      speedMps: fixes.speedMps[row] ?? Number.NaN,
    });
    let wayM = 0;
    for (let row = 1; row < fixes.count; row++) wayM += stepM(frame, fix(row - 1), fix(row));
    return wayM;
  };

  it('has on disk what it calls stored, and tells of it once', async () => {
    const device = await makeDevice();
    expect(await ingest.take(device, [at(0), at(1), at(2)])).toEqual(['stored', 'stored', 'stored']);
    expect((await readFixes(open.db, device.id, 'wgs84')).count).toBe(3);
    expect(heard.map(({ fixes, stored, late }) => [fixes.length, stored, late])).toEqual([[3, 3, false]]);
  });

  it('takes the same fix again as a duplicate and another one of its time as a conflict', async () => {
    const device = await makeDevice();
    await ingest.take(device, [at(0), at(1)]);
    expect(await ingest.take(device, [at(0), at(1, 2.3), at(1)])).toEqual([
      'duplicate',
      'conflict',
      'duplicate',
    ]);
    expect(await ingest.take(device, [at(2), at(2), at(2, 2.4)])).toEqual([
      'stored',
      'duplicate',
      'conflict',
    ]);
    const state = await stateOf(device.id);
    expect(Number(state?.stored)).toBe(3);
    expect(Number(state?.duplicates)).toBe(3);
    expect(state?.refused).toEqual({ conflict: 2 });
  });

  it('stores late fixes of a feed that may be late, and says so', async () => {
    const device = await makeDevice();
    await ingest.take(device, [at(0), at(10)]);
    heard = [];
    expect(await ingest.take(device, [at(11), at(5), at(3)])).toEqual(['stored', 'stored', 'stored']);
    expect(heard[0]).toMatchObject({ late: true, stored: 5 });
    expect(heard[0]?.fixes.map(({ timeMs }) => (timeMs - START_MS) / 1000)).toEqual([3, 5, 11]);
    expect(Number((await stateOf(device.id))?.last_us)).toBe((START_MS + 11_000) * 1000);
  });

  it('drops what is older than the newest fix of a feed that may not be late', async () => {
    const device = await makeDevice('drop', 'planar');
    expect(await ingest.take(device, [at(5), at(3), at(6), at(5)])).toEqual([
      'stored',
      'past',
      'stored',
      'duplicate',
    ]);
    expect(await ingest.take(device, [at(4), at(6), at(6, 9)])).toEqual(['past', 'duplicate', 'conflict']);
    expect((await stateOf(device.id))?.refused).toEqual({ past: 2, conflict: 1 });
  });

  it('keeps an odometer that equals the way through all stored fixes, late ones among them', async () => {
    const device = await makeDevice();
    const seconds = Array.from({ length: 300 }, (_, second) => second);
    const wave = (second: number) => at(second, 2.2 + Math.sin(second / 9) / 50, 41.5 + second / 2000);
    const ahead = seconds.filter((second) => second % 7 !== 3 && (second < 100 || second > 140));
    const behind = seconds.filter((second) => !ahead.includes(second)).reverse();
    for (let i = 0; i < ahead.length; i += 40) await ingest.take(device, ahead.slice(i, i + 40).map(wave));
    for (let i = 0; i < behind.length; i += 11) await ingest.take(device, behind.slice(i, i + 11).map(wave));
    const wayM = await odometerOf(device.id, 'wgs84');
    expect(wayM).toBeGreaterThan(1000);
    expect(Math.abs(((await stateOf(device.id))?.odometer_m ?? 0) / wayM - 1)).toBeLessThan(1e-9);
  });

  it('refuses a fix of the future, and it moves nothing', async () => {
    const device = await makeDevice();
    await ingest.take(device, [at(0)]);
    const year2100 = { ...at(0), timeMs: Date.UTC(2100, 0) };
    expect(await ingest.take(device, [year2100, at(1)])).toEqual(['future', 'stored']);
    await ingest.drain();
    const state = await stateOf(device.id);
    expect(Number(state?.last_us)).toBe((START_MS + 1000) * 1000);
    expect(state?.refused).toEqual({ future: 1 });
  });

  it('refuses places and times that are none, each by its reason', async () => {
    const device = await makeDevice();
    const bad = [at(0, Number.NaN), at(0, 0, 0), at(0, 200), { ...at(0), timeMs: -1 }];
    expect(await ingest.take(device, bad)).toEqual([
      'not_finite',
      'null_island',
      'out_of_range',
      'out_of_range',
    ]);
    expect(await ingest.take(device, [at(0)])).toEqual(['stored']);
  });

  it('keeps attributes beside their fix', async () => {
    const device = await makeDevice();
    await ingest.take(device, [at(0), { ...at(1), attributes: { rpm: 7000.5, gear: 3, note: 'a"{}\\b' } }]);
    const rows = await open.sql`
      select attributes from positions where device_id = ${device.id} order by time_us`;
    expect(rows.map((row) => row.attributes)).toEqual([null, { rpm: 7000.5, gear: 3, note: 'a"{}\\b' }]);
    expect((await stateOf(device.id))?.attributes).toEqual({ rpm: 7000.5, gear: 3, note: 'a"{}\\b' });
  });

  it('fails only the calls of a device that is gone', async () => {
    const [gone, here] = [await makeDevice(), await makeDevice()];
    await open.sql`delete from devices where id = ${gone.id}`;
    const calls = [ingest.take(gone, [at(0)]), ingest.take(here, [at(0)])];
    await expect(calls[0]).rejects.toMatchObject({ code: 'not_found' });
    expect(await calls[1]).toEqual(['stored']);
  });

  it('turns away what does not fit into the queue, and takes it a moment later', async () => {
    const device = await makeDevice();
    const many = Array.from({ length: 12_000 }, (_, i) => at(i / 100));
    const first = ingest.take(device, many);
    await expect(ingest.take(device, many)).rejects.toMatchObject({
      code: 'busy',
      status: 429,
      more: { retryAfterS: 1 },
    });
    expect((await first).every((verdict) => verdict === 'stored')).toBe(true);
    expect(await ingest.take(device, [at(200)])).toEqual(['stored']);
    expect(ingest.counters().turnedAway).toBe(1);
  });

  it('holds back a device that sends more than it may, not the others', async () => {
    const [eager, calm] = [await makeDevice(), await makeDevice()];
    const few = openIngest({
      sql: open.sql,
      bus: memoryBus(),
      report: () => {},
      now: () => nowMs,
      fixesPerSecond: 1,
    });
    await few.take(
      eager,
      Array.from({ length: 60 }, (_, i) => at(i)),
    );
    await expect(few.take(eager, [at(61), at(62)])).rejects.toMatchObject({ more: { retryAfterS: 2 } });
    expect(await few.take(calm, [at(0)])).toEqual(['stored']);
    nowMs += 2_000;
    expect(await few.take(eager, [at(61), at(62)])).toEqual(['stored', 'stored']);
  });
});
