import { afterAll, beforeAll, expect, test } from 'vitest';
import { addRevision } from '@/lib/db/tracks';
import { trackToFile, writeTrackFile } from '@/lib/formats/track-file';
import { getSession, getSessionLaps, recomputeSession } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { getTrack } from '@/lib/services/tracks';
import { keptIds } from '@/lib/timing/lap-identity';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');
let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

test('a lap goes on as the old one that it shares more than half with, never two as one', () => {
  const old = [
    { id: 1, startMs: 0, endMs: 100 },
    { id: 2, startMs: 100, endMs: 200 },
  ];
  const laps = [
    { startMs: 10, endMs: 110 },
    { startMs: 110, endMs: 150 },
    { startMs: 150, endMs: 400 },
  ];
  expect(keptIds(laps, old)).toEqual([1, null, null]);
  expect(keptIds(old, old)).toEqual([1, 2]);
  expect(keptIds([{ startMs: 0, endMs: 100 }], [])).toEqual([null]);
});

test('laps keep their ids and change their times when the track is edited', async () => {
  const track = await createTrack(product.ctx, trackToFile(circleTrack()));
  const csv = circleCsv({ lapS: 30, laps: 4 });
  const [item] = await product.drop([{ name: 'a.csv', content: csv }]);
  const id = item?.session_id ?? 0;
  const before = (await getSessionLaps(product.ctx, { ref: id })).items;
  const known = await getTrack(product.ctx, track.id);
  // The start gate moves on by one sector: every lap begins ten seconds later.
  const edited = circleTrack();
  const [start, second, third] = edited.checkpoints.map((gate) => gate.points);
  if (!start || !second || !third) throw new Error('The circle has three gates.');
  const moved = [second, third, start];
  const json = writeTrackFile({
    ...edited,
    checkpoints: edited.checkpoints.map((gate, index) => ({ ...gate, points: moved[index] ?? gate.points })),
  });
  expect(await addRevision(product.ctx.db, track.id, known.revision, json, 'test')).toBe(known.revision + 1);
  expect(await addRevision(product.ctx.db, track.id, known.revision, json, 'too late')).toBeNull();
  await recomputeSession(product.ctx, id);
  await product.idle();
  const after = (await getSessionLaps(product.ctx, { ref: id })).items;
  const complete = (laps: typeof after) => laps.filter((lap) => lap.class === 'complete');
  expect(complete(after).map((lap) => lap.id)).toEqual(
    complete(before)
      .map((lap) => lap.id)
      .slice(0, complete(after).length),
  );
  expect((complete(after)[0]?.started_ms ?? 0) - (complete(before)[0]?.started_ms ?? 0)).toBeCloseTo(
    10_000,
    -1,
  );
  expect(after[0]?.track_revision).toBe(known.revision + 1);
  expect((await getSession(product.ctx, id)).revision).toBe(2);
});

test('a pause in a recording does not change its rate when it is timed anew', async () => {
  const [head, ...rows] = circleCsv({ lapS: 30, laps: 4 }).trim().split('\n');
  const kept = rows.filter((_, row) => row < 400 || row > rows.length - 400);
  const [item] = await product.drop([{ name: 'paused.csv', content: [head, ...kept].join('\n') }]);
  const id = item?.session_id ?? 0;
  const rateOf = async () => (await getSession(product.ctx, id)).entries[0]?.rate_hz;
  const rate = await rateOf();
  expect(kept.length).toBeLessThan(rows.length);
  await recomputeSession(product.ctx, id);
  await product.idle();
  expect(await rateOf()).toBe(rate);
});
