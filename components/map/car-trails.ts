import type { CarFix } from '@/lib/contracts/live';
import type { Frame } from '@/lib/timing/types';
import { type LngLat, lngLat } from './projection';

/**
 * Cars between their fixes: each drives along its own fixes, one interval late, so that it never has to guess. Times
 * of fixes are the cars' own; `nowMs` is any clock that only runs forward.
 */

/** Where a car is shown, and the way it came; places in the map's own square: 0 to 1, from north-west. */
export type ShownCar = {
  entryId: number;
  x: number;
  y: number;
  /** The last seconds as x, y, x, y, …, oldest first, up to the car. */
  trail: number[];
};

type Way = {
  timesMs: number[];
  xs: number[];
  ys: number[];
  arrivedMs: number;
  /** Running mean of the time between two fixes. */
  everyMs: number;
  shownMs: number;
};

const TRAIL_MS = 10_000;
/** After a longer silence, or a step back in time, a car begins anew where it is. */
const LONGEST_GAP_MS = 10_000;
/** A car is held back by at most so much, however seldom it sends. */
const LONGEST_HOLD_MS = 2_500;

export type CarTrails = {
  take(cars: readonly CarFix[], nowMs: number): void;
  shown(nowMs: number): ShownCar[];
  /** Where the car was last heard of, as longitude and latitude. */
  newest(entryId: number): LngLat | null;
};

export function createCarTrails(frame: Frame): CarTrails {
  const ways = new Map<number, Way>();
  return {
    take(cars, nowMs) {
      const present = new Set(cars.map(([entryId]) => entryId));
      for (const entryId of ways.keys()) if (!present.has(entryId)) ways.delete(entryId);
      for (const [entryId, timeMs, x, y] of cars) {
        const place = squarePlace(lngLat(frame, { x, y }));
        ways.set(entryId, extended(ways.get(entryId), timeMs, place, nowMs));
      }
    },
    shown: (nowMs) => [...ways].map(([entryId, way]) => shownCar(entryId, way, nowMs)),
    newest(entryId) {
      const way = ways.get(entryId);
      return way ? lngLatOf(way.xs.at(-1) ?? 0.5, way.ys.at(-1) ?? 0.5) : null;
    },
  };
}

function extended(way: Way | undefined, timeMs: number, [x, y]: LngLat, nowMs: number): Way {
  const lastMs = way?.timesMs.at(-1);
  if (!way || lastMs === undefined || timeMs < lastMs || timeMs - lastMs > LONGEST_GAP_MS)
    return { timesMs: [timeMs], xs: [x], ys: [y], arrivedMs: nowMs, everyMs: 200, shownMs: timeMs };
  if (timeMs === lastMs) return way;
  way.timesMs.push(timeMs);
  way.xs.push(x);
  way.ys.push(y);
  way.everyMs += (timeMs - lastMs - way.everyMs) * 0.2;
  way.arrivedMs = nowMs;
  let old = 0;
  while ((way.timesMs[old] ?? timeMs) < timeMs - TRAIL_MS - LONGEST_HOLD_MS) old += 1;
  if (old > 50) for (const list of [way.timesMs, way.xs, way.ys]) list.splice(0, old);
  return way;
}

function shownCar(entryId: number, way: Way, nowMs: number): ShownCar {
  const { timesMs, xs, ys } = way;
  const last = timesMs.length - 1;
  const newestMs = timesMs[last] ?? 0;
  const holdMs = Math.min(LONGEST_HOLD_MS, way.everyMs * 1.2);
  const atMs = Math.min(newestMs, Math.max(way.shownMs, newestMs + (nowMs - way.arrivedMs) - holdMs));
  way.shownMs = atMs;
  let index = last;
  while (index > 0 && (timesMs[index] ?? 0) > atMs) index -= 1;
  const next = Math.min(index + 1, last);
  const fromMs = timesMs[index] ?? 0;
  const spanMs = (timesMs[next] ?? 0) - fromMs;
  const part = spanMs > 0 ? Math.min(1, Math.max(0, (atMs - fromMs) / spanMs)) : 0;
  const between = (list: number[]) => {
    const from = list[index] ?? 0.5;
    return from + ((list[next] ?? from) - from) * part;
  };
  const x = between(xs);
  const y = between(ys);
  const trail: number[] = [];
  for (let point = 0; point <= index; point += 1)
    if ((timesMs[point] ?? 0) >= atMs - TRAIL_MS) trail.push(xs[point] ?? x, ys[point] ?? y);
  trail.push(x, y);
  return { entryId, x, y, trail };
}

/** Longitude and latitude in the square that web maps are drawn on. */
export function squarePlace([lng, lat]: LngLat): LngLat {
  const sine = Math.sin((Math.min(85, Math.max(-85, lat)) * Math.PI) / 180);
  return [lng / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

function lngLatOf(x: number, y: number): LngLat {
  return [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
}

/** Metres have no degrees: cars that lie outside of any stand on plain ground. */
export function frameOfCars(cars: readonly CarFix[]): Frame {
  return cars.some(([, , x, y]) => Math.abs(x) > 180 || Math.abs(y) > 90) ? 'planar' : 'wgs84';
}
