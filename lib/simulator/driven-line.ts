import type { Point } from '@/lib/timing/types';
import type { Circuit } from './circuit';
import type { Random } from './random';
import { curvePoint, type Spline, splineThrough } from './spline';

/** Leaving the line sideways and coming back: over `rampM` at both ends of [fromM, toM]. */
export type Detour = { fromM: number; toM: number; rampM: number; offsetM: number };

/** A stretch with a speed limit, or with all speeds scaled (traffic, a slow lap). */
export type Zone = { fromM: number; toM: number; limitMps?: number; scale?: number };

/** Standing still; the car comes to rest at this chainage. */
export type Stop = { atM: number; dwellMs: number };

/** Where one car goes, in chainage: metres along the circuit's line, counting on over the laps. */
export type Route = {
  fromM: number;
  toM: number;
  detours: readonly Detour[];
  zones: readonly Zone[];
  stops: readonly Stop[];
};

/** The driven line: its knots are the nodes of the motion, `chainageM` belongs to the knots. */
export type DrivenLine = { spline: Spline; chainageM: Float64Array };

const NODE_M = 2;

/** 0 to 1 with two continuous derivatives. */
function smoothStep(share: number): number {
  const s = Math.min(Math.max(share, 0), 1);
  return s * s * s * (10 + s * (6 * s - 15));
}

/** Offset from the line at a chainage, all detours together, positive to the left. */
export function detourAt(detours: readonly Detour[], chainageM: number): number {
  let offset = 0;
  for (const { fromM, toM, rampM, offsetM } of detours) {
    if (chainageM <= fromM || chainageM >= toM) continue;
    offset += offsetM * smoothStep((chainageM - fromM) / rampM) * smoothStep((toM - chainageM) / rampM);
  }
  return offset;
}

/**
 * Smooth noise over the chainage: sums of random values at every `spacingM`, blended without a jump in curvature.
 * Mean 0, standard deviation about `sigma`.
 */
export function smoothNoise(random: Random, sigma: number, spacingM: number): (chainageM: number) => number {
  const values = new Map<number, number>();
  const valueAt = (cell: number) => {
    const known = values.get(cell);
    if (known !== undefined) return known;
    const made = random.fork(`cell ${cell}`).gaussian(sigma * 1.2);
    values.set(cell, made);
    return made;
  };
  return (chainageM) => {
    const cell = Math.floor(chainageM / spacingM);
    const share = smoothStep(chainageM / spacingM - cell);
    return valueAt(cell) * (1 - share) + valueAt(cell + 1) * share;
  };
}

/**
 * The line that a car drives on its route.
 * @param wander lateral offset of this driver from the racing line in metres, by chainage
 */
export function drivenLine(
  circuit: Circuit,
  route: Route,
  wander: (chainageM: number) => number = () => 0,
): DrivenLine {
  const count = Math.max(3, Math.round((route.toM - route.fromM) / NODE_M));
  const step = (route.toM - route.fromM) / count;
  const chainageM = Float64Array.from({ length: count + 1 }, (_, i) => route.fromM + i * step);
  const at = curvePoint();
  const points = Array.from(chainageM, (chainage): Point => {
    circuit.line.at(chainage, at);
    const norm = Math.hypot(at.dx, at.dy);
    const offset = detourAt(route.detours, chainage) + wander(chainage);
    return { x: at.x - (at.dy / norm) * offset, y: at.y + (at.dx / norm) * offset };
  });
  return { spline: splineThrough(points, false), chainageM };
}
