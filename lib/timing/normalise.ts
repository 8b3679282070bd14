import type { Fix, FixColumns, Frame, RejectedCounts } from './types';

/** A clock further ahead than this of the row that follows it was a slip of that one row. */
const CLOCK_SLIP_MS = 60_000;

/** Nothing recorded earlier than this or later than the year 2255 is a time of ours (µs must stay exact). */
const LATEST_MS = 2 ** 53 / 1000;

/** Faster than any car: receivers write such a speed (65535 hundredths) for one they do not know. */
const SENTINEL_MPS = 600;
/** Metres from a plane's origin; within it every sum of ways is exact enough. */
const FARTHEST_M = 1e9;

/** To whole microseconds. */
export const quantiseTime = (timeMs: number) => Math.round(timeMs * 1000) / 1000;

/** As a 32-bit float; what is too great for one is not known. */
function single(value: number): number {
  const stored = Math.fround(value);
  return Number.isFinite(stored) ? stored : Number.NaN;
}

/** Quantises a fix to what is stored: time to whole microseconds, everything but the place to 32-bit floats. */
export function normaliseFix(fix: Fix): Fix {
  return {
    timeMs: quantiseTime(fix.timeMs),
    x: fix.x,
    y: fix.y,
    speedMps: fix.speedMps >= 0 && fix.speedMps < SENTINEL_MPS ? single(fix.speedMps) : Number.NaN,
    courseDeg: single(fix.courseDeg),
    altitudeM: single(fix.altitudeM),
    accuracyM: fix.accuracyM >= 0 ? single(fix.accuracyM) : Number.NaN,
  };
}

/** Why a place or time can never be used, or null. `null_island` is what receivers say without a position. */
export function faultOfPlace(frame: Frame, timeMs: number, x: number, y: number): string | null {
  if (!(Number.isFinite(timeMs) && Number.isFinite(x) && Number.isFinite(y))) return 'not_finite';
  if (timeMs < 0 || timeMs > LATEST_MS) return 'out_of_range';
  if (frame === 'planar') return Math.abs(x) > FARTHEST_M || Math.abs(y) > FARTHEST_M ? 'out_of_range' : null;
  if (x === 0 && y === 0) return 'null_island';
  return Math.abs(y) > 90 || Math.abs(x) > 180 ? 'out_of_range' : null;
}

export function emptyColumns(frame: Frame, count: number): FixColumns {
  const column = () => new Float64Array(count);
  return {
    frame,
    count,
    timeMs: column(),
    x: column(),
    y: column(),
    speedMps: column(),
    courseDeg: column(),
    altitudeM: column(),
    accuracyM: column(),
  };
}

export function fixAt(columns: FixColumns, index: number): Fix {
  const at = (column: Float64Array) => column[index] ?? Number.NaN;
  return {
    timeMs: at(columns.timeMs),
    x: at(columns.x),
    y: at(columns.y),
    speedMps: at(columns.speedMps),
    courseDeg: at(columns.courseDeg),
    altitudeM: at(columns.altitudeM),
    accuracyM: at(columns.accuracyM),
  };
}

/** Calls `take` with every row in turn; the fix object is the same each time, its values change. */
export function eachFix(columns: FixColumns, take: (fix: Fix) => void): void {
  const fix: Fix = { timeMs: 0, x: 0, y: 0, speedMps: 0, courseDeg: 0, altitudeM: 0, accuracyM: 0 };
  for (let i = 0; i < columns.count; i++) {
    fix.timeMs = columns.timeMs[i] ?? Number.NaN;
    fix.x = columns.x[i] ?? Number.NaN;
    fix.y = columns.y[i] ?? Number.NaN;
    fix.speedMps = columns.speedMps[i] ?? Number.NaN;
    fix.courseDeg = columns.courseDeg[i] ?? Number.NaN;
    fix.altitudeM = columns.altitudeM[i] ?? Number.NaN;
    fix.accuracyM = columns.accuracyM[i] ?? Number.NaN;
    take(fix);
  }
}

export function setFix(columns: FixColumns, index: number, fix: Fix): void {
  columns.timeMs[index] = fix.timeMs;
  columns.x[index] = fix.x;
  columns.y[index] = fix.y;
  columns.speedMps[index] = fix.speedMps;
  columns.courseDeg[index] = fix.courseDeg;
  columns.altitudeM[index] = fix.altitudeM;
  columns.accuracyM[index] = fix.accuracyM;
}

/** The values at `indices`, in that order. A plain loop: Float64Array.from with a function is many times slower. */
export function pickValues(values: Float64Array, indices: Int32Array): Float64Array {
  const picked = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i] ?? 0] ?? Number.NaN;
  return picked;
}

/** The rows of `columns` named by `indices`, in that order. */
export function pickRows(columns: FixColumns, indices: Int32Array): FixColumns {
  const pick = (column: Float64Array) => pickValues(column, indices);
  return {
    frame: columns.frame,
    count: indices.length,
    timeMs: pick(columns.timeMs),
    x: pick(columns.x),
    y: pick(columns.y),
    speedMps: pick(columns.speedMps),
    courseDeg: pick(columns.courseDeg),
    altitudeM: pick(columns.altitudeM),
    accuracyM: pick(columns.accuracyM),
  };
}

/**
 * At row `at` the clock steps far back. How many of the rows kept last stand in the way of the times that follow,
 * when these are more: then it was the earlier clock that was wrong. Else 0.
 */
function rowsOfWrongClock(timeMs: Float64Array, at: number, kept: Int32Array, count: number): number {
  const time = (row: number) => timeMs[row] ?? Number.NaN;
  const firstMs = time(at);
  const lastMs = time(kept[count - 1] ?? 0);
  let refused = 0;
  for (let row = at, before = firstMs; row < timeMs.length; row++) {
    if (time(row) > lastMs || before - time(row) > CLOCK_SLIP_MS) break;
    if (time(row) >= 0) before = time(row);
    refused++;
  }
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time(kept[middle] ?? 0) >= firstMs) high = middle;
    else low = middle + 1;
  }
  return refused > count - low ? count - low : 0;
}

/**
 * Quantises a recording and leaves out the rows that cannot be stored or come at or before the time of the row
 * kept last. Laps found on the result and on the same rows read back from the database are equal to the bit.
 * `kept` holds the indices of the rows that stayed; `rejected` counts the others by reason.
 */
export function normaliseColumns(columns: FixColumns): {
  fixes: FixColumns;
  kept: Int32Array;
  rejected: RejectedCounts;
} {
  const kept = new Int32Array(columns.count);
  const rejected: RejectedCounts = {};
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let beforeMs = lastMs;
  for (let i = 0; i < columns.count; i++) {
    const timeMs = quantiseTime(columns.timeMs[i] ?? Number.NaN);
    if (beforeMs - timeMs > CLOCK_SLIP_MS) {
      const wrong = rowsOfWrongClock(columns.timeMs, i, kept, count);
      if (wrong > 0) {
        count -= wrong;
        rejected.clock_slip = (rejected.clock_slip ?? 0) + wrong;
        lastMs =
          count > 0
            ? quantiseTime(columns.timeMs[kept[count - 1] ?? 0] ?? Number.NaN)
            : Number.NEGATIVE_INFINITY;
      }
    }
    if (timeMs >= 0) beforeMs = timeMs;
    const nextMs = columns.timeMs[i + 1] ?? Number.NaN;
    const fault =
      faultOfPlace(columns.frame, timeMs, columns.x[i] ?? Number.NaN, columns.y[i] ?? Number.NaN) ??
      (timeMs === lastMs ? 'duplicate' : timeMs < lastMs ? 'backwards' : null) ??
      (timeMs - nextMs > CLOCK_SLIP_MS && nextMs > lastMs ? 'clock_slip' : null);
    if (fault) {
      rejected[fault] = (rejected[fault] ?? 0) + 1;
    } else {
      kept[count++] = i;
      lastMs = timeMs;
    }
  }
  const rows = kept.slice(0, count);
  const fixes = pickRows(columns, rows);
  for (let i = 0; i < count; i++) setFix(fixes, i, normaliseFix(fixAt(fixes, i)));
  // Some exporters fill a speed they do not know with 0: a car that moves but never has a speed has none.
  if (isSpeedDead(fixes)) fixes.speedMps.fill(Number.NaN);
  return { fixes, kept: rows, rejected };
}

function isSpeedDead(fixes: FixColumns): boolean {
  const moves = fixes.x.some((x, i) => x !== fixes.x[0] || fixes.y[i] !== fixes.y[0]);
  return moves && fixes.speedMps.every((speed) => speed === 0);
}
