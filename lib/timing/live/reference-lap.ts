import { follow, roadM, whereabouts } from './path-follow';
import type { LapDelta, LapLine, LapPath, ReferenceLap } from './types';

/** Makes a driven lap one to measure others against: each point of its line gets its way along the path. */
export function referenceLap(number: number, timeMs: number, line: LapLine, path: LapPath): ReferenceLap {
  const { xM, yM } = line;
  const sM = new Float64Array(xM.length);
  const spot = { timeMs: 0, x: 0, y: 0, speedMps: Number.NaN, courseDeg: Number.NaN };
  const half = path.lengthM / 2;
  let at = null;
  let lapM = 0;
  let mostM = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < xM.length; i++) {
    spot.timeMs = line.timeMs[i] ?? 0;
    spot.x = xM[i] ?? 0;
    spot.y = yM[i] ?? 0;
    if (!at) {
      at = whereabouts(path, spot);
      // It begins at the line or, standing on the grid, before it.
      lapM = path.closed && at.sM > half ? at.sM - path.lengthM : at.sM;
    } else {
      const beforeM = at.sM;
      follow(path, at, spot, Math.hypot(spot.x - at.xM, spot.y - at.yM));
      const stepM = at.sM - beforeM;
      lapM +=
        path.closed && stepM > half ? stepM - path.lengthM : stepM < -half ? stepM + path.lengthM : stepM;
    }
    mostM = Math.max(mostM, lapM);
    sM[i] = mostM;
  }
  return { number, timeMs, line, path, sM };
}

/**
 * How a lap that has run for `elapsedMs` and has come to x, y (metres), `lapM` on its way, compares with the reference:
 * the instant at which that one was nearest to the same place, looked for around the same part of the way. null where
 * the reference did not drive.
 */
export function deltaAt(
  reference: ReferenceLap,
  elapsedMs: number,
  lapM: number,
  x: number,
  y: number,
): LapDelta | null {
  const { sM, timeMs } = reference;
  const road = roadM(reference.path);
  const { xM, yM, timeMs: times } = reference.line;
  const last = sM.length - 1;
  let least = road * road;
  let atMs = Number.NaN;
  for (let i = Math.max(0, firstFrom(sM, lapM - road) - 1); i < last && (sM[i] ?? 0) <= lapM + road; i++) {
    const ax = xM[i] ?? 0;
    const ay = yM[i] ?? 0;
    const wayX = (xM[i + 1] ?? 0) - ax;
    const wayY = (yM[i + 1] ?? 0) - ay;
    const foot = ((x - ax) * wayX + (y - ay) * wayY) / (wayX * wayX + wayY * wayY || 1);
    const u = foot > 1 ? 1 : foot > 0 ? foot : 0;
    const d2 = (ax + u * wayX - x) ** 2 + (ay + u * wayY - y) ** 2;
    if (d2 >= least) continue;
    least = d2;
    const fromMs = times[i] ?? 0;
    atMs = fromMs + u * ((times[i + 1] ?? 0) - fromMs);
  }
  if (Number.isNaN(atMs)) return null;
  const deltaMs = elapsedMs - atMs;
  return { deltaMs, predictedMs: timeMs + deltaMs };
}

/** Index of the first value that is not below. */
function firstFrom(values: Float64Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
