import {
  type BoardLap,
  type BoardRow,
  type BoardSession,
  type CarFix,
  type FollowedFixes,
  type LiveBoardPage,
  type Mark,
  MINI_SECTORS,
  type SnapshotFrame,
  type UpdateFrame,
} from '@/lib/contracts/live';
import type { CheckpointItem, TrackShape } from '@/lib/contracts/tracks';

/**
 * A race that nobody drives, exact at every instant: the frames that a server would send of it, for what shows them.
 * Car i laps in 60 s + 0.4 s × i, so that the order is known and the last ones are lapped.
 */
export type FakeRace = {
  page: LiveBoardPage;
  /** The whole board so many ms after the green flag. */
  snapshot(atMs: number, seq: number): SnapshotFrame;
  /** What changed on the way from one snapshot to another. */
  update(before: SnapshotFrame, after: SnapshotFrame): UpdateFrame;
  follow(entryId: number, fromMs: number, toMs: number): FollowedFixes;
};

export type FakeRaceOptions = {
  cars?: number;
  frame?: 'wgs84' | 'planar';
  withTrack?: boolean;
  order?: BoardSession['order'];
  names?: (index: number) => string;
  states?: (index: number) => BoardRow['state'];
  mine?: boolean;
  delayS?: number;
  sessionId?: number;
  marks?: Mark[];
};

export const GREEN_MS = Date.UTC(2026, 4, 17, 14, 0, 0);
const SECTORS = 3;
const lapMs = (index: number) => 60_000 + 400 * index;

export function fakeRace(options: FakeRaceOptions = {}): FakeRace {
  const { cars = 6, frame = 'wgs84', withTrack = true } = options;
  const track = fakeTrack(frame);
  const session = fakeSession(options, withTrack ? track : null);
  const indexes = Array.from({ length: cars }, (_, index) => index);
  const placeAt = (index: number, atMs: number): CarFix => {
    const { x, y, courseDeg, speedMps } = placeOn(frame, partAt(index, atMs));
    return [index + 1, GREEN_MS + atMs, x, y, speedMps, courseDeg];
  };
  return {
    page: {
      session,
      track: withTrack ? track : null,
      mine: options.mine ?? false,
      delay_s: options.delayS ?? 0,
    },
    snapshot(atMs, seq) {
      const rows = indexes.map((index) => rowAt(index, atMs, withTrack, options)).sort(byRank(options.order));
      const leader = rows[0];
      return {
        type: 'snapshot',
        seq,
        at_ms: GREEN_MS + atMs + 40,
        clock_ms: GREEN_MS + atMs,
        lag_ms: 40,
        delay_s: options.delayS ?? 0,
        session: { ...session, leader_laps: leader?.laps ?? 0 },
        rows: rows.map((row, place) => ranked(row, place, rows, withTrack)),
        cars: indexes.map((index) => placeAt(index, atMs)),
        marks: options.marks ?? [],
      };
    },
    update: changesOf,
    follow(entryId, fromMs, toMs) {
      const fixes: FollowedFixes['fixes'] = [];
      for (let atMs = Math.ceil(fromMs / 50) * 50; atMs < toMs; atMs += 50) {
        const [, timeMs, x, y, speed, course] = placeAt(entryId - 1, atMs);
        const wave = Math.sin(partAt(entryId - 1, atMs) * 40);
        const pedals = {
          throttle: Math.max(0, wave),
          brake: Math.max(0, -wave),
          gear: 3 + Math.round(2 * wave),
        };
        fixes.push([timeMs, x, y, speed, course, 120, { ...pedals, drs: wave > 0.9 }]);
      }
      return { type: 'follow', entry_id: entryId, fixes };
    },
  };
}

const partAt = (index: number, atMs: number) => (atMs / lapMs(index)) % 1;

/** A closed road of about two kilometres with a long and a tight end. */
function placeOn(frame: 'wgs84' | 'planar', part: number) {
  const at = (value: number) => {
    const angle = 2 * Math.PI * value;
    const radiusM = 260 + 90 * Math.cos(2 * angle) + 40 * Math.sin(3 * angle);
    const [eastM, northM] = [radiusM * Math.cos(angle) * 1.3, radiusM * Math.sin(angle)];
    return frame === 'planar'
      ? { x: eastM / 100, y: northM / 100 }
      : { x: 2.26 + eastM / 83_000, y: 41.57 + northM / 111_000 };
  };
  const [here, next] = [at(part), at(part + 0.001)];
  const courseDeg = ((Math.atan2(next.x - here.x, next.y - here.y) * 180) / Math.PI + 360) % 360;
  return { ...here, courseDeg, speedMps: 45 + 20 * Math.cos(4 * Math.PI * part) };
}

function fakeTrack(frame: 'wgs84' | 'planar'): TrackShape {
  const gate = (part: number, number: number, type: 'start' | 'sector'): CheckpointItem => {
    const { x, y } = placeOn(frame, part);
    const middle = frame === 'planar' ? { x: 0, y: 0 } : { x: 2.26, y: 41.57 };
    const across = (factor: number) => ({ x: x + (x - middle.x) * factor, y: y + (y - middle.y) * factor });
    return {
      number,
      name: type === 'start' ? 'Start' : `Sector ${number}`,
      type,
      points: [across(-0.05), across(0.05)],
      previous: null,
      direction: null,
      closes_lap: null,
      length_m: 20,
    };
  };
  return {
    id: 1,
    name: 'Ring of nowhere',
    location: 'Nowhere',
    frame,
    revision: 1,
    length_m: 2000,
    simulated: true,
    checkpoints: [gate(0, 0, 'start'), gate(1 / 3, 1, 'sector'), gate(2 / 3, 2, 'sector')],
    centreline: Array.from({ length: 240 }, (_, index) => {
      const { x, y } = placeOn(frame, index / 240);
      return { x, y };
    }),
  };
}

function fakeSession(options: FakeRaceOptions, track: TrackShape | null): BoardSession {
  const order = options.order ?? 'race';
  return {
    session_id: options.sessionId ?? 1,
    name: 'Ring of nowhere, race 1',
    kind: order,
    track: track && { id: track.id, name: track.name, revision: track.revision },
    status: 'green',
    order,
    started_at_ms: GREEN_MS - 60_000,
    green_at_ms: GREEN_MS,
    chequered_at_ms: null,
    laps_target: order === 'race' ? 20 : null,
    duration_target_ms: null,
    leader_laps: 0,
    best: { entry_id: 1, time_ms: lapMs(0), lap: 1 },
    best_sectors_ms: [20_000, 20_000, 20_000],
    simulated: true,
    closed: false,
  };
}

const DRIVERS = [
  'Ada Ruiz',
  'Bo Lindqvist',
  'Chidi Okafor',
  'Dana Petrova',
  'Emil Sørensen',
  'Fatima Haddad',
];

function rowAt(index: number, atMs: number, withTrack: boolean, options: FakeRaceOptions): BoardRow {
  const laps = withTrack ? Math.floor(atMs / lapMs(index)) : 0;
  const part = partAt(index, atMs);
  const lap: BoardLap | null =
    laps > 0
      ? {
          number: laps,
          time_ms: lapMs(index),
          class: 'complete',
          reason: null,
          uncertainty_ms: 4,
          estimated: false,
          colour: index === 0 ? 'session' : 'personal',
        }
      : null;
  const driven = Math.floor(part * MINI_SECTORS);
  const name = options.names?.(index) ?? DRIVERS[index] ?? `Driver ${index + 1}`;
  return {
    entry_id: index + 1,
    device_id: index + 101,
    number: String(11 + index * 7),
    driver: name,
    car: 'GT86',
    car_class: index % 2 === 0 ? 'GT' : 'Cup',
    label: `${11 + index * 7} ${name}`,
    position: null,
    state: options.states?.(index) ?? 'track',
    laps,
    lap_started_ms: withTrack ? GREEN_MS + laps * lapMs(index) : null,
    last: lap,
    best: lap,
    gap: null,
    interval: null,
    sectors: withTrack
      ? Array.from({ length: SECTORS }, (_, sector) => {
          const isDriven = part > (sector + 1) / SECTORS;
          const colour =
            index === 0 ? ('session' as const) : index < 3 ? ('personal' as const) : ('slower' as const);
          return { time_ms: isDriven || laps > 0 ? lapMs(index) / SECTORS : null, colour, old: !isDriven };
        })
      : [],
    minis: withTrack ? 'bpssp-sspbss'.repeat(2).slice(0, driven).padEnd(MINI_SECTORS, '.') : '',
    delta_best_ms: laps > 0 ? Math.round(300 * Math.sin(part * 9 + index)) : null,
    delta_session_ms: null,
    predicted_ms: laps > 0 ? lapMs(index) + Math.round(300 * Math.sin(part * 9 + index)) : null,
    stint: { number: 1, laps },
    pit_stops: 0,
    speed_mps: placeOn('planar', part).speedMps,
    lap_part: withTrack ? part : null,
    fix_at_ms: GREEN_MS + atMs,
    corrected: 0,
  };
}

const driven = (row: BoardRow) => row.laps + (row.lap_part ?? 0);

const byRank = (order: BoardSession['order'] = 'race') =>
  order === 'race'
    ? (a: BoardRow, b: BoardRow) => driven(b) - driven(a)
    : (a: BoardRow, b: BoardRow) => (a.best?.time_ms ?? 1e9) - (b.best?.time_ms ?? 1e9);

function ranked(row: BoardRow, place: number, rows: readonly BoardRow[], withTrack: boolean): BoardRow {
  const behind = (ahead: BoardRow | undefined) => {
    if (!withTrack || !ahead || ahead === row) return null;
    const laps = Math.floor(driven(ahead) - driven(row));
    return laps > 0
      ? { ms: null, laps }
      : { ms: Math.round((driven(ahead) - driven(row)) * 60_000), laps: null };
  };
  return {
    ...row,
    position: withTrack ? place + 1 : null,
    gap: behind(rows[0]),
    interval: behind(rows[place - 1]),
  };
}

function changesOf(before: SnapshotFrame, after: SnapshotFrame): UpdateFrame {
  const known = new Map(before.rows.map((row) => [row.entry_id, JSON.stringify(row)]));
  const ids = (frame: SnapshotFrame) => frame.rows.map((row) => row.entry_id);
  const rows = after.rows.filter((row) => known.get(row.entry_id) !== JSON.stringify(row));
  return {
    type: 'update',
    seq: after.seq,
    at_ms: after.at_ms,
    clock_ms: after.clock_ms,
    lag_ms: after.lag_ms,
    session: after.session,
    cars: after.cars,
    ...(rows.length > 0 && { rows }),
    ...(ids(before).join() !== ids(after).join() && { order: ids(after) }),
  };
}
