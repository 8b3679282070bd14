import { labelOf } from '@/lib/contracts/labels';
import type { LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import type { EntryDeviceRow } from '@/lib/db/entry-devices';
import { carsOf, diffFrames, type EntryInfo, type FrameContent, figuresOf, rowsOf } from '@/lib/live/frames';
import { boardOf } from '@/lib/timing/live/live-board';
import { boardSessionOf, chequeredMs, markOf, type SessionFacts } from './board-session';
import type { EngineEntry } from './engine-entry';

export type BoardInput = {
  facts: SessionFacts;
  /** A race's green instant; null = not yet, or no race. */
  raceStartMs: number | null;
  entries: readonly { row: EntryDeviceRow; entry: EngineEntry }[];
};

/** Viewers that see everything late begin with a snapshot of then, so there is one every so often. */
const SNAPSHOT_EVERY_MS = 5_000;
/** Without a new fix only entries that are lost change. */
const LOOK_EVERY_MS = 1_000;

type Shown = FrameContent & { clockMs: number };

/** Makes a session's frames: what changed since the one before, and now and then the whole board. */
export class BoardMaker {
  private seq: number;
  private shown: Shown | null = null;
  private facts: SessionFacts | null = null;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private snapshotAtMs = Number.NEGATIVE_INFINITY;

  /** The first frame's number lies above those of an engine that timed the session before. */
  constructor(nowMs: number) {
    this.seq = Math.floor(nowMs / 100);
  }

  /** The frames that are due now, in their order. */
  frames(input: BoardInput, nowMs: number): LiveFrame[] {
    const hasMoved = input.entries.some(({ entry }) => entry.moved);
    const isDue = hasMoved || input.facts !== this.facts || nowMs - this.lookedAtMs >= LOOK_EVERY_MS;
    const frames = isDue ? this.changes(input, nowMs) : [];
    if (nowMs - this.snapshotAtMs >= SNAPSHOT_EVERY_MS) frames.push(...this.whole(nowMs));
    return frames;
  }

  /** The whole board, and before it what changed. */
  snapshot(input: BoardInput, nowMs: number): LiveFrame[] {
    return [...this.changes(input, nowMs), ...this.whole(nowMs)];
  }

  private changes(input: BoardInput, nowMs: number): LiveFrame[] {
    const before = this.shown;
    const lagMs = lagOf(input, nowMs);
    const after = contentOf(input, nowMs);
    this.shown = after;
    this.facts = input.facts;
    this.lookedAtMs = nowMs;
    for (const { entry } of input.entries) entry.moved = false;
    if (!before) return [];
    const changes = diffFrames(before, after);
    if (Object.keys(changes).length === 0) return [];
    this.seq += 1;
    return [
      {
        type: 'update',
        seq: this.seq,
        at_ms: nowMs,
        clock_ms: after.clockMs,
        lag_ms: lagMs,
        ...changes,
      },
    ];
  }

  private whole(nowMs: number): SnapshotFrame[] {
    if (!this.shown) return [];
    this.snapshotAtMs = nowMs;
    const { clockMs, session, rows, cars, marks } = this.shown;
    return [
      {
        type: 'snapshot',
        seq: this.seq,
        at_ms: nowMs,
        clock_ms: clockMs,
        lag_ms: 0,
        delay_s: 0,
        session,
        rows: [...rows],
        cars: [...cars],
        marks: [...marks],
      },
    ];
  }
}

/** How long the newest of the fixes that the next frame brings has been here. */
function lagOf({ entries }: BoardInput, nowMs: number): number {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { entry } of entries)
    if (entry.moved && entry.receivedAtMs !== null) newestMs = Math.max(newestMs, entry.receivedAtMs);
  return Number.isFinite(newestMs) ? Math.max(0, Math.round(nowMs - newestMs)) : 0;
}

/** Now by the clock of the fixes: the newest one's time and what has passed since it came. */
function clockOf({ entries }: BoardInput, nowMs: number): number {
  let clockMs: number | null = null;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { entry } of entries) {
    const { lastFix } = entry.view;
    if (!lastFix || entry.receivedAtMs === null || entry.receivedAtMs < newestMs) continue;
    newestMs = entry.receivedAtMs;
    clockMs = lastFix.timeMs + Math.max(0, nowMs - newestMs);
  }
  return Math.round(clockMs ?? nowMs);
}

function contentOf(input: BoardInput, nowMs: number): Shown {
  const { facts, raceStartMs, entries } = input;
  const clockMs = clockOf(input, nowMs);
  const session = boardSessionOf(facts);
  const rules = { order: session.order, greenMs: raceStartMs, chequeredMs: chequeredMs(facts.marks) };
  const lines = entries.map(({ row, entry }) => ({ info: infoOf(row, entry), view: entry.view }));
  const board = boardOf(rules, lines, clockMs);
  return {
    clockMs,
    session: { ...session, ...figuresOf(board) },
    rows: rowsOf(board),
    cars: carsOf(board),
    marks: facts.marks.map(markOf),
  };
}

const infoOf = (row: EntryDeviceRow, entry: EngineEntry): EntryInfo => ({
  entry_id: row.entryId,
  device_id: row.deviceId,
  number: row.number,
  driver: row.driver,
  car: row.car,
  car_class: row.carClass,
  label: labelOf(row),
  corrected: entry.corrected,
});
