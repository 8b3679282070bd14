import type { DrivenLine } from './driven-line';
import type { SpeedProfile } from './speed-profile';
import { curvatureOf, curvePoint, type Spline } from './spline';

/** A car at one instant, in the circuit's metres. */
export type CarState = {
  x: number;
  y: number;
  velocityX: number;
  velocityY: number;
  speedMps: number;
  /** Along the path, braking negative. */
  accelerationMps2: number;
  /** Positive to the left. */
  lateralMps2: number;
};

/**
 * An exact motion: between two nodes the spline's parameter moves with constant acceleration, so place, speed and
 * the time of any place have closed forms. Times are milliseconds from the motion's start.
 */
export type Motion = {
  spline: Spline;
  durationMs: number;
  /** The car at a time; beyond the ends it stays at the end. Fastest when asked in order of time. */
  at(timeMs: number, into: CarState): CarState;
  /** When the car is at parameter `u` within the piece from node `i` to `i + 1`. */
  timeInPiece(i: number, u: number): number;
  /** When the car reaches node i (and begins to stand there, if it stops). */
  arrivalMs(i: number): number;
};

export const carState = (): CarState => ({
  x: 0,
  y: 0,
  velocityX: 0,
  velocityY: 0,
  speedMps: 0,
  accelerationMps2: 0,
  lateralMps2: 0,
});

/** Speed of the parameter at each node: path speed over the length of the derivative. */
function parameterSpeeds(spline: Spline, speedMps: Float64Array): Float64Array {
  const at = curvePoint();
  return spline.knots.map((u, i) => {
    spline.at(u, at);
    return (speedMps[i] ?? 0) / Math.hypot(at.dx, at.dy);
  });
}

/** @throws when two neighbouring nodes both stand still: the car would never get on. */
export function motionAlong(line: DrivenLine, profile: SpeedProfile): Motion {
  const { spline } = line;
  const { knots } = spline;
  const pace = parameterSpeeds(spline, profile.speedMps);
  const n = knots.length;
  const arriveS = new Float64Array(n);
  const leaveS = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    leaveS[i] = (arriveS[i] ?? 0) + (profile.dwellMs[i] ?? 0) / 1000;
    if (i + 1 === n) break;
    const sum = (pace[i] ?? 0) + (pace[i + 1] ?? 0);
    if (!(sum > 0)) throw new Error(`The car stands at the nodes ${i} and ${i + 1} of its line.`);
    arriveS[i + 1] = (leaveS[i] ?? 0) + (2 * ((knots[i + 1] ?? 0) - (knots[i] ?? 0))) / sum;
  }
  const accelerationIn = (i: number) => {
    const [w0, w1] = [pace[i] ?? 0, pace[i + 1] ?? 0];
    return (w1 * w1 - w0 * w0) / (2 * ((knots[i + 1] ?? 0) - (knots[i] ?? 0)));
  };
  let piece = 0;
  const pieceAt = (timeS: number) => {
    if (timeS < (arriveS[piece] ?? 0)) piece = 0;
    while (piece < n - 2 && timeS >= (arriveS[piece + 1] ?? 0)) piece++;
    return piece;
  };
  const curve = curvePoint();
  return {
    spline,
    durationMs: (leaveS[n - 1] ?? 0) * 1000,
    at(timeMs, into) {
      const timeS = Math.max(timeMs / 1000, 0);
      const i = pieceAt(timeS);
      const end = arriveS[i + 1] ?? 0;
      const moving = timeS >= (leaveS[i] ?? 0) && timeS < end;
      const elapsed = Math.min(Math.max(timeS - (leaveS[i] ?? 0), 0), end - (leaveS[i] ?? 0));
      const acceleration = accelerationIn(i);
      const w0 = pace[i] ?? 0;
      const w = timeS >= end ? (pace[n - 1] ?? 0) : w0 + acceleration * elapsed;
      spline.at((knots[i] ?? 0) + w0 * elapsed + 0.5 * acceleration * elapsed * elapsed, curve);
      const stretch = Math.hypot(curve.dx, curve.dy);
      into.x = curve.x;
      into.y = curve.y;
      into.velocityX = curve.dx * w;
      into.velocityY = curve.dy * w;
      into.speedMps = stretch * w;
      into.accelerationMps2 = moving ? acceleration * stretch : 0;
      into.lateralMps2 = into.speedMps ** 2 * curvatureOf(curve);
      return into;
    },
    timeInPiece(i, u) {
      const w0 = pace[i] ?? 0;
      const way = u - (knots[i] ?? 0);
      if (way <= 0) return (leaveS[i] ?? 0) * 1000;
      // The stable root of way = w0·t + a·t²/2; it also holds for w0 = 0 and for a = 0.
      const end = Math.sqrt(Math.max(0, w0 * w0 + 2 * accelerationIn(i) * way));
      return ((leaveS[i] ?? 0) + (2 * way) / (w0 + end)) * 1000;
    },
    arrivalMs: (i) => (arriveS[i] ?? 0) * 1000,
  };
}
