import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EndFrame, LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import { trackToFile } from '@/lib/formats/track-file';
import { boardTopic } from '@/lib/live/topics';
import { deleteSession } from '@/lib/services/delete-session';
import { addEntry, addMark, closeLive, openLive } from '@/lib/services/live-sessions';
import { createTrack, updateTrack } from '@/lib/services/track-edits';
import { detectLaps } from '@/lib/timing/detect-laps';
import { learnDirections, withDirections } from '@/lib/timing/learn-directions';
import type { Fix, Track } from '@/lib/timing/types';
import { testDatabases } from '../support/database';
import { incomingFix } from '../support/live-world';
import { openProduct, type Product } from '../support/product';
import { columns, drive, GATES, gate, rounds, trackOf } from '../support/tape';
import { until } from '../support/until';

const databases = await testDatabases();
const START_MS = 1_000_000;
const lapsOf = (count: number): Fix[] => drive({ x: 0, y: 0 }, rounds(count, 30), { startMs: START_MS });
const from = new Date(START_MS).toISOString();

describe.each(databases)('a live session on $name', (database) => {
  let product: Product;
  let trackId: number;
  let made = 0;
  // With directions: nothing is learnt while it is timed.
  const ways = (bare: Track) => withDirections(bare, learnDirections(bare, columns(lapsOf(2))));
  const track = ways(trackOf(GATES));

  beforeAll(async () => {
    product = await openProduct(database);
    trackId = (await createTrack(product.ctx, trackToFile(track))).id;
  });
  afterAll(() => product.stop());

  const makeDevice = async (late: 'backfill' | 'drop' = 'backfill') => {
    const name = `edge ${++made}`;
    const [row] = await product.runtime.sql<{ id: number }[]>`
      insert into devices (source, external_id, name, frame) values ('robot', ${name}, ${name}, 'planar') returning id`;
    return { id: row?.id ?? 0, frame: 'planar' as const, late, wallClock: false };
  };
  type Device = Awaited<ReturnType<typeof makeDevice>>;
  const send = (device: Device, fixes: readonly Fix[]) =>
    product.ctx.ingest.take(device, fixes.map(incomingFix));
  const openFor = async (
    devices: readonly Device[],
    more: { kind?: 'race'; track_id?: number | null } = {},
  ) => {
    const entries = devices.map(({ id }) => ({ device_id: id }));
    const { session_id } = await openLive(product.ctx, {
      name: 'edge',
      kind: 'practice',
      track_id: trackId,
      delay_s: 0,
      from,
      entries,
      ...more,
    });
    return session_id;
  };
  const settled = async (sessionId: number) => {
    await until('it is timed', () => product.runtime.engines.engine(sessionId));
    await product.ctx.ingest.drain();
    await product.runtime.engines.settled(sessionId);
  };
  const storedLaps = async (sessionId: number, device: Device) =>
    product.runtime.sql<{ id: string; text: string; track_revision: number }[]>`
      select id, number || ' ' || class || ' ' || started_us as text, track_revision from laps
      where session_id = ${sessionId} and device_id = ${device.id} order by started_us`;
  const textsOf = async (sessionId: number, device: Device) =>
    (await storedLaps(sessionId, device)).map(({ text }) => text);
  const batch = (fixes: readonly Fix[], by: Track = track, raceStartMs: number | null = null) =>
    detectLaps(by, columns([...fixes].sort((a, b) => a.timeMs - b.timeMs)), { raceStartMs }).laps.map(
      (lap) => `${lap.number} ${lap.class} ${Math.round(lap.startMs * 1000)}`,
    );
  const watch = (sessionId: number) => {
    const seen: { board: SnapshotFrame | null; end: EndFrame | null } = { board: null, end: null };
    product.ctx.bus.subscribe(boardTopic(sessionId), ({ data }) => {
      const frame = data as LiveFrame | EndFrame;
      if (frame.type === 'end') seen.end = frame;
      else seen.board = applyFrame(seen.board, frame) ?? seen.board;
    });
    return seen;
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    );

  it('times an entry that is added late from the beginning, and nothing from before it', async () => {
    const device = await makeDevice();
    const early = drive({ x: 0, y: 0 }, rounds(2, 30), { startMs: START_MS - 100_000 });
    const sessionId = await openFor([]);
    await send(device, [...early, ...lapsOf(3)]);
    await settled(sessionId);
    await addEntry(product.ctx, { session_id: sessionId, device_id: device.id });
    await settled(sessionId);
    expect(await textsOf(sessionId, device)).toEqual(batch(lapsOf(3)).slice(0, -1));
  });

  it('leaves nothing but its devices and their fixes when it is deleted, and says so', async () => {
    const device = await makeDevice();
    const sessionId = await openFor([device]);
    const seen = watch(sessionId);
    await send(device, lapsOf(3));
    await settled(sessionId);
    await Promise.all([send(device, lapsOf(5).slice(300)), deleteSession(product.ctx, sessionId)]);
    expect((await until('the end is said', () => seen.end)).reason).toBe('deleted');
    await until('nothing times it', () => product.runtime.engines.engine(sessionId) === null);
    for (const table of [
      'laps',
      'crossings',
      'detector_states',
      'live_sessions',
      'session_entries',
      'session_marks',
    ])
      expect([
        table,
        (
          await product.runtime
            .sql`select 1 from ${product.runtime.sql(table)} where session_id = ${sessionId}`
        ).length,
      ]).toEqual([table, 0]);
    const [row] = await product.runtime
      .sql`select count(*)::int as rows from positions where device_id = ${device.id}`;
    expect(row?.rows).toBe(lapsOf(5).length);
  });

  it('times everything by the track as it is edited, with laps that go on under their ids', async () => {
    const device = await makeDevice();
    const own = ways(trackOf([gate(1, 'start', [52, 5], [52, -5])], { name: `edited ${made}` }));
    const id = (await createTrack(product.ctx, trackToFile(own))).id;
    const sessionId = await openFor([device], { track_id: id });
    const seen = watch(sessionId);
    await send(device, lapsOf(4).slice(0, 300));
    await settled(sessionId);
    const before = await storedLaps(sessionId, device);
    const moved = ways(trackOf([gate(1, 'start', [62, 5], [62, -5])], { name: `edited ${made}` }));
    await updateTrack(product.ctx, { id, file: trackToFile(moved) });
    await until('the board is of the new one', () => (seen.board?.session.track?.revision ?? 0) >= 2);
    await send(device, lapsOf(4).slice(300));
    await settled(sessionId);
    const after = await storedLaps(sessionId, device);
    expect(after.map(({ text }) => text)).toEqual(batch(lapsOf(4), moved).slice(0, -1));
    expect(after.slice(0, before.length).map((lap) => lap.id)).toEqual(before.map((lap) => lap.id));
    const revision = seen.board?.session.track?.revision;
    expect(new Set(after.map((lap) => lap.track_revision))).toEqual(new Set([revision]));
  });

  it('times a race anew whose green is given late', async () => {
    const device = await makeDevice();
    const sessionId = await openFor([device], { kind: 'race' });
    await send(device, lapsOf(4));
    await settled(sessionId);
    const greenMs = START_MS + 4_000;
    await addMark(product.ctx, {
      session_id: sessionId,
      kind: 'green',
      text: '',
      at: new Date(greenMs).toISOString(),
    });
    await settled(sessionId);
    const expected = batch(lapsOf(4), track, greenMs);
    expect(await textsOf(sessionId, device)).toEqual(expected.slice(0, -1));
    expect(expected).not.toEqual(batch(lapsOf(4)));
  });

  it('without a track shows who is where, and has no laps', async () => {
    const device = await makeDevice();
    const sessionId = await openFor([device], { track_id: null });
    const seen = watch(sessionId);
    await send(device, lapsOf(2));
    await settled(sessionId);
    await until('the car is on the board', () => seen.board?.cars.length === 1);
    expect(await textsOf(sessionId, device)).toEqual([]);
    expect(await codeOf(closeLive(product.ctx, { session_id: sessionId }))).toBe('done');
    expect((await until('the end is said', () => seen.end)).reason).toBe('closed');
  });

  it('has a device that is in no other, however many ask at once', async () => {
    const device = await makeDevice();
    const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(openFor([device]))));
    expect(answers.sort()).toEqual(['done', ...Array.from({ length: 7 }, () => 'in_session')]);
  });

  it('closed while late fixes wait ends with the laps of all of them, on the board too', async () => {
    const device = await makeDevice();
    const sessionId = await openFor([device]);
    const seen = watch(sessionId);
    const fixes = lapsOf(5);
    await send(
      device,
      fixes.filter((_, row) => row < 120 || row > 260),
    );
    await settled(sessionId);
    await send(device, fixes.slice(120, 261));
    const answers = await Promise.all(
      [1, 2, 3].map(() => codeOf(closeLive(product.ctx, { session_id: sessionId }))),
    );
    expect(answers.sort()).toEqual(['closed', 'closed', 'done']);
    await until('the end is said', () => seen.end);
    expect(seen.board?.rows[0]?.laps).toBe(4);
    await product.idle();
    expect(await textsOf(sessionId, device)).toEqual(batch(fixes));
  });

  it('takes no flag, entry or length once it is closed or deleted, and fails nobody', async () => {
    for (const end of [
      (id: number) => closeLive(product.ctx, { session_id: id }),
      (id: number) => deleteSession(product.ctx, id),
    ]) {
      const sessionId = await openFor([], { kind: 'race' });
      const device = await makeDevice();
      const [, ...answers] = await Promise.all([
        end(sessionId),
        ...Array.from({ length: 6 }, () =>
          codeOf(addMark(product.ctx, { session_id: sessionId, kind: 'green', text: '' })),
        ),
        codeOf(addEntry(product.ctx, { session_id: sessionId, device_id: device.id })),
      ]);
      for (const answer of answers) expect(['done', 'closed', 'not_found']).toContain(answer);
      expect(['closed', 'not_found']).toContain(
        await codeOf(addMark(product.ctx, { session_id: sessionId, kind: 'red', text: '' })),
      );
    }
  });

  it('takes a device whose clock goes back: stored where it belongs, or refused as past', async () => {
    const [backfill, drop] = [await makeDevice(), await makeDevice('drop')];
    const sessionId = await openFor([backfill, drop]);
    const fixes = lapsOf(4);
    const steps = [fixes.slice(0, 100), fixes.slice(200), fixes.slice(100, 200)];
    const verdicts: string[] = [];
    for (const step of steps) {
      await send(backfill, step);
      verdicts.push(...(await send(drop, step)));
    }
    await settled(sessionId);
    expect(await textsOf(sessionId, backfill)).toEqual(batch(fixes).slice(0, -1));
    expect(verdicts.filter((verdict) => verdict === 'past')).toHaveLength(100);
    expect(await textsOf(sessionId, drop)).toEqual(
      batch([...fixes.slice(0, 100), ...fixes.slice(200)]).slice(0, -1),
    );
  });

  it('times a hundred entries at once', async () => {
    const devices = await Promise.all(Array.from({ length: 100 }, () => makeDevice()));
    const sessionId = await openFor(devices);
    const seen = watch(sessionId);
    const fixes = lapsOf(3);
    for (let at = 0; at < fixes.length; at += 50)
      await Promise.all(devices.map((device) => send(device, fixes.slice(at, at + 50))));
    await settled(sessionId);
    const [one] = devices;
    const [row] = await product.runtime.sql<
      { laps: number }[]
    >`select count(*)::int as laps from laps where session_id = ${sessionId}`;
    expect(row?.laps).toBe(100 * (batch(fixes).length - 1));
    if (one) expect(await textsOf(sessionId, one)).toEqual(batch(fixes).slice(0, -1));
    await until(
      'all are on the board',
      () => seen.board?.rows.filter(({ laps }) => laps === 2).length === 100,
    );
  });
});
