import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lapWindows, replaceEntry } from '@/lib/db/laps';
import { entriesOf } from '@/lib/db/sessions';
import { loadStored } from '@/lib/db/stored-fixes';
import { trackToFile } from '@/lib/formats/track-file';
import { deleteSession } from '@/lib/services/delete-session';
import { timeEntry } from '@/lib/services/entry-laps';
import { getSession } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const dataDir = mkdtempSync(join(tmpdir(), 'pitwall-hostile-'));
let product: Product;
beforeAll(async () => {
  product = await openProduct(database, { dataDir });
});
afterAll(async () => {
  await product?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function* once(text: string) {
  yield Buffer.from(text);
}

/** The circle as one device's rows. */
const deviceCsv = (device: string, channel: string) =>
  circleCsv({ laps: 1, channels: { [channel]: () => 1 } })
    .split('\n')
    .filter((line) => line !== '')
    .map((line, row) => (row === 0 ? `device,${line}` : `${device},${line}`))
    .join('\n');

test('names that no table can take lose what is in the way, and stay apart', async () => {
  const long = 'abcdefghij'.repeat(2000);
  const files = [
    { name: 'nul.csv', content: `${deviceCsv('a\0b', 'oil\0temp')}\n${deviceRows('ab')}` },
    { name: 'long.csv', content: deviceCsv(long, long) },
  ];
  const [nul, endless] = await product.drop(files);
  expect([nul?.status, endless?.status]).toEqual(['done', 'done']);
  const names = (await getSession(product.ctx, nul?.session_id ?? 0)).entries.map(
    (entry) => entry.device_name,
  );
  expect(names.sort()).toEqual(['ab', 'ab 2']);
  const [entry] = (await getSession(product.ctx, endless?.session_id ?? 0)).entries;
  expect(entry?.device_name).toBe(long.slice(0, 150));
});

const deviceRows = (device: string) => deviceCsv(device, 'x').split('\n').slice(1).join('\n');

test('the fault of a file that quotes what no table can take is still told', async () => {
  const content = '{"track":{"name":"x"},"checkpoints":[\0';
  const [item] = await product.drop([{ name: 'track.json', content }]);
  expect(item).toMatchObject({ status: 'failed', message: expect.stringContaining('no valid JSON') });
});

test('a file without a usable place says why its rows were refused', async () => {
  const rows = Array.from({ length: 20 }, (_, row) => `${1_750_000_000_000 + row * 100},0,0`);
  const [item] = await product.drop([{ name: 'a.csv', content: `time_ms,lat,lon\n${rows.join('\n')}\n` }]);
  expect(item).toMatchObject({ status: 'failed', message: expect.stringContaining('null_island: 20') });
});

test('laps that were timed while their session was deleted are not stored', async () => {
  const track = circleTrack();
  await createTrack(product.ctx, trackToFile(track));
  const [item] = await product.drop([{ name: 'a.csv', content: circleCsv({ startMs: 1_760_000_000_000 }) }]);
  const sessionId = item?.session_id ?? 0;
  const [entry] = await entriesOf(product.ctx.db, sessionId);
  const deviceId = entry?.deviceId ?? 0;
  const window = { fromUs: 0, untilUs: Number.MAX_SAFE_INTEGER };
  const stored = await loadStored(product.ctx.db, { id: deviceId, frame: 'wgs84' }, window);
  const { laps, detection } = timeEntry(track, stored, [], null);
  expect(laps.length).toBeGreaterThan(3);
  await deleteSession(product.ctx, sessionId);
  const { crossings } = detection;
  const result = { sessionId, deviceId, trackRevision: 1, detectorVersion: 1, laps, crossings };
  await replaceEntry(product.ctx.db, result);
  await product.idle();
  expect(await lapWindows(product.ctx.db, sessionId, deviceId)).toEqual([]);
  const [left] = await product.runtime.sql`select
    (select count(*)::int from crossings where device_id = ${deviceId}) as crossings,
    (select count(*)::int from lap_traces where device_id = ${deviceId}) as traces`;
  expect(left).toEqual({ crossings: 0, traces: 0 });
});

test('a start removes the files of uploads that a kill cut off, and keeps those of imports', async () => {
  const { hash } = await product.ctx.spool.write('a.csv', once('taken, but its import was never stored'));
  const uploads = join(dataDir, 'uploads');
  const kept = readdirSync(uploads).filter((name) => name !== hash);
  expect(kept.length).toBeGreaterThan(0);
  await product.stop();
  product = await openProduct(database, { dataDir });
  expect(existsSync(join(uploads, hash))).toBe(false);
  expect(readdirSync(uploads).sort()).toEqual(kept.sort());
});
