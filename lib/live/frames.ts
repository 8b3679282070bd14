import type {
  BoardGap,
  BoardLap,
  BoardRow,
  BoardSession,
  CarFix,
  Mark,
  UpdateFrame,
} from '@/lib/contracts/live';
import type { Board, BoardLine, ColouredLap, Gap } from '@/lib/timing/live/types';

/** Who an entry is: what of its row does not come from its fixes. */
export type EntryInfo = Pick<
  BoardRow,
  'entry_id' | 'device_id' | 'number' | 'driver' | 'car' | 'car_class' | 'label' | 'corrected'
>;

/** What a frame shows. */
export type FrameContent = {
  session: BoardSession;
  /** In the order of the board. */
  rows: readonly BoardRow[];
  cars: readonly CarFix[];
  marks: readonly Mark[];
};

/** What of an update frame differs; a field that is absent did not change. */
export type FrameChanges = Pick<UpdateFrame, 'session' | 'rows' | 'order' | 'cars' | 'marks'>;

type RowChange = Partial<BoardRow> & Pick<BoardRow, 'entry_id'>;

const rounded = (value: number, perUnit: number) => Math.round(value * perUnit) / perUnit;
const roundedOrNull = (value: number | null, perUnit: number) =>
  value === null ? null : rounded(value, perUnit);
/** Milliseconds to the microsecond. */
const exactMs = (ms: number | null) => roundedOrNull(ms, 1000);
/** A delta is an estimate: whole milliseconds say all of it. */
const wholeMs = (ms: number | null) => roundedOrNull(ms, 1);

/** The rows of a board, in its order. */
export function rowsOf(board: Board<EntryInfo>): BoardRow[] {
  return board.lines.map(rowOf);
}

/** What the head of the board takes from its rows. */
export function figuresOf(
  board: Board<EntryInfo>,
): Pick<BoardSession, 'leader_laps' | 'best' | 'best_sectors_ms'> {
  const { best } = board;
  return {
    leader_laps: board.leaderLaps,
    best: best && {
      entry_id: best.info.entry_id,
      time_ms: rounded(best.lap.timeMs, 1000),
      lap: best.lap.number,
    },
    best_sectors_ms: board.bestSectorsMs.map(exactMs),
  };
}

/** The cars on the map: every entry that has sent a fix. */
export function carsOf(board: Board<EntryInfo>): CarFix[] {
  return board.lines.flatMap(({ info, view }): CarFix[] => {
    const fix = view.lastFix;
    if (!fix) return [];
    const { timeMs, x, y, speedMps, courseDeg } = fix;
    return [
      [
        info.entry_id,
        rounded(timeMs, 1000),
        rounded(x, 1e7),
        rounded(y, 1e7),
        roundedOrNull(speedMps, 100),
        roundedOrNull(courseDeg, 10),
      ],
    ];
  });
}

function rowOf(line: BoardLine<EntryInfo>): BoardRow {
  const { info, view } = line;
  const { stint, lastFix } = view;
  return {
    entry_id: info.entry_id,
    device_id: info.device_id,
    number: info.number,
    driver: info.driver,
    car: info.car,
    car_class: info.car_class,
    label: info.label,
    position: line.position,
    state: line.state,
    laps: line.laps,
    lap_started_ms: exactMs(line.lapStartedMs),
    last: lapOf(line.last),
    best: lapOf(line.best),
    gap: gapOf(line.gap),
    interval: gapOf(line.interval),
    sectors: line.sectors.map(({ timeMs, colour, old }) => ({ time_ms: exactMs(timeMs), colour, old })),
    minis: line.minis,
    delta_best_ms: wholeMs(line.deltaBestMs),
    delta_session_ms: wholeMs(line.deltaSessionMs),
    predicted_ms: wholeMs(line.predictedMs),
    stint: { number: stint.number, laps: stint.laps },
    pit_stops: view.pitStops,
    speed_mps: roundedOrNull(lastFix?.speedMps ?? null, 100),
    lap_part: roundedOrNull(line.lapPart, 10_000),
    fix_at_ms: exactMs(lastFix?.timeMs ?? null),
    corrected: info.corrected,
  };
}

function lapOf(coloured: ColouredLap | null): BoardLap | null {
  if (!coloured) return null;
  const { lap, colour } = coloured;
  return {
    number: lap.number,
    time_ms: rounded(lap.timeMs, 1000),
    class: lap.class,
    reason: lap.reason,
    uncertainty_ms: exactMs(lap.uncertaintyMs),
    estimated: lap.estimated,
    colour,
  };
}

const gapOf = (gap: Gap | null): BoardGap | null => gap && { ms: exactMs(gap.ms), laps: gap.laps };

/** What changed from one frame to the next; every field is absent when nothing did. */
export function diffFrames(before: FrameContent, after: FrameContent): FrameChanges {
  const changes: FrameChanges = {};
  const session = changedFields(before.session, after.session);
  if (session) changes.session = session;
  const rows = changedRows(before.rows, after.rows);
  if (rows.length > 0) changes.rows = rows;
  if (!sameOrder(before.rows, after.rows)) changes.order = after.rows.map((row) => row.entry_id);
  const cars = changedOnes(before.cars, after.cars, ([entry]) => entry);
  if (cars.length > 0) changes.cars = cars;
  const marks = changedOnes(before.marks, after.marks, ({ id }) => id);
  if (marks.length > 0) changes.marks = marks;
  return changes;
}

function changedRows(before: readonly BoardRow[], after: readonly BoardRow[]): RowChange[] {
  const known = new Map(before.map((row) => [row.entry_id, row]));
  const changes: RowChange[] = [];
  for (const row of after) {
    const last = known.get(row.entry_id);
    if (!last) changes.push(row);
    else if (last !== row) {
      const fields = changedFields(last, row);
      if (fields) changes.push({ ...fields, entry_id: row.entry_id });
    }
  }
  return changes;
}

/** The fields whose values differ; null when none does. Both have the same fields. */
function changedFields<T extends object>(before: T, after: T): Partial<T> | null {
  let changes: Partial<T> | null = null;
  for (const field in after) {
    if (isSame(before[field], after[field])) continue;
    changes ??= {};
    changes[field] = after[field];
  }
  return changes;
}

function changedOnes<T extends Mark | CarFix>(
  before: readonly T[],
  after: readonly T[],
  idOf: (one: T) => number,
): T[] {
  const known = new Map(before.map((one) => [idOf(one), one]));
  return after.filter((one) => !isSame(known.get(idOf(one)), one));
}

function sameOrder(before: readonly BoardRow[], after: readonly BoardRow[]): boolean {
  return before.length === after.length && before.every((row, i) => row.entry_id === after[i]?.entry_id);
}

/** Whether two values of a frame (plain data of the same shape) are equal. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  for (const field in a) if (!isSame(a[field], b[field])) return false;
  return true;
}

/** Arrays too: their fields are their indices. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
