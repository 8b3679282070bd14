import type { Gate } from './gate';
import type { CrossingMethod } from './types';

const RAD = Math.PI / 180;
/** The way over a line must come within 60° of its normal. */
export const LEAST_NORMALITY = 0.5;

/** An accepted fix with its place in metres; NaN = not known. */
export type Place = {
  timeMs: number;
  x: number;
  y: number;
  speedMps: number;
  courseDeg: number;
  accuracyM: number;
};

/** Metres per step along x and y; a receiver that stands has no course, its speed alone says all there is. */
function velocity(place: Place, dtS: number): { x: number; y: number } {
  const course = place.speedMps === 0 ? 0 : place.courseDeg * RAD;
  const wayM = place.speedMps * dtS;
  return { x: wayM * Math.sin(course), y: wayM * Math.cos(course) };
}

/** Where and when a step met a gate's line. `u` is the part of the step in time, 0 … 1. */
export type Meeting = {
  u: number;
  /** Place along the gate: 0 at its first point, 1 at its second. */
  along: number;
  /** Speed across the line, always positive. */
  acrossMps: number;
  /** Cosine of the angle between the way of the car and the gate's normal. */
  normality: number;
  method: CrossingMethod;
};

/** Doppler speed and the way between two fixes may differ by this factor before the speed is not believed. */
const SPEED_RATIO_MAX = 2;

function hermite(u: number, p0: number, p1: number, m0: number, m1: number): number {
  const v = u - 1;
  return (1 + 2 * u) * v * v * p0 + u * v * v * m0 + u * u * (3 - 2 * u) * p1 + u * u * v * m1;
}

function hermiteSlope(u: number, p0: number, p1: number, m0: number, m1: number): number {
  return 6 * u * (u - 1) * (p0 - p1) + (1 - u) * (1 - 3 * u) * m0 + u * (3 * u - 2) * m1;
}

/** The root of a monotone cubic Hermite between p0 and p1 of opposite signs: Newton, kept inside by bisection. */
function hermiteRoot(p0: number, p1: number, m0: number, m1: number): number {
  let low = 0;
  let high = 1;
  let u = p0 / (p0 - p1);
  for (let i = 0; i < 60; i++) {
    const value = hermite(u, p0, p1, m0, m1);
    if (value === 0) return u;
    if (value < 0 === p0 < 0) low = u;
    else high = u;
    const newton = u - value / hermiteSlope(u, p0, p1, m0, m1);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - u) < 1e-12) return next;
    u = next;
  }
  return u;
}

/**
 * Fritsch and Carlson (1980): with both end slopes within 0 … 3 times the secant the cubic is monotone. Their mean
 * must agree with the secant too, or the speed is not that of this step (stale, or in another unit).
 */
const isMonotone = (rise: number, m0: number, m1: number) => {
  const [a, b] = [m0 / rise, m1 / rise];
  const mean = (a + b) / 2;
  return a >= 0 && b >= 0 && a <= 3 && b <= 3 && mean < SPEED_RATIO_MAX && mean > 1 / SPEED_RATIO_MAX;
};

function byHermite(gate: Gate, from: Place, to: Place, d0: number, d1: number, dtS: number): Meeting | null {
  const v0 = velocity(from, dtS);
  const v1 = velocity(to, dtS);
  const m0 = gate.ux * v0.y - gate.uy * v0.x;
  const m1 = gate.ux * v1.y - gate.uy * v1.x;
  if (!isMonotone(d1 - d0, m0, m1)) return null;
  const u = d0 === 0 ? 0 : hermiteRoot(d0, d1, m0, m1);
  const x = hermite(u, from.x, to.x, v0.x, v1.x);
  const y = hermite(u, from.y, to.y, v0.y, v1.y);
  const sx = hermiteSlope(u, from.x, to.x, v0.x, v1.x);
  const sy = hermiteSlope(u, from.y, to.y, v0.y, v1.y);
  const across = Math.abs(gate.ux * sy - gate.uy * sx);
  return {
    u,
    along: (gate.ux * (x - gate.ax) + gate.uy * (y - gate.ay)) / gate.lengthM,
    acrossMps: across / dtS,
    normality: across / Math.hypot(sx, sy),
    method: 'hermite',
  };
}

/** Part of the time at which a steadily accelerating car has gone the part `share` of its way. */
function constantAcceleration(share: number, v0: number, v1: number): number {
  const gain = v1 - v0;
  const mean = (v0 + v1) / 2;
  if (Math.abs(gain) < 1e-9 * mean) return share;
  // v0·u + gain·u²/2 = share·mean, written so that nothing cancels when the gain is small.
  return (2 * share * mean) / (v0 + Math.sqrt(v0 * v0 + 2 * gain * share * mean));
}

function alongChord(gate: Gate, from: Place, to: Place, d0: number, d1: number, dtS: number): Meeting {
  const share = d0 / (d0 - d1);
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const chordM = Math.hypot(dx, dy);
  const meanMps = (from.speedMps + to.speedMps) / 2;
  const ratio = (meanMps * dtS) / chordM;
  const believable = ratio < SPEED_RATIO_MAX && ratio > 1 / SPEED_RATIO_MAX;
  const u = believable ? constantAcceleration(share, from.speedMps, to.speedMps) : share;
  const lengthwise = gate.ux * (from.x + dx * share - gate.ax) + gate.uy * (from.y + dy * share - gate.ay);
  const across = Math.abs(d1 - d0);
  const chordMps = chordM / dtS;
  const localMps = believable ? from.speedMps + (to.speedMps - from.speedMps) * u : chordMps;
  return {
    u,
    along: lengthwise / gate.lengthM,
    acrossMps: (across / chordM) * Math.max(localMps, 0.01),
    normality: across / chordM,
    method: believable ? 'acceleration' : 'linear',
  };
}

/**
 * Meets a gate's line on the step between two fixes on either side of it (d0 and d1 are their signed distances;
 * d0 may be 0, d1 not). Cubic Hermite on the signed distance when speed and course are known and agree with the
 * step, constant acceleration with believable speeds only, linear otherwise.
 */
export function meetLine(gate: Gate, from: Place, to: Place, d0: number, d1: number): Meeting {
  const dtS = (to.timeMs - from.timeMs) / 1000;
  // Comparisons with an unknown speed or course are false, so that byHermite then gives null.
  const smooth = byHermite(gate, from, to, d0, d1, dtS);
  // A slow car's course is noise: it must not turn a step across the line into one along it.
  return smooth && smooth.normality >= LEAST_NORMALITY ? smooth : alongChord(gate, from, to, d0, d1, dtS);
}

/** Half width that a gate needs for noise and for the bow between coarse fixes: 3σ + a_lat·dt²/8. */
export function neededHalfWidthM(sigmaM: number, dtS: number, lateralMps2 = 14): number {
  return 3 * sigmaM + (lateralMps2 * dtS * dtS) / 8;
}

/** Whether a meeting lies on the gate, which may grow to the needed half width but by no more than its `widen`. */
export function isOnGate(gate: Gate, meeting: Meeting, neededM: number): boolean {
  const half = gate.lengthM / 2;
  const allowed = Math.min(Math.max(half, neededM), half * (1 + gate.widen));
  return Math.abs(meeting.along - 0.5) * gate.lengthM <= allowed;
}

export type CrossingError = {
  /** One sigma of the place along the driving direction. */
  sigmaM: number;
  /** Step of the clock that stamps the fixes, 0 = exact. */
  quantumMs: number;
};

/** How much smaller the interpolation error is than that of the straight line (measured: 1 Hz on four circuits). */
const GAIN_OF_METHOD: Record<CrossingMethod, number> = { linear: 1, acceleration: 6, hermite: 10 };
/** Taken where the fixes do not tell the acceleration. */
const UNKNOWN_MPS2 = 5;

/**
 * One sigma of a crossing's instant: place over speed, the clock's step, and what is left of the linear error
 * a·dt²/(8·v) after the method's gain.
 */
export function uncertaintyMs(meeting: Meeting, from: Place, to: Place, error: CrossingError): number {
  const dtS = (to.timeMs - from.timeMs) / 1000;
  const across = Math.max(meeting.acrossMps, 0.01);
  const measured = Math.abs(to.speedMps - from.speedMps) / dtS;
  const accelerationMps2 = measured >= 0 ? Math.max(measured, 1) : UNKNOWN_MPS2;
  const placeMs = (error.sigmaM / across) * 1000;
  const clockMs = error.quantumMs / Math.sqrt(12);
  const curveMs = ((accelerationMps2 * dtS * dtS) / (8 * across * GAIN_OF_METHOD[meeting.method])) * 1000;
  return Math.sqrt(placeMs * placeMs + clockMs * clockMs + curveMs * curveMs);
}
