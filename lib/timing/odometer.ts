import { planeOf } from './plane';
import type { Fix, Frame } from './types';

/** What of a fix the odometer goes by; an unknown speed is NaN. */
export type OdometerFix = Pick<Fix, 'timeMs' | 'x' | 'y' | 'speedMps'>;

/** Below it a receiver on the ground does not move: what its places do then is noise. */
export const STANDSTILL_MPS = 0.5;
/** Over so long a measured speed tells the way; after that the car may have done anything. */
export const SPEED_HOLDS_MS = 3_000;

/**
 * The way in metres between two consecutive fixes of a device, `b` the later one.
 *
 * Planar: the straight line. On the Earth, where both speeds are known and at most 3 s lie between: nothing when both
 * are below 0.5 m/s, else their mean times the time (the trapezoidal rule; Doppler speed does not jump as places do).
 * Otherwise the straight line on WGS84 by its radii of curvature at the middle latitude (Snyder, Map Projections,
 * 1987, eq. 4-18 and 4-20), across the antimeridian the near way, and nothing when that is slower than 0.5 m/s.
 *
 * lib/db/device-states has the same formula in SQL: change both or neither.
 */
export function stepM(frame: Frame, a: OdometerFix, b: OdometerFix): number {
  if (frame === 'planar') return Math.hypot(b.x - a.x, b.y - a.y);
  const dtMs = b.timeMs - a.timeMs;
  if (dtMs <= SPEED_HOLDS_MS && a.speedMps >= 0 && b.speedMps >= 0) {
    if (a.speedMps < STANDSTILL_MPS && b.speedMps < STANDSTILL_MPS) return 0;
    return (((a.speedMps + b.speedMps) / 2) * dtMs) / 1000;
  }
  const plane = planeOf(frame, { x: a.x, y: (a.y + b.y) / 2 });
  const wayM = Math.hypot(plane.xM(b.x), plane.yM(b.y) - plane.yM(a.y));
  return wayM * 1000 < STANDSTILL_MPS * dtMs ? 0 : wayM;
}
