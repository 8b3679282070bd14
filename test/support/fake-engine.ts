import type { BoardRow, CarFix, SnapshotFrame, UpdateFrame } from '@/lib/contracts/live';
import { type Db, inTransaction } from '@/lib/db/client';
import { holdSessions } from '@/lib/db/engine-leases';
import { openLiveRow } from '@/lib/db/live-sessions';
import type { Bus } from '@/lib/live/bus';
import { askTopic, boardTopic } from '@/lib/live/topics';

export type FakeEngine = {
  /** Sends a snapshot with the board's seq. */
  snapshot(): string;
  /** Sends the next update, in which every car has a new place. */
  update(change?: Partial<UpdateFrame>): string;
  /** Counts a frame that nobody gets. */
  lose(): void;
  seq(): number;
  /** How often somebody has asked for a snapshot. */
  asked(): number;
  /** Whether it answers. */
  answering: boolean;
  stop(): void;
};

export function boardRowOf(entryId: number, laps = 0): BoardRow {
  return {
    entry_id: entryId,
    device_id: 100 + entryId,
    number: String(entryId),
    driver: null,
    car: null,
    car_class: null,
    label: `#${entryId}`,
    position: entryId,
    state: 'track',
    laps,
    lap_started_ms: null,
    last: null,
    best: null,
    gap: null,
    interval: null,
    sectors: [],
    minis: '',
    delta_best_ms: null,
    delta_session_ms: null,
    predicted_ms: null,
    stint: { number: 1, laps: 0 },
    pit_stops: 0,
    speed_mps: null,
    lap_part: null,
    fix_at_ms: null,
    corrected: 0,
  };
}

/** Opens a stored session live under a lease of the tests' own, so that no engine of the product times it. */
export async function openUntimed(db: Db, sessionId: number, delayS = 0): Promise<void> {
  await inTransaction(db, async (tx) => {
    await openLiveRow(tx, sessionId, { openedBy: 'hand', delayS, lapsTarget: null, durationTargetMs: null });
    await holdSessions(tx, 'the tests', 3_600);
  });
}

/** An engine as far as its frames go: it answers who asks for a snapshot and sends an update when it is told to. */
export function fakeEngine(bus: Bus, sessionId: number, entries = 2): FakeEngine {
  let seq = 0;
  let asked = 0;
  const rows = Array.from({ length: entries }, (_, at) => boardRowOf(at + 1));
  const times = () => ({ at_ms: Date.now(), clock_ms: Date.now(), lag_ms: 10 });
  const session: SnapshotFrame['session'] = {
    session_id: sessionId,
    name: 'A race',
    kind: 'race',
    track: null,
    status: 'green',
    order: 'race',
    started_at_ms: 0,
    green_at_ms: null,
    chequered_at_ms: null,
    laps_target: null,
    duration_target_ms: null,
    leader_laps: 0,
    best: null,
    best_sectors_ms: [],
    simulated: true,
    closed: false,
  };
  const cars = (): CarFix[] => rows.map(({ entry_id }) => [entry_id, seq, seq, entry_id, null, null]);
  const engine: FakeEngine = {
    answering: true,
    snapshot() {
      const whole: SnapshotFrame = {
        type: 'snapshot',
        seq,
        ...times(),
        delay_s: 0,
        session: { ...session },
        rows,
        cars: cars(),
        marks: [],
      };
      return bus.publish(boardTopic(sessionId), whole);
    },
    update(change = {}) {
      seq += 1;
      Object.assign(session, change.session);
      const update: UpdateFrame = { type: 'update', seq, ...times(), cars: cars(), ...change };
      return bus.publish(boardTopic(sessionId), update);
    },
    lose() {
      seq += 1;
    },
    seq: () => seq,
    asked: () => asked,
    stop: bus.subscribe(askTopic(sessionId), () => {
      asked += 1;
      if (engine.answering) engine.snapshot();
    }),
  };
  return engine;
}
