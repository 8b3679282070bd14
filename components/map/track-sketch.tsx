import type { Frame, Point } from '@/lib/timing/types';

const BOX = 100;
const MARGIN = 8;

/** Fewer points than this are gates, not a road: joined by lines they would show a shape that nobody drives. */
const ROAD_POINTS = 12;

/** The outline of a track as a small drawing, north up; its gates as dots where the road is not known. */
export function TrackSketch({ frame, outline }: { frame: Frame; outline: readonly Point[] }) {
  const places = sketchPlaces(frame, outline);
  return (
    <svg viewBox={`0 0 ${BOX} ${BOX}`} aria-hidden="true" className="size-full">
      {outline.length >= ROAD_POINTS ? (
        <path
          d={`M${places.join('L')}Z`}
          fill="none"
          stroke="var(--soft)"
          strokeWidth="2"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      ) : (
        <path
          d={places.map((place) => `M${place}h0`).join('')}
          stroke="var(--soft)"
          strokeWidth="6"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}

/** The points inside the box as `x y`, both ways on one scale. */
export function sketchPlaces(frame: Frame, outline: readonly Point[]): string[] {
  const [first] = outline;
  if (!first) return [];
  const shrink = frame === 'wgs84' ? Math.cos((first.y * Math.PI) / 180) : 1;
  const points = outline.map((point) => ({ x: point.x * shrink, y: -point.y }));
  const [left, right] = ends(points.map((point) => point.x));
  const [top, bottom] = ends(points.map((point) => point.y));
  const scale = (BOX - 2 * MARGIN) / Math.max(right - left, bottom - top, 1e-9);
  const place = (value: number, low: number, high: number) =>
    (BOX / 2 + (value - (low + high) / 2) * scale).toFixed(1);
  return points.map((point) => `${place(point.x, left, right)} ${place(point.y, top, bottom)}`);
}

function ends(values: number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
