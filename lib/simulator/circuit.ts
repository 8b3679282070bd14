import type { Checkpoint, CheckpointType, Point, Track } from '@/lib/timing/types';
import { type Ground, groundAt } from './ground';
import { lineLengthM, rotateLine, smoothLine } from './line';
import { curvePoint, type Spline, splineThrough } from './spline';

/** A lane beside the line; chainages as on the line (beyond its end: the next lap), offsets positive to the left. */
export type PitLane = { offsetM: number; fromM: number; toM: number; rampM: number; limitMps: number };

/** A track that can be driven: `line` is the racing line in local metres, its parameter the chainage. */
export type Circuit = {
  track: Track;
  /** null on planar tracks: their metres are the coordinates. */
  ground: Ground | null;
  line: Spline;
  closed: boolean;
  pitLane: PitLane | null;
};

/** A gate across the line, for circuits made of metres. */
export type GatePlan = {
  type: CheckpointType;
  atM: number;
  halfWidthM: number;
  /** Distance of its middle from the line, positive to the left; default 0. */
  offsetM?: number;
  closesLap?: boolean;
};

export type CircuitPlan = {
  name: string;
  location?: string;
  /** Where the metres have their zero, degrees; null = a planar track. */
  origin: Point | null;
  /** The middle of the road in metres, driving order. */
  points: readonly Point[];
  closed: boolean;
  /** Where on the road chainage 0 lies; default the first point. */
  startAt?: Point;
  /** How far the racing line rounds the road off; default 8 m. */
  sigmaM?: number;
  gates: readonly GatePlan[];
  pitLane?: PitLane;
};

const STEP_M = 4;

/** The racing line of a road: smoothed, begun at `startAt`, as a spline whose parameter is the chainage. */
export function racingLine(plan: Pick<CircuitPlan, 'points' | 'closed' | 'startAt' | 'sigmaM'>): Spline {
  const smooth = smoothLine(plan.points, plan.sigmaM ?? 8, STEP_M, plan.closed);
  const begun = plan.closed && plan.startAt ? rotateLine(smooth, plan.startAt) : smooth;
  return splineThrough(begun, plan.closed);
}

/** The two ends of a gate square to the line; the first is to the left of a car that passes. */
export function gateAcross(line: Spline, gate: GatePlan): [Point, Point] {
  const at = line.at(gate.atM, curvePoint());
  const norm = Math.hypot(at.dx, at.dy);
  const [leftX, leftY] = [-at.dy / norm, at.dx / norm];
  const offset = gate.offsetM ?? 0;
  const end = (side: number): Point => ({
    x: at.x + leftX * (offset + side * gate.halfWidthM),
    y: at.y + leftY * (offset + side * gate.halfWidthM),
  });
  return [end(1), end(-1)];
}

/** Builds a circuit and its track (gates numbered from 1 in the order given, directions declared) from metres. */
export function buildCircuit(plan: CircuitPlan): Circuit {
  const ground = plan.origin ? groundAt(plan.origin) : null;
  const line = racingLine(plan);
  const outside = (point: Point) => (ground ? ground.toDegrees(point) : point);
  const checkpoints = plan.gates.map((gate, i): Checkpoint => {
    const [left, right] = gateAcross(line, gate);
    return {
      number: i + 1,
      name: gate.type === 'start' ? 'Start' : `${gate.type} ${i + 1}`,
      type: gate.type,
      points: [outside(left), outside(right)],
      previous: null,
      direction: 1,
      closesLap: gate.closesLap ?? null,
    };
  });
  const road = smoothLine(plan.points, 3, 10, plan.closed);
  const track: Track = {
    name: plan.name,
    location: plan.location ?? 'Simulated',
    frame: ground ? 'wgs84' : 'planar',
    checkpoints,
    centreline: road.map(outside),
  };
  return { track, ground, line, closed: plan.closed, pitLane: plan.pitLane ?? null };
}

/** Ends of a gate in the circuit's metres. */
export function gateInMetres(circuit: Circuit, gate: Checkpoint): [Point, Point] {
  const [a, b] = gate.points;
  const inside = (point: Point) => (circuit.ground ? circuit.ground.toMetres(point) : point);
  return [inside(a), inside(b)];
}

/** Length of the track's centreline in metres, as the simulator measures it. */
export function centrelineLengthM(circuit: Circuit): number {
  const { ground, closed, track } = circuit;
  const points = (track.centreline ?? []).map((point) => (ground ? ground.toMetres(point) : point));
  return lineLengthM(points, closed);
}
