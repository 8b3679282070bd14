import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { trackToFile, writeTrackFile } from '@/lib/formats/track-file';
import { deleteSession } from '@/lib/services/delete-session';
import { getLapTrace } from '@/lib/services/laps';
import { getSession, getSessionLaps, listSessions, recomputeSession } from '@/lib/services/sessions';
import { createTrack } from '@/lib/services/track-edits';
import { getTrack } from '@/lib/services/tracks';
import { circleCsv, circleTrack } from '../support/circle';
import { testDatabases } from '../support/database';
import { clear, leftovers, NOTHING, uploads } from '../support/import-leftovers';
import { openProduct, type Product } from '../support/product';
import { until } from '../support/until';

const databases = await testDatabases();

describe.each(databases)('imports on $name', (database) => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct(database);
  });
  afterEach(async () => {
    await clear(product);
  });
  afterAll(() => product?.stop());

  const makeTrack = (name?: string) => createTrack(product.ctx, trackToFile(circleTrack(name)));
  test('a file becomes a session with laps, sectors, traces and channels', async () => {
    await makeTrack();
    const csv = circleCsv({ channels: { 'rpm [1/min]': (row) => 5000 + (row % 300) } });
    const [item] = await product.drop([{ name: 'morning.csv', content: csv }]);
    expect(item).toMatchObject({
      status: 'done',
      phase: 'done',
      message: '3 laps, best 0:30.000, track Round',
    });
    expect(item?.result).toEqual({
      laps: 3,
      best_ms: expect.closeTo(30_000, 0),
      track: 'Round',
      fixes: 1050,
    });
    const session = await getSession(product.ctx, item?.session_id ?? 0);
    expect(session).toMatchObject({
      name: 'Round 2025-06-15',
      time_basis: 'utc',
      simulated: false,
      revision: 1,
    });
    expect(session.entries[0]).toMatchObject({
      fixes: 1050,
      rate_hz: 10,
      complete_laps: 3,
      device_name: 'morning',
    });
    const { items: laps } = await getSessionLaps(product.ctx, { ref: session.id });
    expect(laps.map((lap) => lap.class)).toEqual(['outlap', 'complete', 'complete', 'complete', 'invalid']);
    const sectors = laps[1]?.sectors.map((sector) => Math.round((sector.time_ms ?? 0) / 100)) ?? [];
    expect(sectors).toEqual([100, 100, 100]);
    const trace = await getLapTrace(product.ctx, { id: laps[1]?.id ?? 0, deviceId: laps[1]?.device_id ?? 0 });
    expect(trace.channels.map((channel) => channel.name)).toEqual([
      'time_ms',
      'distance_m',
      'x',
      'y',
      'speed_mps',
      'rpm',
    ]);
    expect(trace.columns.rpm?.[1]).toBe(5076);
    expect(trace.columns.distance_m?.at(-1)).toBeGreaterThan(620);
  });

  test('learns the directions of a track once and keeps them as a revision', async () => {
    const track = await makeTrack();
    const [item] = await product.drop([{ name: 'a.csv', content: circleCsv() }]);
    const learnt = await getTrack(product.ctx, track.id);
    expect(learnt.revision).toBe(2);
    expect(learnt.checkpoints.every((gate) => gate.direction !== null)).toBe(true);
    const { items } = await getSessionLaps(product.ctx, { ref: item?.session_id ?? 0 });
    expect(new Set(items.map((lap) => lap.track_revision))).toEqual(new Set([2]));
    await product.drop([{ name: 'b.csv', content: circleCsv({ startMs: 1_760_000_000_000 }) }]);
    expect((await getTrack(product.ctx, track.id)).revision).toBe(2);
    expect((await getTrack(product.ctx, track.id)).records).toHaveLength(2);
  });

  test('the same file again leads to its session at once, also zipped or in the same drop', async () => {
    await makeTrack();
    const csv = circleCsv();
    const [first, twin] = await product.drop([
      { name: 'a.csv', content: csv },
      { name: 'copy.csv', content: csv },
    ]);
    expect(twin).toMatchObject({ status: 'done', session_id: first?.session_id });
    const [again] = await product.drop([{ name: 'renamed.csv', content: csv }]);
    expect(again).toMatchObject({ status: 'done', session_id: first?.session_id });
    expect(again?.message).toContain('imported before');
    expect((await listSessions(product.ctx, { limit: 10, sort: 'newest' })).total).toBe(1);
  });

  test('deleting the session takes everything along and frees the file', async () => {
    await makeTrack();
    const csv = circleCsv({ channels: { rpm: () => 1 } });
    const [first] = await product.drop([{ name: 'a.csv', content: csv }]);
    await product.drop([{ name: 'again.csv', content: csv }]);
    expect(uploads(product)).toHaveLength(1);
    await deleteSession(product.ctx, first?.session_id ?? 0);
    await product.idle();
    expect(await leftovers(product)).toEqual({ ...NOTHING, tracks: 1 });
    expect(await product.runtime.sql`select 1 from imports`).toHaveLength(0);
    expect(uploads(product)).toEqual([]);
    const [anew] = await product.drop([{ name: 'a.csv', content: csv }]);
    expect(anew).toMatchObject({ status: 'done', message: '3 laps, best 0:30.000, track Round' });
    await expect(deleteSession(product.ctx, 999)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  test('files of one drop that overlap on a track become one session, others do not', async () => {
    await makeTrack();
    const startMs = 1_750_000_000_000;
    const items = await product.drop([
      { name: 'one.csv', content: circleCsv({ startMs }) },
      { name: 'later.csv', content: circleCsv({ startMs: startMs + 3_600_000 }) },
      { name: 'two.csv', content: circleCsv({ startMs: startMs + 20_000, lapS: 29 }) },
    ]);
    expect(items.map((item) => item.status)).toEqual(['done', 'done', 'done']);
    expect(items[2]?.session_id).toBe(items[0]?.session_id);
    expect(items[1]?.session_id).not.toBe(items[0]?.session_id);
    const session = await getSession(product.ctx, items[0]?.session_id ?? 0);
    expect(session.entries.map((entry) => entry.device_name)).toEqual(['two', 'one']);
    expect(session.entries.map((entry) => entry.complete_laps)).toEqual([3, 3]);
    expect(Date.parse(session.ended_at)).toBeGreaterThan(startMs + 115_000);
    await product.drop([{ name: 'other-drop.csv', content: circleCsv({ startMs: startMs + 10_000 }) }]);
    expect((await listSessions(product.ctx, { limit: 10, sort: 'newest' })).total).toBe(3);
  });

  test('a file between two sessions of its drop joins them', async () => {
    await makeTrack();
    const startMs = 1_750_000_000_000;
    const items = await product.drop([
      { name: 'first.csv', content: circleCsv({ startMs }) },
      { name: 'second.csv', content: circleCsv({ startMs: startMs + 150_000 }) },
      { name: 'between.csv', content: circleCsv({ startMs: startMs + 60_000, lapS: 31 }) },
    ]);
    const list = await listSessions(product.ctx, { limit: 10, sort: 'newest' });
    expect(list.items.map((session) => session.entries)).toEqual([3]);
    const rows = await product.runtime.sql`select distinct session_id from imports`;
    expect(rows).toEqual([{ session_id: items[0]?.session_id }]);
  });

  test('a recording of no known track is stored without laps and says so; reprocessing finds a track added later', async () => {
    const [item] = await product.drop([{ name: 'a.csv', content: circleCsv() }]);
    expect(item?.status).toBe('done');
    expect(item?.message).toContain('without laps: no known track is crossed');
    const session = await getSession(product.ctx, item?.session_id ?? 0);
    expect(session.track).toBeNull();
    expect(session.notes.join()).toContain('Add the track, then reprocess');
    await makeTrack();
    await recomputeSession(product.ctx, session.id);
    await product.idle();
    const anew = await getSession(product.ctx, session.id);
    expect(anew).toMatchObject({ revision: 2, notes: [], track: { name: 'Round' } });
    expect(anew.entries[0]?.complete_laps).toBe(3);
  });

  test('an explicit track wins, and one of another kind is refused in a clear line', async () => {
    await makeTrack();
    const far = await createTrack(product.ctx, trackToFile(circleTrack('Far away', 5000)));
    const [item] = await product.drop([{ name: 'a.csv', content: circleCsv() }], { trackId: far.id });
    expect(item).toMatchObject({ status: 'done', message: 'no complete lap, 1,050 fixes, track Far away' });
    const planar = await createTrack(product.ctx, {
      frame: 'planar',
      track: { name: 'Hall', location: '' },
      checkpoints: [
        {
          number: 1,
          name: '',
          type: 'start',
          points: [
            { x: 0, y: 0 },
            { x: 5, y: 0 },
          ],
        },
      ],
    });
    const content = circleCsv({ startMs: 1_760_000_000_000 });
    const [refused] = await product.drop([{ name: 'b.csv', content }], { trackId: planar.id });
    expect(refused?.status).toBe('failed');
    expect(refused?.message).toContain(
      'The track "Hall" is in metres of a flat plane, the recording in latitude',
    );
  });

  test('a dropped track file becomes a track; the same gates again are the same track', async () => {
    const text = writeTrackFile(circleTrack('Dropped'));
    const [item] = await product.drop([{ name: 'track.json', content: text }]);
    expect(item).toMatchObject({ status: 'done', message: 'track Dropped stored', session_id: null });
    const [again] = await product.drop([{ name: 'track.json', content: `${text}\n` }]);
    expect(again?.message).toBe('track Dropped was known already');
    const [recording] = await product.drop([{ name: 'a.csv', content: circleCsv() }]);
    expect(recording?.message).toBe('3 laps, best 0:30.000, track Dropped');
  });

  test('a gzip file is read like the file in it', async () => {
    await makeTrack();
    const [item] = await product.drop([{ name: 'a.csv.gz', content: gzipSync(circleCsv()) }]);
    expect(item?.message).toBe('3 laps, best 0:30.000, track Round');
    expect((await getSession(product.ctx, item?.session_id ?? 0)).entries[0]?.device_name).toBe('a');
  });

  test('a session name and the end of the file are used where they are given', async () => {
    await makeTrack();
    const modifiedMs = Date.UTC(2024, 4, 5, 12, 0, 0);
    const [item] = await product.drop([{ name: 'a.csv', content: circleCsv({ startMs: 0 }), modifiedMs }], {
      sessionName: 'Club day',
    });
    const session = await getSession(product.ctx, item?.session_id ?? 0);
    expect(session.name).toBe('Club day');
    if (session.time_basis === 'none') expect(session.ended_at.slice(0, 16)).toBe('2024-05-05T12:00');
    else expect(session.started_at).toBe('1970-01-01T00:00:00.000Z');
  });

  test('tells every phase on the bus, at last the result', async () => {
    await makeTrack();
    const heard: unknown[] = [];
    const leave = product.ctx.bus.subscribe('imports', (message) => heard.push(message.data));
    const [item] = await product.drop([{ name: 'a.csv', content: circleCsv({ laps: 20, rateHz: 25 }) }]);
    await until('the end is told', () => Object(heard.at(-1)).phase === 'done');
    leave();
    const phases = new Set(heard.map((data) => Object(data).phase));
    expect(phases.has('queued') && phases.has('reading') && phases.has('done')).toBe(true);
    expect(heard.at(-1)).toEqual(item);
  });

  // Wall time: a busy machine may stretch one turn, but not in three runs.
  test('keeps no transaction of the embedded database long', { retry: 2 }, async () => {
    if (!database.embedded) return;
    await makeTrack();
    // Noise does not compress: the traces are more than one transaction takes.
    const noise = (row: number) => Math.abs(Math.sin(row * 12.9898) * 43_758.5453) % 9000;
    const csv = circleCsv({
      laps: 400,
      lapS: 10,
      rateHz: 25,
      channels: { rpm: noise, oil: noise, water: noise },
    });
    await database.embedded.stats(true);
    const [item] = await product.drop([{ name: 'long.csv', content: csv }]);
    await recomputeSession(product.ctx, item?.session_id ?? 0);
    await product.idle();
    await deleteSession(product.ctx, item?.session_id ?? 0);
    await product.idle();
    const { longestTransactionMs, longestStatement } = await database.embedded.stats();
    expect(longestTransactionMs, longestStatement).toBeLessThan(200);
  });
});
