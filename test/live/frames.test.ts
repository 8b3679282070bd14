import { describe, expect, it } from 'vitest';
import { type BoardSession, boardRow, carFix, MINI_SECTORS, type SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import { carsOf, diffFrames, type EntryInfo, type FrameContent, figuresOf, rowsOf } from '@/lib/live/frames';
import { simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import { boardOf } from '@/lib/timing/live/live-board';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import { MINI_SECTORS as CORE_MINI_SECTORS } from '@/lib/timing/live/types';
import { fixAt } from '@/lib/timing/normalise';

const START_MS = 1_700_000_000_000;
const TRACK = montmelo();
const FACTS = { order: 'race' as const, greenMs: START_MS + 20_000, chequeredMs: START_MS + 400_000 };

const SESSION: BoardSession = {
  session_id: 1,
  name: 'Race',
  kind: 'race',
  track: { id: 1, name: TRACK.name, revision: 1 },
  status: 'green',
  order: 'race',
  started_at_ms: START_MS,
  green_at_ms: FACTS.greenMs,
  chequered_at_ms: null,
  laps_target: null,
  duration_target_ms: null,
  leader_laps: 0,
  best: null,
  best_sectors_ms: [],
  simulated: true,
  closed: false,
};

const infoOf = (entry: number): EntryInfo => ({
  entry_id: entry,
  device_id: 100 + entry,
  number: String(entry),
  driver: null,
  car: null,
  car_class: 'GT',
  label: `Car ${entry}`,
  corrected: 0,
});

/** A race of some cars, as many as wanted of each; `step` goes on by 100 ms and gives what a frame shows then. */
function race(copies: number) {
  const path = pathOfTrack(TRACK);
  const simulated = simulateSession('frames', { cars: 6, laps: 4, startMs: START_MS, kind: 'race' });
  const cars = simulated.flatMap(({ fixes }, car) =>
    Array.from({ length: copies }, (_, copy) => ({
      fixes,
      next: 0,
      info: infoOf(1 + car * copies + copy),
      live: new LiveEntry({ track: TRACK, raceStartMs: FACTS.greenMs, path }),
    })),
  );
  const inputs = cars.map(({ info, live }) => ({ info, view: live.view }));
  let nowMs = START_MS;
  const content = (): FrameContent => {
    const board = boardOf(FACTS, inputs, nowMs);
    return {
      session: { ...SESSION, ...figuresOf(board) },
      rows: rowsOf(board),
      cars: carsOf(board),
      marks: [],
    };
  };
  const step = () => {
    nowMs += 100;
    for (const car of cars) {
      while (car.next < car.fixes.count && (car.fixes.timeMs[car.next] ?? 0) <= nowMs)
        car.live.push(fixAt(car.fixes, car.next++));
    }
  };
  return { step, content, over: () => cars.every((car) => car.next >= car.fixes.count) };
}

const byEntry = (frame: SnapshotFrame) => ({ ...frame, cars: frame.cars.toSorted((a, b) => a[0] - b[0]) });
const snapshotOf = (seq: number, { session, rows, cars, marks }: FrameContent): SnapshotFrame => ({
  type: 'snapshot',
  seq,
  at_ms: seq,
  clock_ms: seq,
  lag_ms: 0,
  delay_s: 0,
  session,
  rows: [...rows],
  cars: [...cars],
  marks: [...marks],
});

describe('frames', () => {
  it('count as many mini-sectors as the core', () => {
    expect(CORE_MINI_SECTORS).toBe(MINI_SECTORS);
  });

  it('of updates make of one snapshot the next, through a whole race', () => {
    const { step, content, over } = race(1);
    let before = content();
    let state: SnapshotFrame | null = snapshotOf(0, before);
    for (let seq = 1; !over(); seq++) {
      step();
      const after = content();
      const update = { seq, at_ms: seq, clock_ms: seq, lag_ms: 0, ...diffFrames(before, after) };
      // As it comes over the wire.
      state = applyFrame(state, JSON.parse(JSON.stringify({ type: 'update', ...update })));
      if (seq % 50 === 0) {
        expect(state && byEntry(state)).toEqual(byEntry(snapshotOf(seq, after)));
        for (const row of after.rows) expect(boardRow.safeParse(row).error).toBeUndefined();
        for (const car of after.cars) expect(carFix.safeParse(car).error).toBeUndefined();
      }
      before = after;
    }
    expect(before.rows.some(({ state: now }) => now === 'finished')).toBe(true);
    expect(before.session.best).not.toBeNull();
  });

  it('say nothing when nothing changed, and only what did', () => {
    const { step, content } = race(1);
    for (let i = 0; i < 900; i++) step();
    const before = content();
    expect(diffFrames(before, content())).toEqual({});
    const [first, second, ...rest] = before.rows;
    if (!first || !second) throw new Error('There are no rows.');
    const marks = [{ id: 1, at_ms: START_MS, kind: 'note' as const, text: 'Rain', entry_id: null }];
    const changed = { ...first, speed_mps: 1, gap: { ms: 5, laps: null } };
    expect(diffFrames(before, { ...before, rows: [second, changed, ...rest], marks })).toEqual({
      rows: [{ entry_id: first.entry_id, speed_mps: 1, gap: { ms: 5, laps: null } }],
      order: [second, first, ...rest].map((row) => row.entry_id),
      marks,
    });
    const session = { ...before.session, status: 'red' as const };
    expect(diffFrames(before, { ...before, session })).toEqual({ session: { status: 'red' } });
  });

  it('carry a new entry with all its fields', () => {
    const { step, content } = race(1);
    for (let i = 0; i < 300; i++) step();
    const after = content();
    const before = { ...after, rows: after.rows.slice(1), cars: after.cars.slice(1) };
    const changes = diffFrames(before, after);
    expect(changes.rows).toEqual([after.rows[0]]);
    expect(changes.cars).toEqual([after.cars[0]]);
    const state = applyFrame(snapshotOf(1, before), {
      type: 'update',
      seq: 2,
      at_ms: 2,
      clock_ms: 2,
      lag_ms: 0,
      ...changes,
    });
    expect(state?.rows).toEqual(after.rows);
  });

  it('round to microseconds, centimetres a second and ten-thousandths of a lap', () => {
    const { step, content } = race(1);
    for (let i = 0; i < 1500; i++) step();
    const digits = (value: number | null | undefined) => String(value ?? 0).split('.')[1]?.length ?? 0;
    for (const row of content().rows) {
      expect(digits(row.gap?.ms)).toBeLessThanOrEqual(3);
      expect(digits(row.speed_mps)).toBeLessThanOrEqual(2);
      expect(digits(row.lap_part)).toBeLessThanOrEqual(4);
      expect(digits(row.delta_best_ms)).toBe(0);
      expect(row.minis).toMatch(/^[bps.-]{24}$/);
    }
  });
});
