import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { committedOf } from '@/lib/live/control';
import { EngineEntry, type Rules } from '@/lib/live/engine/engine-entry';
import { FIXES_TOPIC, type IncomingFix, type IngestDevice } from '@/lib/live/ingest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { pathForLap } from '@/lib/timing/live/lap-path';
import type { Fix, Point } from '@/lib/timing/types';
import { testDatabases } from '../support/database';
import { incomingFix, type LiveWorld, liveWorld } from '../support/live-world';
import { columns, drive, GATES, rounds, trackOf, via } from '../support/tape';
import { connectionLost, gateOf, type WatchedDb, watchedDb } from './watched-db';

const [embedded] = await testDatabases();
const track = trackOf(GATES);
const START_MS = 1_000_000;
const CORNER: Point = { x: 0, y: 0 };
const lapsOf = (count: number): Fix[] => drive(CORNER, rounds(count, 30), { startMs: START_MS });

describe('an entry while its database is slow, busy or away', () => {
  let world: LiveWorld;
  let slow: WatchedDb;
  let device: IngestDevice;
  let entry: EngineEntry;
  let nowMs: number;
  let unsubscribe = () => {};

  beforeAll(async () => {
    world = await liveWorld(embedded?.url ?? '');
  });
  afterAll(() => world.close());
  afterEach(() => unsubscribe());
  beforeEach(async () => {
    slow = watchedDb(world.db);
    device = await world.makeDevice('planar');
    nowMs = 5_000_000;
    entry = entryBy({ track, revision: 1, raceStartMs: null, path: null });
  });

  function entryBy(rules: Rules | null): EngineEntry {
    const made = new EngineEntry({ db: slow.db, now: () => nowMs }, device, START_MS * 1000, rules);
    unsubscribe();
    unsubscribe = world.bus.subscribe(FIXES_TOPIC, ({ data }) => {
      const message = committedOf(data);
      if (message.deviceId === device.id) made.take(message);
    });
    return made;
  }
  const send = (fixes: readonly Fix[]) =>
    world.ingest.take(
      device,
      fixes.map((fix): IncomingFix => incomingFix(fix)),
    );
  const lapsShown = () =>
    entry.view.laps.map(({ startMs, endMs, class: is, reason }) => ({ startMs, endMs, is, reason }));
  const lapsOfAll = (fixes: readonly Fix[], by = track) => {
    const sorted = [...fixes].sort((a, b) => a.timeMs - b.timeMs);
    const detector = detectLaps(by, columns(sorted));
    return detector.laps
      .map(({ startMs, endMs, class: is, reason }) => ({ startMs, endMs, is, reason }))
      .slice(0, -1);
  };

  it('stops reading although fixes come faster than it reads', async () => {
    const fixes = lapsOf(3);
    await send(fixes.slice(0, 10));
    let next = 10;
    slow.before = async () => {
      if (next < 160) await send(fixes.slice(next, ++next));
    };
    await entry.begin(null);
    await entry.idle();
    expect(slow.count()).toBeLessThan(20);
    slow.before = async () => {};
    await send(fixes.slice(next));
    expect(lapsShown()).toEqual(lapsOfAll(fixes));
    expect(entry.settled).toBe(true);
  });

  it('reads what it could not read once the database is back, though nothing more comes', async () => {
    const fixes = lapsOf(3);
    await entry.begin(null);
    await send(fixes.slice(0, 100));
    unsubscribe();
    await send(fixes.slice(100, 250));
    slow.before = () => Promise.reject(connectionLost());
    await expect(entry.catchUpNow()).rejects.toThrow('gone');
    expect(entry.settled).toBe(false);
    slow.before = async () => {};
    await send(fixes.slice(250));
    nowMs += 1_000;
    entry.settle(nowMs);
    await entry.idle();
    expect(lapsShown()).toEqual(lapsOfAll(fixes));
  });

  it('times late fixes although more of them come all the time', async () => {
    const fixes = lapsOf(4);
    await entry.begin(null);
    await send(fixes.filter((_, row) => row % 20 !== 7));
    let begun = false;
    for (const fix of fixes.filter((_, row) => row % 20 === 7)) {
      await send([fix]);
      nowMs += 1_500;
      begun ||= entry.settle(nowMs);
      await entry.idle();
    }
    expect(begun).toBe(true);
  });

  it('keeps a path that is learnt while it times anew', async () => {
    const fixes = lapsOf(4);
    await entry.begin(null);
    await send(fixes.filter((_, row) => row !== 150));
    await send(fixes.slice(150, 151));
    const gate = gateOf();
    let statements = 0;
    slow.before = () => (++statements === 1 ? Promise.resolve() : gate.pass());
    nowMs += 3_000;
    entry.settle(nowMs);
    await gate.reached;
    const path = entry.view.lapLine && pathForLap(track, null, entry.view.lapLine);
    if (!path) throw new Error('There is no path.');
    entry.setPath(path);
    gate.open();
    await entry.idle();
    expect(entry.view.hasMinis).toBe(true);
    expect(lapsShown()).toEqual(lapsOfAll(fixes));
  });

  it('says of laps that wait by which revision they were timed, whatever comes next', async () => {
    await entry.begin(null);
    await send(lapsOf(3));
    const gate = gateOf();
    slow.before = gate.pass;
    const [start, ...sectors] = GATES;
    const moved = trackOf([...sectors, ...(start ? [start] : [])]);
    const changing = entry.changeRules(() => ({ track: moved, revision: 2, raceStartMs: 9, path: null }));
    await gate.reached;
    expect(entry.due(nowMs)?.state).toMatchObject({ trackRevision: 1, raceStartMs: null });
    gate.open();
    await changing;
    expect(entry.due(nowMs)?.state).toMatchObject({ trackRevision: 2, raceStartMs: 9 });
  });

  it('takes back a correction that late fixes show to be none', async () => {
    // Once it goes round the start gate: two laps in one.
    const bypass = via(30, [100, 0], [100, 50], [0, 50], [0, -20], [100, -20], [100, 50], [0, 50], [0, 0]);
    const fixes = drive(CORNER, [...bypass, ...rounds(3, 30)], { startMs: START_MS });
    // Without sector gates only its length tells.
    const bare = trackOf(GATES.slice(0, 1));
    entry = entryBy({ track: bare, revision: 1, raceStartMs: null, path: null });
    const laps = detectLaps(bare, columns(fixes)).laps;
    const wrong = laps.find(({ reason }) => reason === 'too_long');
    const next = laps.find(({ startMs }) => startMs === wrong?.endMs);
    if (!wrong || !next) throw new Error('No lap is two.');
    // In truth the next one was as long: it went a way off and back between two fixes.
    const middle = fixes.filter(
      ({ timeMs }) => timeMs > next.startMs + 4_000 && timeMs < next.startMs + 6_000,
    );
    const away = middle.map((fix, row) => ({
      ...fix,
      timeMs: fix.timeMs + 50,
      y: fix.y + (row % 2 ? 0 : 60),
      speedMps: Number.NaN,
    }));
    await entry.begin(null);
    const untilMs = next.endMs + 1_000;
    await send(fixes.filter(({ timeMs }) => timeMs < untilMs));
    const stored = new Map<number, string>();
    const write = () => {
      for (let save = entry.due(nowMs); save; save = entry.due(nowMs)) {
        for (const lap of [...save.laps, ...save.corrected])
          stored.set(lap.startMs, `${lap.class} ${lap.reason}`);
        entry.saved(save);
      }
    };
    write();
    expect(stored.get(wrong.startMs)).toBe('invalid too_long');
    await send(away);
    nowMs += 3_000;
    entry.settle(nowMs);
    await entry.idle();
    write();
    const all = [...fixes.filter(({ timeMs }) => timeMs < untilMs), ...away];
    for (const lap of lapsOfAll(all, bare)) expect(stored.get(lap.startMs)).toBe(`${lap.is} ${lap.reason}`);
    expect(stored.get(wrong.startMs)).toBe('complete null');
  });

  it('ends with exactly the fixes of its session', async () => {
    const fixes = lapsOf(4);
    await entry.begin(null);
    const cut = Math.floor(fixes.length * 0.6);
    await send(fixes.filter((_, row) => row % 40 !== 3));
    await send(fixes.filter((_, row) => row % 40 === 3));
    await entry.complete(Math.round((fixes[cut]?.timeMs ?? 0) * 1000));
    entry.finish();
    const whole = detectLaps(track, columns(fixes.slice(0, cut))).laps;
    expect(entry.view.laps.map(({ endMs }) => endMs)).toEqual(whole.map(({ endMs }) => endMs));
    expect(entry.view.laps.at(-1)?.class).toBe(whole.at(-1)?.class);
  });
});
