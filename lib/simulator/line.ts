import type { Point } from '@/lib/timing/types';

/** Points every `stepM` (a little less, so that whole steps fit) along the straight pieces between `points`. */
export function resampleLine(points: readonly Point[], stepM: number, closed: boolean): Point[] {
  const corners = closed ? [...points, ...points.slice(0, 1)] : points;
  const marks = [0];
  for (let i = 1; i < corners.length; i++) {
    const [a, b] = [corners[i - 1], corners[i]];
    marks.push((marks[i - 1] ?? 0) + (a && b ? Math.hypot(b.x - a.x, b.y - a.y) : 0));
  }
  const total = marks[marks.length - 1] ?? 0;
  const steps = Math.max(3, Math.ceil(total / stepM));
  const sampled: Point[] = [];
  let i = 1;
  for (let k = 0; k < (closed ? steps : steps + 1); k++) {
    const at = (total * k) / steps;
    while (i < corners.length - 1 && (marks[i] ?? 0) < at) i++;
    const [a, b] = [corners[i - 1], corners[i]];
    if (!a || !b) break;
    const length = (marks[i] ?? 0) - (marks[i - 1] ?? 0);
    const share = length > 0 ? (at - (marks[i - 1] ?? 0)) / length : 0;
    sampled.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
  }
  return sampled;
}

/**
 * Rounds a line off with a Gaussian of `sigmaM`: rounding noise of the given points goes, no spline can overshoot
 * between sparse points, and corners are cut inwards by about sigma²/2R, as a racing line does. Ends of an open
 * line stay where they are.
 */
export function smoothLine(
  points: readonly Point[],
  sigmaM: number,
  stepM: number,
  closed: boolean,
): Point[] {
  const even = resampleLine(points, stepM, closed);
  const n = even.length;
  const reach = Math.ceil((3.5 * sigmaM) / stepM);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * stepM) / sigmaM) ** 2),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const beyond = (i: number): Point | undefined => {
    if (closed) return even[((i % n) + n) % n];
    const end = even[i < 0 ? 0 : n - 1];
    const mirror = even[i < 0 ? -i : 2 * (n - 1) - i];
    return end && mirror && { x: 2 * end.x - mirror.x, y: 2 * end.y - mirror.y };
  };
  return even.map((_, i) => {
    let [x, y] = [0, 0];
    for (let k = -reach; k <= reach; k++) {
      const point = even[i + k] ?? beyond(i + k);
      const weight = (weights[k + reach] ?? 0) / sum;
      x += weight * (point?.x ?? 0);
      y += weight * (point?.y ?? 0);
    }
    return { x, y };
  });
}

/** Length of the straight pieces between the points, in metres. */
export function lineLengthM(points: readonly Point[], closed: boolean): number {
  let length = 0;
  points.forEach((point, i) => {
    const next = points[i + 1] ?? (closed ? points[0] : undefined);
    if (next) length += Math.hypot(next.x - point.x, next.y - point.y);
  });
  return length;
}

/** The closed line cut open anew so that it begins at the point nearest to `at`. */
export function rotateLine(points: readonly Point[], at: Point): Point[] {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  points.forEach((point, i) => {
    const distance = Math.hypot(point.x - at.x, point.y - at.y);
    if (distance < least) [best, least] = [i, distance];
  });
  return [...points.slice(best), ...points.slice(0, best)];
}
