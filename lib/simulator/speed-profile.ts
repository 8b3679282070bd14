import type { DrivenLine, Route } from './driven-line';
import { curvatureOf, curvePoint } from './spline';

/** What a car can do. */
export type CarModel = {
  lateralMps2: number;
  brakingMps2: number;
  accelerationMps2: number;
  topSpeedMps: number;
};

export const DEFAULT_CAR: CarModel = {
  lateralMps2: 14,
  brakingMps2: 11,
  accelerationMps2: 5,
  topSpeedMps: 72,
};

/** Speed at each node of the driven line, and how long the car stands there. */
export type SpeedProfile = { speedMps: Float64Array; dwellMs: Float64Array };

/** What is left for braking or accelerating while cornering: the friction ellipse, never under a fifth. */
function gripLeft(speedMps: number, curvature: number, lateralMps2: number): number {
  const used = (speedMps * speedMps * Math.abs(curvature)) / lateralMps2;
  return Math.max(0.2, Math.sqrt(Math.max(0, 1 - used * used)));
}

/** The highest speed at each node if it could be reached at once. */
function speedLimits(
  line: DrivenLine,
  curvature: Float64Array,
  car: CarModel,
  route: Route,
  paceAt: (chainageM: number) => number,
): Float64Array {
  const limits = curvature.map((bend, i) => {
    const pace = paceAt(line.chainageM[i] ?? 0);
    return Math.min(
      car.topSpeedMps * pace,
      pace * Math.sqrt(car.lateralMps2 / Math.max(Math.abs(bend), 1e-6)),
    );
  });
  const stepM = (line.chainageM[1] ?? 1) - (line.chainageM[0] ?? 0);
  const first = line.chainageM[0] ?? 0;
  for (const zone of route.zones) {
    const from = Math.max(0, Math.ceil((zone.fromM - first) / stepM));
    const to = Math.min(limits.length - 1, Math.floor((zone.toM - first) / stepM));
    for (let i = from; i <= to; i++) {
      limits[i] = Math.min(zone.limitMps ?? Number.POSITIVE_INFINITY, (limits[i] ?? 0) * (zone.scale ?? 1));
    }
  }
  return limits;
}

/**
 * The quasi-steady speed along a line: bounded by grip in the corners, then a forward pass for acceleration
 * (fading with drag towards the top speed) and a backward pass for braking. A route's first and last node are
 * standing when `standing` says so.
 * @param paceAt how much of its limits the driver uses at a chainage, about 1
 */
export function speedProfile(
  line: DrivenLine,
  route: Route,
  car: CarModel,
  paceAt: (chainageM: number) => number = () => 1,
  standing: { start: boolean; end: boolean } = { start: false, end: false },
): SpeedProfile {
  const { spline } = line;
  const n = spline.knots.length;
  const at = curvePoint();
  const curvature = spline.knots.map((u) => curvatureOf(spline.at(u, at)));
  const speedMps = speedLimits(line, curvature, car, route, paceAt);
  const dwellMs = new Float64Array(n);
  const stepM = (line.chainageM[1] ?? 1) - (line.chainageM[0] ?? 0);
  for (const stop of route.stops) {
    const node = Math.round((stop.atM - (line.chainageM[0] ?? 0)) / stepM);
    if (node < 0 || node >= n) continue;
    speedMps[node] = 0;
    dwellMs[node] = stop.dwellMs;
  }
  if (standing.start) speedMps[0] = 0;
  if (standing.end) speedMps[n - 1] = 0;
  const reach = (from: number, to: number, accelerationMps2: (v: number) => number) => {
    const v = speedMps[from] ?? 0;
    const distance = Math.abs((spline.knots[to] ?? 0) - (spline.knots[from] ?? 0));
    const grip = gripLeft(v, curvature[from] ?? 0, car.lateralMps2);
    const fastest = Math.sqrt(v * v + 2 * accelerationMps2(v) * grip * distance);
    if (fastest < (speedMps[to] ?? 0)) speedMps[to] = fastest;
  };
  const drive = (v: number) => car.accelerationMps2 * Math.max(0.02, 1 - (v / car.topSpeedMps) ** 3);
  for (let i = 0; i + 1 < n; i++) reach(i, i + 1, drive);
  for (let i = n - 1; i > 0; i--) reach(i, i - 1, () => car.brakingMps2);
  return { speedMps, dwellMs };
}
