import type { Place } from '../crossing';
import type { LapPath, Whereabouts } from './types';

/** A fix in metres of the track's plane; NaN = not known. */
export type Spot = Omit<Place, 'accuracyM'>;

/** The nearest place on a stretch of a path. */
type Foot = { segment: number; sM: number; offM2: number };

const ROAD_M = 25;
const ROAD_SHARE = 1 / 20;
/** So many fixes astray, and the car is looked for everywhere. */
const ASTRAY_FIXES = 3;
/** Over a longer step the way between two fixes says nothing of where the car heads. */
const LONG_STEP_MS = 3_000;
const MOVING_MPS = 2;
const RAD = Math.PI / 180;

/** Farther from the path than this a car is not on the road; also how far it may be off in following. */
export const roadM = (path: LapPath) => Math.min(ROAD_M, path.lengthM * ROAD_SHARE);

/** Looks for a car everywhere on the path; of parallel roads that take its course the nearest. */
export function whereabouts(path: LapPath, fix: Spot): Whereabouts {
  const heading = { x: 0, y: 0 };
  headByCourse(fix, heading);
  const foot = nearest(path, 0, path.xM.length - 1, fix, heading, roadM(path));
  return {
    segment: foot.segment,
    sM: foot.sM,
    offM: Math.sqrt(foot.offM2),
    astray: 0,
    timeMs: fix.timeMs,
    xM: fix.x,
    yM: fix.y,
  };
}

/**
 * Follows a car to its next fix, `wayM` metres of driving on: the nearest place within the stretch that it can have
 * reached, so that it never changes to a road beside it. A car that was astray for some fixes is looked for everywhere.
 */
export function follow(path: LapPath, at: Whereabouts, fix: Spot, wayM: number): void {
  const road = roadM(path);
  const heading = headingOf(at, fix, road);
  const straightM = Math.hypot(fix.x - at.xM, fix.y - at.yM);
  const foot = nearestWithin(path, at, road, 1.5 * Math.max(wayM, straightM) + road, fix, heading);
  const offM = Math.sqrt(foot.offM2);
  const isAstray = offM > road || isAgainst(path, foot.segment, heading);
  at.segment = foot.segment;
  at.sM = foot.sM;
  at.offM = offM;
  at.astray = isAstray ? at.astray + 1 : 0;
  at.timeMs = fix.timeMs;
  at.xM = fix.x;
  at.yM = fix.y;
  if (at.astray >= ASTRAY_FIXES) lookElsewhere(path, at, fix, heading, road);
}

/** Only a road close by that leads where the car heads is believed. */
function lookElsewhere(path: LapPath, at: Whereabouts, fix: Spot, heading: Heading, road: number): void {
  const foot = nearest(path, 0, path.xM.length - 1, fix, heading, road);
  const offM = Math.sqrt(foot.offM2);
  if (offM > road / 2 || isAgainst(path, foot.segment, heading)) return;
  at.segment = foot.segment;
  at.sM = foot.sM;
  at.offM = offM;
  at.astray = 0;
}

/** Where a car goes, of any length; 0, 0 = not known. */
type Heading = { x: number; y: number };

function headByCourse(fix: Spot, heading: Heading): void {
  if (!(fix.speedMps >= MOVING_MPS) || Number.isNaN(fix.courseDeg)) return;
  heading.x = Math.sin(fix.courseDeg * RAD);
  heading.y = Math.cos(fix.courseDeg * RAD);
}

function headingOf(at: Whereabouts, fix: Spot, road: number): Heading {
  const heading = { x: fix.x - at.xM, y: fix.y - at.yM };
  // Noise of a standing car has no direction; on small tracks there is none.
  const isClear = Math.hypot(heading.x, heading.y) >= road / ROAD_M;
  if (isClear && fix.timeMs - at.timeMs <= LONG_STEP_MS) return heading;
  heading.x = 0;
  heading.y = 0;
  headByCourse(fix, heading);
  return heading;
}

function isAgainst(path: LapPath, i: number, heading: Heading): boolean {
  const x = (path.xM[i + 1] ?? 0) - (path.xM[i] ?? 0);
  const y = (path.yM[i + 1] ?? 0) - (path.yM[i] ?? 0);
  return x * heading.x + y * heading.y < 0;
}

function nearestWithin(
  path: LapPath,
  at: Whereabouts,
  backM: number,
  aheadM: number,
  fix: Spot,
  heading: Heading,
) {
  const { sM, lengthM, closed } = path;
  const count = sM.length - 1;
  if (closed && backM + aheadM >= lengthM) return nearest(path, 0, count, fix, heading, backM);
  let first = at.segment;
  let last = at.segment;
  const fromM = at.sM - backM;
  const toM = at.sM + aheadM;
  while (first > 0 && (sM[first] ?? 0) > fromM) first--;
  while (last < count - 1 && (sM[last + 1] ?? 0) < toM) last++;
  if (closed) {
    if (fromM < 0) {
      first = count - 1;
      while (first > last + 1 && (sM[first] ?? 0) > fromM + lengthM) first--;
      first -= count;
    }
    if (toM > lengthM) {
      let beyond = 0;
      while (beyond < first - 1 && (sM[beyond + 1] ?? 0) < toM - lengthM) beyond++;
      last = beyond + count;
    }
  }
  return nearest(path, first, last + 1 - first, fix, heading, backM);
}

/**
 * The nearest place on `count` segments from `first` on (negative: before the start line). Where the car heads decides
 * between roads within `road` metres.
 */
function nearest(
  path: LapPath,
  first: number,
  count: number,
  fix: Spot,
  heading: Heading,
  road: number,
): Foot {
  const { xM, yM, sM } = path;
  const all = sM.length - 1;
  let any = Number.POSITIVE_INFINITY;
  let anySegment = 0;
  let anyU = 0;
  let agreeing = Number.POSITIVE_INFINITY;
  let agreeingSegment = 0;
  let agreeingU = 0;
  for (let k = first; k < first + count; k++) {
    const i = k < 0 ? k + all : k >= all ? k - all : k;
    const ax = xM[i] ?? 0;
    const ay = yM[i] ?? 0;
    const x = (xM[i + 1] ?? 0) - ax;
    const y = (yM[i + 1] ?? 0) - ay;
    const foot = ((fix.x - ax) * x + (fix.y - ay) * y) / (x * x + y * y);
    const u = foot > 1 ? 1 : foot > 0 ? foot : 0;
    const dx = ax + u * x - fix.x;
    const dy = ay + u * y - fix.y;
    const d2 = dx * dx + dy * dy;
    if (d2 < any) {
      any = d2;
      anySegment = i;
      anyU = u;
    }
    if (d2 < agreeing && x * heading.x + y * heading.y >= 0) {
      agreeing = d2;
      agreeingSegment = i;
      agreeingU = u;
    }
  }
  const agrees = agreeing <= road * road;
  const segment = agrees ? agreeingSegment : anySegment;
  const u = agrees ? agreeingU : anyU;
  const fromM = sM[segment] ?? 0;
  return { segment, sM: fromM + u * ((sM[segment + 1] ?? 0) - fromM), offM2: agrees ? agreeing : any };
}
