import type { LapTrace } from '@/lib/contracts/laps';

/** The columns of a trace that every lap has; a value that is not known is NaN. */
export type TraceValues = { distanceM: number[]; x: number[]; y: number[]; speedMps: number[] };

const made = new WeakMap<LapTrace, TraceValues>();

export function traceValues(trace: LapTrace): TraceValues {
  const known = made.get(trace);
  if (known) return known;
  const column = (name: string) => (trace.columns[name] ?? []).map((value) => value ?? Number.NaN);
  const values = {
    distanceM: column('distance_m'),
    x: column('x'),
    y: column('y'),
    speedMps: column('speed_mps'),
  };
  made.set(trace, values);
  return values;
}

/** Where on a rising column a value lies: index of the sample before it and the part of the step after that. */
export function placeOn(rising: readonly number[], value: number): { index: number; part: number } | null {
  const last = rising.length - 1;
  if (last < 1 || value < (rising[0] ?? 0) || value > (rising[last] ?? 0)) return null;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  const from = rising[low] ?? 0;
  const step = (rising[high] ?? 0) - from;
  return { index: low, part: step > 0 ? (value - from) / step : 0 };
}

/** A column's value at a place between two samples. */
export function valueAt(column: readonly number[], place: { index: number; part: number }): number {
  const before = column[place.index] ?? Number.NaN;
  const after = column[place.index + 1] ?? before;
  return before + (after - before) * place.part;
}
