import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EndFrame, LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import { inTransaction } from '@/lib/db/client';
import { insertMark, setGreen } from '@/lib/db/live-sessions';
import { CONTROL_TOPIC } from '@/lib/live/control';
import { boardTopic } from '@/lib/live/topics';
import { openByItself } from '@/lib/services/live-by-itself';
import { RACE_GREEN_AFTER_MS, type SimulatedEntry, simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { detectLaps } from '@/lib/timing/detect-laps';
import type { Track } from '@/lib/timing/types';
import { testDatabases } from '../support/database';
import { asStored, incoming, type LiveWorld, liveWorld } from '../support/live-world';
import { until } from '../support/until';

const databases = await testDatabases();
const START_MS = Date.UTC(2026, 8, 6, 12);

/** The board as somebody sees it who listens from the start, and how its stream ended. */
function watcher(world: LiveWorld, sessionId: number) {
  const seen: { board: SnapshotFrame | null; end: EndFrame | null; gaps: number } = {
    board: null,
    end: null,
    gaps: 0,
  };
  const stop = world.bus.subscribe(boardTopic(sessionId), ({ data }) => {
    const frame = data as LiveFrame | EndFrame;
    if (frame.type === 'end') seen.end = frame;
    else {
      const next = applyFrame(seen.board, frame);
      if (seen.board && !next) seen.gaps++;
      seen.board = next ?? seen.board;
    }
  });
  return { seen, stop };
}

/** Sends the cars' fixes second by second, as if they drove now. */
async function drive(
  world: LiveWorld,
  cars: readonly { deviceId: number; entry: SimulatedEntry }[],
  onMinute: (timeMs: number) => Promise<void> = async () => {},
): Promise<void> {
  const first = Math.min(...cars.map(({ entry }) => entry.fixes.timeMs[0] ?? 0));
  const last = Math.max(...cars.map(({ entry }) => entry.fixes.timeMs[entry.fixes.count - 1] ?? 0));
  const next = cars.map(() => 0);
  for (let untilMs = first; untilMs <= last + 20_000; untilMs += 20_000) {
    await onMinute(untilMs);
    await Promise.all(
      cars.map(async ({ deviceId, entry: { fixes } }, index) => {
        const from = next[index] ?? 0;
        let to = from;
        while (to < fixes.count && (fixes.timeMs[to] ?? 0) < untilMs) to++;
        next[index] = to;
        const device = { id: deviceId, frame: fixes.frame, late: 'backfill', wallClock: false } as const;
        if (to > from) await world.ingest.take(device, incoming(fixes, from, to));
      }),
    );
  }
}

describe.each(databases)('the engine on $name', ({ url }) => {
  let world: LiveWorld;
  let trackId: number;
  beforeAll(async () => {
    world = await liveWorld(url);
    trackId = await world.keepTrack(montmelo());
  });
  afterAll(() => world.close());

  const enter = async (entries: readonly SimulatedEntry[]) => {
    const cars = [];
    for (const entry of entries) cars.push({ deviceId: (await world.makeDevice('wgs84')).id, entry });
    return cars;
  };

  it('shows a race whose final order and laps are those of the whole recordings', async () => {
    const cars = await enter(
      simulateSession('engine race', { cars: 4, laps: 5, startMs: START_MS, kind: 'race', rateHz: 5 }),
    );
    const greenMs = START_MS + RACE_GREEN_AFTER_MS;
    const devices = cars.map(({ deviceId }) => deviceId);
    const sessionId = await world.openSession({ trackId, devices, fromMs: START_MS, kind: 'race' });
    const { seen, stop } = watcher(world, sessionId);
    const batches = cars.map(({ deviceId, entry }) => {
      const { laps } = detectLaps(montmelo(), entry.fixes, { raceStartMs: greenMs });
      return { deviceId, laps };
    });
    // The flag falls just before the winner has done four laps.
    const fourthMs = batches.map(({ laps }) => laps.find((lap) => lap.number === 4)?.endMs ?? 0);
    const chequeredMs = Math.floor(Math.min(...fourthMs)) - 500;
    const marks = [
      { kind: 'green', atMs: greenMs },
      { kind: 'chequered', atMs: chequeredMs },
    ] as const;
    let shown = 0;
    await drive(world, cars, async (timeMs) => {
      for (const mark of marks.slice(shown).filter(({ atMs }) => timeMs >= atMs)) {
        shown++;
        const atUs = mark.atMs * 1000;
        await inTransaction(world.db, async (tx) => {
          await insertMark(tx, { sessionId, atUs, kind: mark.kind, text: '' });
          if (mark.kind === 'green') await setGreen(tx, sessionId, atUs);
        });
        world.bus.publish(CONTROL_TOPIC, { sessionId });
      }
    });
    await world.settled(sessionId);
    for (const { deviceId, laps } of batches) {
      const live = await world.laps(sessionId, deviceId);
      expect(live.length).toBeGreaterThanOrEqual(4);
      expect(live).toEqual(laps.map(asStored).slice(0, live.length));
    }
    const board = await until(
      'everybody has finished',
      () => seen.board?.rows.every(({ state }) => state === 'finished') && seen.board,
    );
    expect(board.session.status).toBe('chequered');
    expect(board.marks.map(({ kind }) => kind)).toEqual(['green', 'chequered']);
    const driven = (deviceId: number) =>
      (batches.find((one) => one.deviceId === deviceId)?.laps ?? []).filter((lap) => lap.number > 0);
    const finish = (deviceId: number) => {
      const last = driven(deviceId).find((lap) => lap.endMs > chequeredMs);
      return { laps: last?.number ?? 0, atMs: last?.endMs ?? Number.POSITIVE_INFINITY };
    };
    const expected = [...devices].sort(
      (a, b) => finish(b).laps - finish(a).laps || finish(a).atMs - finish(b).atMs,
    );
    expect(board.rows.map((row) => row.device_id)).toEqual(expected);
    expect(board.rows.map(({ laps }) => laps)).toEqual(expected.map((deviceId) => finish(deviceId).laps));
    for (const row of board.rows) {
      const best = Math.min(
        ...driven(row.device_id)
          .filter(
            (lap) => lap.class === 'complete' && !lap.estimated && lap.number <= finish(row.device_id).laps,
          )
          .map((lap) => lap.timeMs),
      );
      expect(row.best?.time_ms).toBeCloseTo(best, 3);
    }
    expect(seen.gaps).toBe(0);
    await world.closeSession(sessionId);
    expect((await until('the stream ended', () => seen.end)).reason).toBe('closed');
    expect(seen.board?.session.closed).toBe(true);
    stop();
  });

  it('writes laps as late as spectators see the board', async () => {
    const [car] = await enter(
      simulateSession('delay', { cars: 1, laps: 4, startMs: START_MS + 6e8, rateHz: 2 }),
    );
    if (!car) throw new Error('There is no car.');
    const sessionId = await world.openSession({
      trackId,
      devices: [car.deviceId],
      fromMs: START_MS + 6e8,
      delayS: 300,
    });
    const { seen, stop } = watcher(world, sessionId);
    await drive(world, [car]);
    await until('the board has its laps', () => (seen.board?.rows[0]?.laps ?? 0) >= 2);
    expect(await world.laps(sessionId, car.deviceId)).toEqual([]);
    await world.open.sql`update live_sessions set delay_s = 0 where session_id = ${sessionId}`;
    world.bus.publish(CONTROL_TOPIC, { sessionId });
    await until('they are written', async () => (await world.laps(sessionId, car.deviceId)).length > 2);
    stop();
    await world.closeSession(sessionId);
  });

  it('corrects the laps that late fixes touch, and says so on the board', async () => {
    const [car] = await enter(
      simulateSession('late', { cars: 1, laps: 4, startMs: START_MS + 1e8, rateHz: 2 }),
    );
    if (!car) throw new Error('There is no car.');
    const { deviceId, entry } = car;
    const { fixes } = entry;
    const device = { id: deviceId, frame: fixes.frame, late: 'backfill', wallClock: false } as const;
    const sessionId = await world.openSession({ trackId, devices: [deviceId], fromMs: START_MS + 1e8 });
    const { seen, stop } = watcher(world, sessionId);
    const all = incoming(fixes);
    const [from, to] = [Math.floor(all.length * 0.4), Math.floor(all.length * 0.6)];
    await world.ingest.take(device, [...all.slice(0, from), ...all.slice(to)]);
    await world.settled(sessionId);
    const before = await world.laps(sessionId, deviceId);
    await world.ingest.take(device, all.slice(from, to));
    await world.settled(sessionId);
    const after = await world.laps(sessionId, deviceId);
    expect(after).not.toEqual(before);
    expect(after).toEqual(detectLaps(montmelo(), fixes).laps.map(asStored).slice(0, after.length));
    await until('the board says so', () => (seen.board?.rows[0]?.corrected ?? 0) > 0);
    stop();
    await world.closeSession(sessionId);
  });

  it('goes on after a crash where it stood, with the same laps under the same ids', async () => {
    const cars = await enter(
      simulateSession('crash', { cars: 2, laps: 4, startMs: START_MS + 2e8, rateHz: 2 }),
    );
    const devices = cars.map(({ deviceId }) => deviceId);
    const sessionId = await world.openSession({ trackId, devices, fromMs: START_MS + 2e8 });
    let turns = 0;
    const ids = new Map<string, number>();
    await drive(world, cars, async () => {
      turns++;
      if (turns % 6 !== 5) return;
      await world.settled(sessionId);
      for (const row of await world.open.sql<{ id: string; device_id: number; started_us: string }[]>`
        select id, device_id, started_us from laps where session_id = ${sessionId}`)
        ids.set(`${row.device_id} ${row.started_us}`, Number(row.id));
      await world.restart();
    });
    await world.settled(sessionId);
    for (const { deviceId, entry } of cars) {
      const live = await world.laps(sessionId, deviceId);
      expect(live.length).toBeGreaterThanOrEqual(3);
      expect(live).toEqual(detectLaps(montmelo(), entry.fixes).laps.map(asStored).slice(0, live.length));
    }
    expect(ids.size).toBeGreaterThan(2);
    for (const row of await world.open.sql<{ id: string; device_id: number; started_us: string }[]>`
      select id, device_id, started_us from laps where session_id = ${sessionId}`) {
      const before = ids.get(`${row.device_id} ${row.started_us}`);
      if (before !== undefined) expect(Number(row.id)).toBe(before);
    }
    await world.closeSession(sessionId);
  });

  it('learns from the first lap which way a track is driven and where, and keeps it as a revision', async () => {
    const [car] = await enter(
      simulateSession('learn', { cars: 1, laps: 7, startMs: START_MS + 3e8, rateHz: 5 }),
    );
    if (!car) throw new Error('There is no car.');
    const gates = montmelo().checkpoints.map((gate) => ({ ...gate, direction: null }));
    const bare: Track = {
      ...montmelo(),
      name: `bare ${url}`,
      checkpoints: gates.slice(0, 2),
      centreline: null,
    };
    const id = await world.keepTrack({ ...bare, location: url });
    const sessionId = await world.openSession({
      trackId: id,
      devices: [car.deviceId],
      fromMs: START_MS + 3e8,
    });
    const { seen, stop } = watcher(world, sessionId);
    await drive(world, [car]);
    await until('the revision', async () => {
      if (world.lines.length > 0) throw new Error(world.lines.join());
      const [row] = await world.open.sql<
        { revision: number }[]
      >`select revision from tracks where id = ${id}`;
      return row?.revision === 2;
    });
    await world.settled(sessionId);
    await until('mini-sectors on the learnt path', () => seen.board?.rows[0]?.minis.length === 24);
    expect((await world.laps(sessionId, car.deviceId)).filter((lap) => lap.class === 'complete').length).toBe(
      detectLaps(bare, car.entry.fixes).laps.filter((lap) => lap.class === 'complete').length,
    );
    stop();
    await world.closeSession(sessionId);
  });

  it('sees a device that begins to drive on a known track, and since when it was there', async () => {
    const [car] = await enter(
      simulateSession('itself', { cars: 1, laps: 3, startMs: START_MS + 4e8, rateHz: 2 }),
    );
    if (!car) throw new Error('There is no car.');
    world.openItself.length = 0;
    await drive(world, [car]);
    const found = await until('the engine saw it', () => world.openItself[0]);
    expect(found).toMatchObject({ trackId, deviceId: car.deviceId });
    expect(found.fromUs).toBe(Math.round((car.entry.fixes.timeMs[0] ?? 0) * 1000));
  });

  it('opens one session by itself for all who drive there', async () => {
    const [one, other] = [await world.makeDevice('wgs84'), await world.makeDevice('wgs84')];
    const ctx = world.services;
    const fromUs = (START_MS + 5e8) * 1000;
    // Nobody joins a race that is only simulated.
    const demo = await world.openSession({ trackId, devices: [], fromMs: START_MS + 5e8 });
    await world.open.sql`update sessions set simulated = true where id = ${demo}`;
    await Promise.all(
      [one, other, one].map(({ id }) => openByItself(ctx, { trackId, deviceId: id, fromUs })),
    );
    const rows = await world.open.sql<{ session_id: number; opened_by: string }[]>`
      select session_id, opened_by from session_entries join live_sessions using (session_id)
      where device_id in (${one.id}, ${other.id})`;
    expect(rows).toHaveLength(2);
    expect(new Set(rows.map((row) => row.session_id)).size).toBe(1);
    expect(rows[0]?.opened_by).toBe('itself');
    await world.closeSession(demo);
  });
});
