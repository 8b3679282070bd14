import type { Point } from '@/lib/timing/types';

/** Metres east and north of an origin on the WGS84 ellipsoid, and back. Points in degrees: x = longitude. */
export type Ground = {
  origin: Point;
  toDegrees(metres: Point): Point;
  toMetres(degrees: Point): Point;
};

const SEMI_MAJOR_M = 6378137;
const ECCENTRICITY_SQUARED = 0.00669437999014;

/** Into [-180, 180]; just below 180 the sum rounds up to a whole turn, which would leave the range. */
function wrapLongitude(degrees: number): number {
  if (degrees >= -180 && degrees <= 180) return degrees;
  return degrees - 360 * Math.floor((degrees + 180) / 360);
}

/**
 * The flat ground of a track: radii of curvature of the meridian and of the prime vertical at the origin. It is
 * kept apart from the timing core's plane on purpose, so that the truth owes nothing to the code it judges.
 */
export function groundAt(origin: Point): Ground {
  const phi = (origin.y * Math.PI) / 180;
  const w2 = 1 - ECCENTRICITY_SQUARED * Math.sin(phi) ** 2;
  const perRadian = Math.PI / 180;
  const northM = (perRadian * (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED))) / w2 ** 1.5;
  const eastM = (perRadian * SEMI_MAJOR_M * Math.cos(phi)) / Math.sqrt(w2);
  return {
    origin,
    toDegrees: (metres) => ({
      x: wrapLongitude(origin.x + metres.x / eastM),
      y: origin.y + metres.y / northM,
    }),
    toMetres: (degrees) => ({
      x: wrapLongitude(degrees.x - origin.x) * eastM,
      y: (degrees.y - origin.y) * northM,
    }),
  };
}
