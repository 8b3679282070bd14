import type { Frame, Point } from '@/lib/timing/types';

const BOX = 100;
const MARGIN = 8;

/** The outline of a track as a small drawing, north up. */
export function TrackSketch({ frame, outline }: { frame: Frame; outline: readonly Point[] }) {
  const path = sketchPath(frame, outline);
  return (
    <svg viewBox={`0 0 ${BOX} ${BOX}`} aria-hidden="true" className="size-full">
      {path && (
        <path
          d={path}
          fill="none"
          stroke="var(--soft)"
          strokeWidth="2"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}

/** A closed path of the outline inside the box, both ways on one scale; null under three points. */
export function sketchPath(frame: Frame, outline: readonly Point[]): string | null {
  const [first] = outline;
  if (!first || outline.length < 3) return null;
  const shrink = frame === 'wgs84' ? Math.cos((first.y * Math.PI) / 180) : 1;
  const points = outline.map((point) => ({ x: point.x * shrink, y: -point.y }));
  const [left, right] = ends(points.map((point) => point.x));
  const [top, bottom] = ends(points.map((point) => point.y));
  const scale = (BOX - 2 * MARGIN) / Math.max(right - left, bottom - top, Number.MIN_VALUE);
  const place = (value: number, low: number, high: number) =>
    (BOX / 2 + (value - (low + high) / 2) * scale).toFixed(1);
  return `M${points.map((point) => `${place(point.x, left, right)} ${place(point.y, top, bottom)}`).join('L')}Z`;
}

function ends(values: number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
