import type { BoardRow, CarFix, LiveFrame, Mark, SnapshotFrame } from './live';

/**
 * The board after a frame: a snapshot replaces everything, an update changes what it names. Rows, cars and marks that
 * a frame does not name stay the same objects. null = the frame does not follow on the state (one was missed, or
 * there was no snapshot yet): ask for a snapshot.
 */
export function applyFrame(state: SnapshotFrame | null, frame: LiveFrame): SnapshotFrame | null {
  if (frame.type === 'snapshot') return frame;
  if (!state || frame.seq !== state.seq + 1) return null;
  return {
    ...state,
    seq: frame.seq,
    at_ms: frame.at_ms,
    clock_ms: frame.clock_ms,
    lag_ms: frame.lag_ms,
    session: frame.session ? { ...state.session, ...frame.session } : state.session,
    rows: frame.rows || frame.order ? rowsAfter(state.rows, frame.rows ?? [], frame.order) : state.rows,
    cars: frame.cars ? carsAfter(state.cars, frame.cars) : state.cars,
    marks: frame.marks ? marksAfter(state.marks, frame.marks) : state.marks,
  };
}

type RowChange = Partial<BoardRow> & Pick<BoardRow, 'entry_id'>;

function rowsAfter(
  rows: readonly BoardRow[],
  changes: readonly RowChange[],
  order: readonly number[] | undefined,
): BoardRow[] {
  const byEntry = new Map(rows.map((row) => [row.entry_id, row]));
  for (const change of changes) {
    const before = byEntry.get(change.entry_id);
    // A new entry comes with all its fields.
    if (before) byEntry.set(change.entry_id, { ...before, ...change });
    else if (isWhole(change)) byEntry.set(change.entry_id, change);
  }
  const ids = order ?? rows.map((row) => row.entry_id);
  return ids.flatMap((id) => byEntry.get(id) ?? []);
}

const isWhole = (row: RowChange): row is BoardRow => row.device_id !== undefined && row.minis !== undefined;

function carsAfter(cars: readonly CarFix[], changes: readonly CarFix[]): CarFix[] {
  const byEntry = new Map(cars.map((car) => [car[0], car]));
  for (const car of changes) byEntry.set(car[0], car);
  return [...byEntry.values()];
}

function marksAfter(marks: readonly Mark[], changes: readonly Mark[]): Mark[] {
  const byId = new Map(marks.map((mark) => [mark.id, mark]));
  for (const mark of changes) byId.set(mark.id, mark);
  return [...byId.values()].sort((a, b) => a.at_ms - b.at_ms || a.id - b.id);
}
