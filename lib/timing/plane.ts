import type { Frame, Point, Track } from './types';

const WGS84_A_M = 6378137;
const WGS84_E2 = 6.69437999014e-3;
const RAD = Math.PI / 180;

/**
 * Degrees to metres around one origin, by WGS84's radii of curvature at its latitude (meridian M, prime vertical
 * N; Snyder, Map Projections, 1987, eq. 4-18 and 4-20), computed once. Planar coordinates pass through.
 */
export class Plane {
  private readonly metresPerX: number;
  private readonly metresPerY: number;

  constructor(
    private readonly frame: Frame,
    private readonly origin: Point,
  ) {
    const sin = Math.sin(origin.y * RAD);
    const w = 1 - WGS84_E2 * sin * sin;
    const isGeo = frame === 'wgs84';
    this.metresPerX = isGeo ? (RAD * WGS84_A_M * Math.cos(origin.y * RAD)) / Math.sqrt(w) : 1;
    this.metresPerY = isGeo ? (RAD * WGS84_A_M * (1 - WGS84_E2)) / (w * Math.sqrt(w)) : 1;
  }

  /** Metres east of the origin; a longitude beyond the antimeridian is taken on the near side. */
  xM(x: number): number {
    let dx = x - this.origin.x;
    if (this.frame === 'wgs84') {
      if (dx > 180) dx -= 360;
      else if (dx < -180) dx += 360;
    }
    return dx * this.metresPerX;
  }

  /** Metres north of the origin. */
  yM(y: number): number {
    return (y - this.origin.y) * this.metresPerY;
  }

  toMetres(point: Point): Point {
    return { x: this.xM(point.x), y: this.yM(point.y) };
  }

  /** The way back: metres to the frame's own coordinates. */
  fromMetres(point: Point): Point {
    const x = this.origin.x + point.x / this.metresPerX;
    const wrapped =
      this.frame === 'wgs84' && x > 180 ? x - 360 : this.frame === 'wgs84' && x < -180 ? x + 360 : x;
    return { x: wrapped, y: this.origin.y + point.y / this.metresPerY };
  }
}

export function planeOf(frame: Frame, origin: Point): Plane {
  return new Plane(frame, origin);
}

export function midpoint(a: Point, b: Point): Point {
  // Across the antimeridian the mean of two longitudes would lie on the other side of the Earth.
  const bx = b.x - a.x > 180 ? b.x - 360 : b.x - a.x < -180 ? b.x + 360 : b.x;
  return { x: (a.x + bx) / 2, y: (a.y + b.y) / 2 };
}

/** The plane of a track, its origin in the middle of the start gate. */
export function planeOfTrack(track: Track): Plane {
  const start = track.checkpoints.find((gate) => gate.type === 'start') ?? track.checkpoints[0];
  if (!start) throw new Error('A track needs at least its start gate.');
  const middle = track.frame === 'wgs84' ? midpoint(...start.points) : { x: 0, y: 0 };
  return planeOf(track.frame, middle);
}

/** Length of the centreline in metres, closed unless the track has a finish gate; null without a centreline. */
export function trackLengthM(track: Track): number | null {
  const line = track.centreline;
  if (!line || line.length < 2) return null;
  const plane = planeOfTrack(track);
  const closed = !track.checkpoints.some((gate) => gate.type === 'finish');
  const points = line.map((point) => plane.toMetres(point));
  let lengthM = 0;
  let last = closed ? points[points.length - 1] : undefined;
  for (const point of points) {
    if (last) lengthM += Math.hypot(point.x - last.x, point.y - last.y);
    last = point;
  }
  return lengthM;
}
