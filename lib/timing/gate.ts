import { midpoint, type Plane } from './plane';
import type { Checkpoint, Point, Track } from './types';

/** A gate in metres, ready for crossing tests. */
export type Gate = {
  index: number;
  checkpoint: Checkpoint;
  ax: number;
  ay: number;
  /** Unit vector along the gate, first point to second. */
  ux: number;
  uy: number;
  lengthM: number;
  middleX: number;
  middleY: number;
  /** Part of its half width that the gate may grow by for noise and coarse fixes. */
  widen: number;
  /** A pit line that is the start line's piece in the pit lane. */
  closesLap: boolean;
};

/** A pit line this near the start's middle, and this parallel, is the start line's piece in the pit lane. */
const PIT_BESIDE_START_M = 40;
const PIT_PARALLEL_COS = Math.cos((30 * Math.PI) / 180);

const isPit = (checkpoint: Checkpoint) => checkpoint.type.startsWith('pit');

function isStartInPitLane(checkpoint: Checkpoint, track: Track, plane: Plane): boolean {
  if (checkpoint.type !== 'pit') return false;
  if (checkpoint.closesLap !== null) return checkpoint.closesLap;
  const start = track.checkpoints.find((other) => other.type === 'start');
  if (!start) return false;
  const [a, b] = [plane.toMetres(midpoint(...start.points)), plane.toMetres(midpoint(...checkpoint.points))];
  if (Math.hypot(a.x - b.x, a.y - b.y) > PIT_BESIDE_START_M) return false;
  const [s, p] = [alongOf(start, plane), alongOf(checkpoint, plane)];
  return Math.abs(s.x * p.x + s.y * p.y) >= PIT_PARALLEL_COS;
}

function alongOf(checkpoint: Checkpoint, plane: Plane): Point {
  const [a, b] = [plane.toMetres(checkpoint.points[0]), plane.toMetres(checkpoint.points[1])];
  const lengthM = Math.hypot(b.x - a.x, b.y - a.y);
  return { x: (b.x - a.x) / lengthM, y: (b.y - a.y) / lengthM };
}

/**
 * The gates of a track in metres. Gates of the timed chain may grow by `widen` (a part of their half width);
 * pit lines never do, so that they stay off the track, nor does a start with a piece of its own in the pit lane.
 */
export function gatesOf(track: Track, plane: Plane, widen: number): Gate[] {
  const inPitLane = track.checkpoints.map((checkpoint) => isStartInPitLane(checkpoint, track, plane));
  return track.checkpoints.map((checkpoint, index) => {
    const a = plane.toMetres(checkpoint.points[0]);
    const b = plane.toMetres(checkpoint.points[1]);
    const along = alongOf(checkpoint, plane);
    const fixed = isPit(checkpoint) || (checkpoint.type === 'start' && inPitLane.includes(true));
    return {
      index,
      checkpoint,
      ax: a.x,
      ay: a.y,
      ux: along.x,
      uy: along.y,
      lengthM: Math.hypot(b.x - a.x, b.y - a.y),
      middleX: (a.x + b.x) / 2,
      middleY: (a.y + b.y) / 2,
      widen: fixed ? 0 : widen,
      closesLap: inPitLane[index] ?? false,
    };
  });
}

/** Signed distance of a point from the gate's line; growing for a car that has the first point on its left. */
export function distanceFromLine(gate: Gate, x: number, y: number): number {
  return gate.ux * (y - gate.ay) - gate.uy * (x - gate.ax);
}

/** Distance of a point from the gate itself, its ends included. */
export function distanceFromGate(gate: Gate, x: number, y: number): number {
  const lengthwise = gate.ux * (x - gate.ax) + gate.uy * (y - gate.ay);
  const beyond = Math.max(0, -lengthwise, lengthwise - gate.lengthM);
  return Math.hypot(beyond, distanceFromLine(gate, x, y));
}

/** A car in the pit lane drives no more than this between the start gate and its piece there; 0 without one. */
export function passageM(gates: readonly Gate[]): number {
  const start = gates.find((gate) => gate.checkpoint.type === 'start');
  if (!start) return 0;
  const ways = gates
    .filter((gate) => gate.closesLap)
    .map((gate) => Math.abs(distanceFromLine(start, gate.middleX, gate.middleY)))
    .filter((wayM) => wayM <= PIT_BESIDE_START_M);
  return ways.length > 0 ? 2 * Math.max(...ways) + start.lengthM / 2 : 0;
}
