import type { Place } from './robot-store';

/** What of the plane is seen: metres in the middle, and pixels for a metre. */
export type View = { x: number; y: number; pixelsPerM: number };
export type Size = { width: number; height: number };

const MARGIN = 0.12;
/** A robot that has not moved is not magnified beyond this. */
const SMALLEST_SPAN_M = 2;

/** The view that shows all places, both ways on one scale. */
export function fitView(places: Iterable<Place>, { width, height }: Size): View {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [, x, y] of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  if (left > right) return { x: 0, y: 0, pixelsPerM: Math.min(width, height) / 10 };
  const spanX = Math.max(right - left, SMALLEST_SPAN_M);
  const spanY = Math.max(high - low, SMALLEST_SPAN_M);
  const pixelsPerM = Math.min(width / spanX, height / spanY) * (1 - 2 * MARGIN);
  return { x: (left + right) / 2, y: (low + high) / 2, pixelsPerM };
}

/** Metres to pixels; north is up. */
export const toPixels = (view: View, { width, height }: Size, x: number, y: number): [number, number] => [
  width / 2 + (x - view.x) * view.pixelsPerM,
  height / 2 - (y - view.y) * view.pixelsPerM,
];

/** The view after a zoom by `factor` that leaves the place under a pixel where it is. */
export function zoomView(view: View, { width, height }: Size, factor: number, at?: [number, number]): View {
  const pixelsPerM = Math.min(1e5, Math.max(1e-7, view.pixelsPerM * factor));
  const [px, py] = at ?? [width / 2, height / 2];
  const shift = 1 / view.pixelsPerM - 1 / pixelsPerM;
  return { x: view.x + (px - width / 2) * shift, y: view.y - (py - height / 2) * shift, pixelsPerM };
}

/** Metres between the lines of the grid: 1, 2 or 5 times a power of ten, at least `leastPixels` apart. */
export function gridStepM(pixelsPerM: number, leastPixels = 64): number {
  const least = leastPixels / pixelsPerM;
  const power = 10 ** Math.floor(Math.log10(least));
  const times = [1, 2, 5, 10].find((one) => one * power >= least) ?? 10;
  return times * power;
}

/** A number with the sign that people write. */
export const signed = (text: string): string => text.replace('-', '−');

/** A length as `0.5 m`, `−20 m`, `2 km`. */
export function lengthWords(lengthM: number): string {
  const isFar = Math.abs(lengthM) >= 1000;
  return `${signed(String(Number((isFar ? lengthM / 1000 : lengthM).toPrecision(6))))} ${isFar ? 'km' : 'm'}`;
}
