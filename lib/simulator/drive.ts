import type { Channel, FixColumns } from '@/lib/timing/types';
import { carChannels } from './channels';
import type { Circuit } from './circuit';
import { type Detour, drivenLine, type Route, type Stop, type Zone } from './driven-line';
import { type Motion, motionAlong } from './motion';
import { type Random, randomFrom } from './random';
import { PERFECT_RECEIVER, type Receiver, receive } from './receiver';
import { type CarModel, DEFAULT_CAR, speedProfile } from './speed-profile';
import { type Truth, truthOf } from './truth';

/** One car on its way; everything but the circuit and the route has a plain default. */
export type Drive = {
  circuit: Circuit;
  route: Route;
  startMs: number;
  car?: CarModel;
  receiver?: Partial<Receiver>;
  random?: Random;
  /** Part of its limits that the driver uses at a chainage; default 1. */
  paceAt?: (chainageM: number) => number;
  /** Lateral offset of the driver from the racing line in metres; default 0. */
  wander?: (chainageM: number) => number;
  standing?: { start: boolean; end: boolean };
};

export type Driven = { fixes: FixColumns; channels: Channel[]; truth: Truth; motion: Motion };

/** Drives a route and records it: the fixes of the receiver beside the exact truth. Equal input, equal result. */
export function simulateDrive(drive: Drive): Driven {
  const { circuit, route, startMs } = drive;
  const car = drive.car ?? DEFAULT_CAR;
  const receiver = { ...PERFECT_RECEIVER, ...drive.receiver };
  const random = drive.random ?? randomFrom('drive');
  const line = drivenLine(circuit, route, drive.wander);
  const motion = motionAlong(line, speedProfile(line, route, car, drive.paceAt, drive.standing));
  return {
    fixes: receive(motion, startMs, circuit.ground, receiver, random.fork('receiver')),
    channels: carChannels(motion, receiver, car, random.fork('channels')),
    truth: truthOf(circuit, motion, startMs),
    motion,
  };
}

/** A flying route: it begins and ends at racing speed, so many metres before the first and after the last lap. */
export function flyingRoute(circuit: Circuit, laps: number, beforeM = 150, afterM = 150): Route {
  const start = circuit.track.checkpoints.find((gate) => gate.type === 'start');
  if (!start) throw new Error(`The track ${circuit.track.name} has no start gate.`);
  const atM = startChainageM(circuit);
  return {
    fromM: atM - beforeM,
    toM: atM + laps * circuit.line.length + afterM,
    detours: [],
    zones: [],
    stops: [],
  };
}

/** Chainage of the start line: where the racing line comes nearest to the middle of the start gate. */
export function startChainageM(circuit: Circuit): number {
  const start = circuit.track.checkpoints.find((gate) => gate.type === 'start');
  const [a, b] = start?.points ?? [];
  if (!a || !b) return 0;
  const [p, q] = circuit.ground ? [circuit.ground.toMetres(a), circuit.ground.toMetres(b)] : [a, b];
  const middle = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  const at = { x: 0, y: 0, dx: 0, dy: 0, ddx: 0, ddy: 0 };
  for (let chainage = 0; chainage < circuit.line.length; chainage++) {
    circuit.line.at(chainage, at);
    const distance = Math.hypot(at.x - middle.x, at.y - middle.y);
    if (distance < least) [best, least] = [chainage, distance];
  }
  return best;
}

/** What a visit to the pit lane in the given lap adds to a route; `boxM` is a chainage like the lane's own. */
export function pitVisit(
  circuit: Circuit,
  lap: number,
  boxM: number,
  dwellMs: number,
): { detour: Detour; zone: Zone; stop: Stop } {
  const lane = circuit.pitLane;
  if (!lane) throw new Error(`The track ${circuit.track.name} has no pit lane.`);
  const base = lap * circuit.line.length;
  const { offsetM, rampM, limitMps } = lane;
  return {
    detour: { fromM: base + lane.fromM, toM: base + lane.toM, rampM, offsetM },
    zone: { fromM: base + lane.fromM + rampM, toM: base + lane.toM - rampM, limitMps },
    stop: { atM: base + boxM, dwellMs },
  };
}
