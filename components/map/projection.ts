import type { Frame, Point } from '@/lib/timing/types';

/** Metres of one degree on the sphere that web maps draw (radius 6378137 m). */
const METRES_PER_DEGREE = 111_319.49;

export type LngLat = [number, number];
export type Box = [LngLat, LngLat];

/** A point of a frame as the map wants it; planar metres are laid around 0, 0. */
export function lngLat(frame: Frame, { x, y }: Point): LngLat {
  return frame === 'planar' ? [x / METRES_PER_DEGREE, y / METRES_PER_DEGREE] : [x, y];
}

/** The box around points, null without any. Longitudes are taken as they are: no track lies across 180°. */
export function boxOf(points: readonly LngLat[]): Box | null {
  const [first] = points;
  if (!first) return null;
  const low: LngLat = [...first];
  const high: LngLat = [...first];
  for (const [x, y] of points) {
    low[0] = Math.min(low[0], x);
    low[1] = Math.min(low[1], y);
    high[0] = Math.max(high[0], x);
    high[1] = Math.max(high[1], y);
  }
  return [low, high];
}

/** Every nth item so that at most `most` stay; the last one stays always. */
export function thin<Item>(items: readonly Item[], most: number): Item[] {
  const step = Math.ceil(items.length / most);
  if (step <= 1) return [...items];
  return items.filter((_, index) => index % step === 0 || index === items.length - 1);
}
