import { distanceFromLine, type Gate, gatesOf } from '../gate';
import { planeOfTrack } from '../plane';
import { chainOf } from '../track-graph';
import type { Point, Track } from '../types';
import { follow, whereabouts } from './path-follow';
import type { LapLine, LapPath } from './types';

/** Where a line meets a gate: within the segment from point `index` on, at the part `u` of it. */
type Meet = { index: number; u: number; way: 1 | -1; point: Point };

/** A gate may end so much of its length before the middle of the road. */
const BESIDE_GATE = 0.5;
/** Points of a driven line nearer to each other than this say nothing of the road. */
const LEAST_STEP_M = 2;
/** On small tracks this part of the lap. */
const LEAST_STEP_SHARE = 1 / 400;

/**
 * The reference path of a track from its centreline, from the start gate on; null without one. Its direction is that
 * of the gates, where they have one, else the order of the sectors, else as the centreline is drawn.
 */
export function pathOfTrack(track: Track): LapPath | null {
  const line = track.centreline;
  if (!line || line.length < 3) return null;
  const plane = planeOfTrack(track);
  const gates = gatesOf(track, plane, 0);
  const closed = isCircuit(track);
  const points = withoutRepeats(line.map((point) => plane.toMetres(point)));
  const [first, last] = [points[0], points[points.length - 1]];
  if (closed && first && last && Math.hypot(first.x - last.x, first.y - last.y) < 1e-6) points.pop();
  if (points.length < 3) return null;
  const start = gates.find((gate) => gate.checkpoint.type === 'start');
  const finish = gates.find((gate) => gate.checkpoint.type === 'finish');
  if (!start) return null;
  if (isBackwards(track, gates, points, closed)) points.reverse();
  const from = meetGate(points, start, closed);
  if (closed || !finish) return closedPath(points, from);
  return openPath(points, from, meetGate(points, finish, false));
}

/** The reference path that a complete lap drove; `line` in metres of the track's plane, from line to line. */
export function pathOfLap(track: Track, line: LapLine): LapPath | null {
  const lengthM = line.xM.reduce(
    (sum, x, i) =>
      i === 0 ? 0 : sum + Math.hypot(x - (line.xM[i - 1] ?? 0), (line.yM[i] ?? 0) - (line.yM[i - 1] ?? 0)),
    0,
  );
  const leastM = Math.min(LEAST_STEP_M, lengthM * LEAST_STEP_SHARE);
  const points: Point[] = [];
  for (let i = 0; i < line.xM.length; i++) {
    const point = { x: line.xM[i] ?? 0, y: line.yM[i] ?? 0 };
    const last = points[points.length - 1];
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) >= leastM) points.push(point);
  }
  const [first] = points;
  if (!first || points.length < 3) return null;
  // A circuit's last point lies on the start line too, a little to the side of the first.
  return isCircuit(track) ? pathThrough([...points.slice(0, -1), first], true) : pathThrough(points, false);
}

/**
 * The path to go on with after a complete lap: learnt from it when there was none, turned round when the cars drive
 * the other way than it was drawn, else the same object.
 */
export function pathForLap(track: Track, path: LapPath | null, line: LapLine): LapPath | null {
  if (!path) return pathOfLap(track, line);
  const [x = 0, y = 0] = [line.xM[0], line.yM[0]];
  const at = whereabouts(path, { timeMs: 0, x, y, speedMps: Number.NaN, courseDeg: Number.NaN });
  let drivenM = 0;
  for (let i = 1; i < line.xM.length; i++) {
    const beforeM = at.sM;
    const to = { timeMs: line.timeMs[i] ?? 0, x: line.xM[i] ?? 0, y: line.yM[i] ?? 0 };
    const wayM = Math.hypot(to.x - at.xM, to.y - at.yM);
    follow(path, at, { ...to, speedMps: Number.NaN, courseDeg: Number.NaN }, wayM);
    const stepM = at.sM - beforeM;
    // Across the start line the way begins anew.
    if (Math.abs(stepM) < path.lengthM / 2) drivenM += stepM;
  }
  return drivenM < -path.lengthM / 2 ? reversed(path) : path;
}

/** The same road the other way round. */
export function reversed(path: LapPath): LapPath {
  return {
    closed: path.closed,
    xM: path.xM.toReversed(),
    yM: path.yM.toReversed(),
    sM: path.sM.map((sM) => path.lengthM - sM).toReversed(),
    lengthM: path.lengthM,
  };
}

const isCircuit = (track: Track) => !track.checkpoints.some((gate) => gate.type === 'finish');

function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter((point, i) => {
    const last = points[i - 1];
    return !last || Math.hypot(point.x - last.x, point.y - last.y) > 1e-6;
  });
}

function pathThrough(all: readonly Point[], closed: boolean): LapPath | null {
  const points = withoutRepeats(all);
  let lengthM = 0;
  const sM = points.map((point, i) => {
    const last = points[i - 1];
    if (last) lengthM += Math.hypot(point.x - last.x, point.y - last.y);
    return lengthM;
  });
  if (!(lengthM > 0)) return null;
  return { closed, xM: points.map((p) => p.x), yM: points.map((p) => p.y), sM, lengthM };
}

function closedPath(points: readonly Point[], from: Meet): LapPath | null {
  return pathThrough(
    [from.point, ...points.slice(from.index + 1), ...points.slice(0, from.index + 1), from.point],
    true,
  );
}

function openPath(points: readonly Point[], from: Meet, to: Meet): LapPath | null {
  const way = (meet: Meet) => meet.index + meet.u;
  if (way(from) > way(to)) {
    const turned = points.toReversed();
    const turn = (meet: Meet): Meet => ({ ...meet, index: points.length - 2 - meet.index, u: 1 - meet.u });
    return openPath(turned, turn(from), turn(to));
  }
  return pathThrough([from.point, ...points.slice(from.index + 1, to.index + 1), to.point], false);
}

/** Where the line crosses the gate, of several crossings the one nearest to its middle; else its nearest point. */
function meetGate(points: readonly Point[], gate: Gate, closed: boolean): Meet {
  const meets = segmentsOf(points, closed).map(([a, b, index]) => meetSegment(a, b, index, gate));
  const offM = ({ point }: Meet) => Math.hypot(point.x - gate.middleX, point.y - gate.middleY);
  const crossings = meets.filter((meet) => meet.crosses);
  const best = (crossings.length > 0 ? crossings : meets).reduce((a, b) => (offM(b) < offM(a) ? b : a));
  return best;
}

function segmentsOf(points: readonly Point[], closed: boolean): [Point, Point, number][] {
  return points.flatMap((a, index): [Point, Point, number][] => {
    const b = points[index + 1] ?? (closed ? points[0] : undefined);
    return b ? [[a, b, index]] : [];
  });
}

function meetSegment(a: Point, b: Point, index: number, gate: Gate): Meet & { crosses: boolean } {
  const [x, y] = [b.x - a.x, b.y - a.y];
  const [d0, d1] = [distanceFromLine(gate, a.x, a.y), distanceFromLine(gate, b.x, b.y)];
  const way = d1 >= d0 ? 1 : -1;
  const at = (u: number): Point => ({ x: a.x + u * x, y: a.y + u * y });
  if (d0 > 0 !== d1 > 0) {
    const u = d0 / (d0 - d1);
    const point = at(u);
    const alongM = gate.ux * (point.x - gate.ax) + gate.uy * (point.y - gate.ay);
    const beyondM = Math.max(-alongM, alongM - gate.lengthM);
    if (beyondM <= BESIDE_GATE * gate.lengthM) return { index, u, way, point, crosses: true };
  }
  const foot = ((gate.middleX - a.x) * x + (gate.middleY - a.y) * y) / (x * x + y * y);
  const u = Math.min(1, Math.max(0, foot));
  return { index, u, way, point: at(u), crosses: false };
}

/** Whether the cars drive the other way than the points are drawn, as far as the gates tell. */
function isBackwards(
  track: Track,
  gates: readonly Gate[],
  points: readonly Point[],
  closed: boolean,
): boolean {
  const { slots } = chainOf(track);
  const timed = gates.filter((gate) => (slots[gate.index] ?? -1) >= 0);
  const meets = timed.map((gate) => ({ gate, meet: meetGate(points, gate, closed) }));
  let votes = 0;
  for (const { gate, meet } of meets) votes += (gate.checkpoint.direction ?? 0) * meet.way;
  if (votes !== 0) return votes < 0;
  const start = meets.find(({ gate }) => gate.checkpoint.type === 'start')?.meet;
  if (!closed || !start) return false;
  const fromStart = ({ index, u }: Meet) =>
    (index + u - start.index - start.u + points.length) % points.length;
  const order = meets
    .filter(({ gate }) => gate.checkpoint.type === 'sector')
    .sort((a, b) => (slots[a.gate.index] ?? 0) - (slots[b.gate.index] ?? 0))
    .map(({ meet }) => fromStart(meet));
  for (let i = 1; i < order.length; i++) votes += Math.sign((order[i] ?? 0) - (order[i - 1] ?? 0));
  return votes < 0;
}
