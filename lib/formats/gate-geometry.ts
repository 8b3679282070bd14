import { planeOf } from '@/lib/timing/plane';
import type { FixColumns, Frame, Point } from '@/lib/timing/types';

const RADIANS = Math.PI / 180;

/** A gate through `at`, square to the course of a car, its first point to the car's left. */
export function gateAcross(frame: Frame, at: Point, courseDeg: number, halfWidthM: number): [Point, Point] {
  const plane = planeOf(frame, at);
  const dx = -Math.cos(courseDeg * RADIANS) * halfWidthM;
  const dy = Math.sin(courseDeg * RADIANS) * halfWidthM;
  return [plane.fromMetres({ x: dx, y: dy }), plane.fromMetres({ x: -dx, y: -dy })];
}

/** The course from one point to another, degrees clockwise from north (0 … 360). */
export function courseBetween(frame: Frame, from: Point, to: Point): number {
  const plane = planeOf(frame, from);
  const course = Math.atan2(plane.xM(to.x), plane.yM(to.y)) / RADIANS;
  return (course + 360) % 360;
}

/** Distance in metres between two points that lie near each other. */
export function distanceM(frame: Frame, from: Point, to: Point): number {
  const plane = planeOf(frame, from);
  return Math.hypot(plane.xM(to.x), plane.yM(to.y));
}

/** Index of the first step (from fix i to i + 1) at or after `from` that crosses the gate, or -1. */
export function firstStepAcross(fixes: FixColumns, gate: readonly [Point, Point], from: number): number {
  const [a, b] = gate;
  for (let i = from; i + 1 < fixes.count; i++) {
    const p = { x: fixes.x[i] ?? Number.NaN, y: fixes.y[i] ?? Number.NaN };
    const q = { x: fixes.x[i + 1] ?? Number.NaN, y: fixes.y[i + 1] ?? Number.NaN };
    const changesSide = side(a, b, p) < 0 !== side(a, b, q) < 0;
    if (changesSide && side(p, q, a) * side(p, q, b) <= 0) return i;
  }
  return -1;
}

/** Above 0 when r lies to the left of the line from p to q. */
function side(p: Point, q: Point, r: Point): number {
  return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
}
