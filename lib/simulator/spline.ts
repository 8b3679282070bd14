import type { Point } from '@/lib/timing/types';

/** A point of a curve with its first and second derivative by the parameter. */
export type CurvePoint = { x: number; y: number; dx: number; dy: number; ddx: number; ddy: number };

/** A cubic spline in metres; its parameter is the chord length along the given points. */
export type Spline = {
  /** The parameter runs from 0 to this. */
  length: number;
  /** Parameter of each given point; a closed curve has the first point again at the end. */
  knots: Float64Array;
  /** Writes the curve at `u` into `into` (and returns it); a closed curve takes any `u`. */
  at(u: number, into: CurvePoint): CurvePoint;
};

export const curvePoint = (): CurvePoint => ({ x: 0, y: 0, dx: 0, dy: 0, ddx: 0, ddy: 0 });

/** Signed curvature in 1/m, positive to the left. */
export function curvatureOf(at: CurvePoint): number {
  return (at.dx * at.ddy - at.dy * at.ddx) / (at.dx * at.dx + at.dy * at.dy) ** 1.5;
}

type Rows = { lower: Float64Array; diagonal: Float64Array; upper: Float64Array };

/** Solves a tridiagonal system (Thomas); the rows are left as they are. */
function solveTridiagonal({ lower, diagonal, upper }: Rows, right: Float64Array): Float64Array {
  const n = right.length;
  const factor = new Float64Array(n);
  const solution = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const below = i > 0 ? (lower[i] ?? 0) : 0;
    const pivot = (diagonal[i] ?? 1) - below * (factor[i - 1] ?? 0);
    factor[i] = (upper[i] ?? 0) / pivot;
    solution[i] = ((right[i] ?? 0) - below * (solution[i - 1] ?? 0)) / pivot;
  }
  for (let i = n - 2; i >= 0; i--) {
    solution[i] = (solution[i] ?? 0) - (factor[i] ?? 0) * (solution[i + 1] ?? 0);
  }
  return solution;
}

/** The same with corners: row 0 also holds the last unknown, the last row the first one (Sherman–Morrison). */
function solveCyclic(rows: Rows, right: Float64Array): Float64Array {
  const n = right.length;
  const topRight = rows.lower[0] ?? 0;
  const bottomLeft = rows.upper[n - 1] ?? 0;
  const gamma = -(rows.diagonal[0] ?? 1);
  const diagonal = rows.diagonal.slice();
  diagonal[0] = (diagonal[0] ?? 0) - gamma;
  diagonal[n - 1] = (diagonal[n - 1] ?? 0) - (bottomLeft * topRight) / gamma;
  const open = { lower: rows.lower, diagonal, upper: rows.upper };
  const correction = new Float64Array(n);
  correction[0] = gamma;
  correction[n - 1] = bottomLeft;
  const solution = solveTridiagonal(open, right);
  const z = solveTridiagonal(open, correction);
  const weight = topRight / gamma;
  const share =
    ((solution[0] ?? 0) + weight * (solution[n - 1] ?? 0)) / (1 + (z[0] ?? 0) + weight * (z[n - 1] ?? 0));
  return solution.map((value, i) => value - share * (z[i] ?? 0));
}

/** Second derivatives at the knots; natural ends (zero) when open, periodic when closed. */
function secondDerivatives(values: Float64Array, steps: Float64Array, closed: boolean): Float64Array {
  const n = values.length;
  const rows = {
    lower: new Float64Array(n),
    diagonal: new Float64Array(n).fill(1),
    upper: new Float64Array(n),
  };
  const right = new Float64Array(n);
  for (let i = closed ? 0 : 1; i < (closed ? n : n - 1); i++) {
    const before = steps[(i + n - 1) % n] ?? 1;
    const after = steps[i] ?? 1;
    const here = values[i] ?? 0;
    rows.lower[i] = before;
    rows.diagonal[i] = 2 * (before + after);
    rows.upper[i] = after;
    const slopeAfter = ((values[(i + 1) % n] ?? 0) - here) / after;
    const slopeBefore = (here - (values[(i + n - 1) % n] ?? 0)) / before;
    right[i] = 6 * (slopeAfter - slopeBefore);
  }
  return closed ? solveCyclic(rows, right) : solveTridiagonal(rows, right);
}

/** Index of the piece that holds u; starts at the last one found, because callers move along the curve. */
function pieceFinder(knots: Float64Array): (u: number) => number {
  let piece = 0;
  const last = knots.length - 2;
  return (u) => {
    if (u < (knots[piece] ?? 0) || u > (knots[Math.min(piece + 4, last + 1)] ?? 0)) {
      let low = 0;
      let high = last;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((knots[middle] ?? 0) <= u) low = middle;
        else high = middle - 1;
      }
      piece = low;
    }
    while (piece < last && u >= (knots[piece + 1] ?? 0)) piece++;
    return piece;
  };
}

/** The cubic spline through the points: continuous in place, direction and curvature. Points must differ. */
export function splineThrough(points: readonly Point[], closed: boolean): Spline {
  const n = points.length;
  if (n < 3) throw new Error(`A spline needs at least 3 points, got ${n}.`);
  const xs = Float64Array.from(points, (point) => point.x);
  const ys = Float64Array.from(points, (point) => point.y);
  const pieces = closed ? n : n - 1;
  const steps = new Float64Array(pieces);
  const knots = new Float64Array(pieces + 1);
  for (let i = 0; i < pieces; i++) {
    const next = (i + 1) % n;
    steps[i] = Math.hypot((xs[next] ?? 0) - (xs[i] ?? 0), (ys[next] ?? 0) - (ys[i] ?? 0));
    if (steps[i] === 0) throw new Error(`Points ${i} and ${next} of the spline are the same.`);
    knots[i + 1] = (knots[i] ?? 0) + (steps[i] ?? 0);
  }
  const xx = secondDerivatives(xs, steps, closed);
  const yy = secondDerivatives(ys, steps, closed);
  const length = knots[pieces] ?? 0;
  const pieceOf = pieceFinder(knots);
  return {
    length,
    knots,
    at(u, into) {
      const inside = closed ? u - length * Math.floor(u / length) : Math.min(Math.max(u, 0), length);
      const i = pieceOf(inside);
      const next = (i + 1) % n;
      const h = steps[i] ?? 1;
      const b = (inside - (knots[i] ?? 0)) / h;
      const a = 1 - b;
      const [x0, x1, y0, y1] = [xs[i] ?? 0, xs[next] ?? 0, ys[i] ?? 0, ys[next] ?? 0];
      const [p0, p1, q0, q1] = [xx[i] ?? 0, xx[next] ?? 0, yy[i] ?? 0, yy[next] ?? 0];
      const ca = ((a * a * a - a) * h * h) / 6;
      const cb = ((b * b * b - b) * h * h) / 6;
      const sa = ((3 * a * a - 1) * h) / 6;
      const sb = ((3 * b * b - 1) * h) / 6;
      into.x = a * x0 + b * x1 + ca * p0 + cb * p1;
      into.y = a * y0 + b * y1 + ca * q0 + cb * q1;
      into.dx = (x1 - x0) / h - sa * p0 + sb * p1;
      into.dy = (y1 - y0) / h - sa * q0 + sb * q1;
      into.ddx = a * p0 + b * p1;
      into.ddy = a * q0 + b * q1;
      return into;
    },
  };
}
