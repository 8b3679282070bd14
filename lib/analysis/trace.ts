import { ClockWatch } from '@/lib/timing/clock-watch';
import type { Place } from '@/lib/timing/crossing';
import { DEFAULT_SPEED_LIMIT_MPS, FixFilter } from '@/lib/timing/fix-filter';
import { Motion } from '@/lib/timing/motion';
import { fixAt, pickRows, pickValues } from '@/lib/timing/normalise';
import { planeOf } from '@/lib/timing/plane';
import type { Channel, FixColumns } from '@/lib/timing/types';

/** One column of a trace; `scale` steps per unit are kept when it is stored. NaN = no value. */
export type TraceColumn = { name: string; unit: string; scale: number; values: Float64Array };

/**
 * What one lap recorded: every fix of it, with a sample interpolated exactly at each end. The first columns are
 * always time_ms (from the lap's start), distance_m, x, y and speed_mps; the recording's channels follow.
 */
export type Trace = { samples: number; columns: TraceColumn[] };

/** Five significant digits of a channel's range are kept. */
const DIGITS = 5;
/** Fixes read on both sides of a window, enough to tell an outlier at its edge. */
const AROUND = 8;
/** Differences of whole values up to this are exact. */
const GREATEST = 1e15;

/** First index whose time is above `timeMs` (fixes rise in time). */
function firstAfter(times: Float64Array, count: number, timeMs: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where each sample lies among the fixes: a whole index is a fix, a fraction lies between two. */
function samplePlaces(fixes: FixColumns, startMs: number, endMs: number): Float64Array {
  const { timeMs, count } = fixes;
  const at = (index: number) => timeMs[index] ?? Number.NaN;
  const placeOfInstant = (instantMs: number): number => {
    const after = firstAfter(timeMs, count, instantMs);
    if (after === 0) return 0;
    if (after === count) return count - 1;
    return after - 1 + (instantMs - at(after - 1)) / (at(after) - at(after - 1));
  };
  const first = placeOfInstant(startMs);
  const last = placeOfInstant(endMs);
  if (count === 0 || endMs < at(0) || startMs > at(count - 1)) return new Float64Array(0);
  const inner: number[] = [];
  for (let i = Math.floor(first) + 1; i < last; i++) inner.push(i);
  return Float64Array.from(last > first ? [first, ...inner, last] : [first]);
}

/** Values at fractional places by linear interpolation; an unknown neighbour leaves the known one. */
function valuesAt(values: Float64Array, places: Float64Array): Float64Array {
  const result = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    const index = Math.floor(place);
    const from = values[index] ?? Number.NaN;
    const part = place - index;
    const to = values[index + 1] ?? Number.NaN;
    result[i] = part === 0 || Number.isNaN(to) ? from : Number.isNaN(from) ? to : from + (to - from) * part;
  }
  return result;
}

/** Longitudes on both sides of the antimeridian must not be averaged across the Earth. */
function unwrapped(fixes: FixColumns): Float64Array {
  if (fixes.frame === 'planar') return fixes.x;
  let turns = 0;
  return fixes.x.map((x, i) => {
    const step = x - (fixes.x[i - 1] ?? x);
    if (step > 180) turns -= 360;
    else if (step < -180) turns += 360;
    return x + turns;
  });
}

/**
 * The rows of a window, with some before and after, that the detector would take too: raw fixes are kept as they
 * came, but one that lies kilometres off is no place of this lap. `jumps`: places among these rows to which the
 * car was put without driving there.
 */
function rowsAround(fixes: FixColumns, startMs: number, endMs: number) {
  const { timeMs, count, frame } = fixes;
  const from = Math.max(0, firstAfter(timeMs, count, startMs) - AROUND);
  const to = Math.min(count, firstAfter(timeMs, count, endMs) + AROUND);
  const plane = planeOf(frame, { x: fixes.x[from] ?? 0, y: fixes.y[from] ?? 0 });
  const filter = new FixFilter(frame, { speedLimitMps: frame === 'wgs84' ? DEFAULT_SPEED_LIMIT_MPS : null });
  const rows: number[] = [];
  const jumps = new Set<number>();
  for (let row = from; row < to; row++) {
    const fix = fixAt(fixes, row);
    const verdict = filter.judge(fix, plane.xM(fix.x), plane.yM(fix.y));
    if (verdict === 'new-segment') jumps.add(rows.length);
    if (verdict !== 'refused') rows.push(row);
  }
  return { indices: Int32Array.from(rows), jumps };
}

/** What a trace can keep of a channel's value; sentinels beyond that are no measurement. */
const kept = (value: number) => (Math.abs(value) <= GREATEST ? value : Number.NaN);

function scaleOf(values: Float64Array): number {
  let greatest = 0;
  for (const value of values) if (Math.abs(value) > greatest) greatest = Math.abs(value);
  if (greatest === 0) return 1;
  return 10 ** Math.max(0, DIGITS - Math.ceil(Math.log10(greatest)));
}

function drivenM(
  frame: FixColumns['frame'],
  timeMs: Float64Array,
  x: Float64Array,
  y: Float64Array,
  speedMps: Float64Array,
  isJump: (sample: number) => boolean,
) {
  const motion = new Motion(frame);
  const plane = planeOf(frame, {
    x: frame === 'planar' ? 0 : (x[0] ?? 0),
    y: frame === 'planar' ? 0 : (y[0] ?? 0),
  });
  const clock = new ClockWatch();
  for (let i = 1; i < timeMs.length; i++) clock.see((timeMs[i] ?? 0) - (timeMs[i - 1] ?? 0), timeMs[i] ?? 0);
  let last: Place | null = null;
  return Float64Array.from(timeMs, (time, i) => {
    const place: Place = {
      timeMs: time,
      x: plane.xM(x[i] ?? 0),
      y: plane.yM(y[i] ?? 0),
      speedMps: speedMps[i] ?? Number.NaN,
      courseDeg: Number.NaN,
      accuracyM: Number.NaN,
    };
    if (last && !isJump(i)) motion.step(last, place, clock.isGap(time - last.timeMs));
    else motion.begin(place);
    last = place;
    return motion.odometerM;
  });
}

/** Speed from the way between neighbours, for recordings without one. */
function speedOfWay(timeMs: Float64Array, distanceM: Float64Array): Float64Array {
  const last = timeMs.length - 1;
  return timeMs.map((_, i) => {
    const [from, to] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    const seconds = ((timeMs[to] ?? 0) - (timeMs[from] ?? 0)) / 1000;
    return seconds > 0 ? ((distanceM[to] ?? 0) - (distanceM[from] ?? 0)) / seconds : 0;
  });
}

/**
 * The trace of one lap (or any window) of a device. Fixes must rise in time; channels have one value per fix.
 * An empty trace (samples 0) when the window lies before or after all fixes.
 */
export function traceOfLap(
  fixes: FixColumns,
  channels: readonly Channel[],
  lap: { startMs: number; endMs: number },
): Trace {
  const { indices, jumps } = rowsAround(fixes, lap.startMs, lap.endMs);
  const rows = pickRows(fixes, indices);
  const places = samplePlaces(rows, lap.startMs, lap.endMs);
  if (places.length === 0) return { samples: 0, columns: [] };
  const timeMs = valuesAt(rows.timeMs, places);
  const x = valuesAt(unwrapped(rows), places);
  const y = valuesAt(rows.y, places);
  const knownMps = valuesAt(rows.speedMps, places);
  const distanceM = drivenM(fixes.frame, timeMs, x, y, knownMps, (i) => jumps.has(places[i] ?? 0));
  const derivedMps = knownMps.some(Number.isNaN) ? speedOfWay(timeMs, distanceM) : knownMps;
  const speedMps = knownMps.map((speed, i) => (Number.isNaN(speed) ? (derivedMps[i] ?? 0) : speed));
  const placeScale = fixes.frame === 'wgs84' ? 1e7 : 1000;
  const placeUnit = fixes.frame === 'wgs84' ? 'deg' : 'm';
  const own = channels.map(({ name, unit, values }) => {
    const picked = valuesAt(pickValues(values, indices).map(kept), places);
    return { name, unit, scale: scaleOf(picked), values: picked };
  });
  return {
    samples: places.length,
    columns: [
      { name: 'time_ms', unit: 'ms', scale: 1000, values: timeMs.map((time) => time - lap.startMs) },
      { name: 'distance_m', unit: 'm', scale: 100, values: distanceM },
      { name: 'x', unit: placeUnit, scale: placeScale, values: x },
      { name: 'y', unit: placeUnit, scale: placeScale, values: y },
      { name: 'speed_mps', unit: 'm/s', scale: 100, values: speedMps },
      ...own,
    ],
  };
}

export function columnOf(trace: Trace, name: string): Float64Array | null {
  return trace.columns.find((column) => column.name === name)?.values ?? null;
}

/** Highest and lowest speed of a trace in m/s; null without samples. */
export function topAndMinSpeed(trace: Trace): { topMps: number; minMps: number } | null {
  const speeds = columnOf(trace, 'speed_mps');
  if (!speeds || speeds.length === 0) return null;
  let [topMps, minMps] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const speed of speeds) {
    if (speed > topMps) topMps = speed;
    if (speed < minMps) minMps = speed;
  }
  return { topMps, minMps };
}

/** The trace at every `stepM` of driven distance (and at its end), linear between samples. */
export function resampleTrace(trace: Trace, stepM: number): Trace {
  const distanceM = columnOf(trace, 'distance_m');
  if (!distanceM || trace.samples < 2) return trace;
  const lengthM = distanceM[trace.samples - 1] ?? 0;
  const grid = Float64Array.from({ length: Math.floor(lengthM / stepM) + 1 }, (_, i) => i * stepM);
  const ends = (grid[grid.length - 1] ?? 0) < lengthM ? Float64Array.from([...grid, lengthM]) : grid;
  let index = 0;
  const places = ends.map((target) => {
    while (index < trace.samples - 2 && (distanceM[index + 1] ?? 0) <= target) index++;
    const [low, high] = [distanceM[index] ?? 0, distanceM[index + 1] ?? 0];
    if (target >= lengthM) return trace.samples - 1;
    return high > low ? index + Math.min(1, (target - low) / (high - low)) : index;
  });
  const columns = trace.columns.map((column) => ({ ...column, values: valuesAt(column.values, places) }));
  return { samples: ends.length, columns };
}
