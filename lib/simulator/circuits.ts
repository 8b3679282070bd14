import type { Point } from '@/lib/timing/types';
import { buildCircuit, type Circuit, type GatePlan } from './circuit';

/** A straight of so many metres, or an arc: degrees to the left (negative: right) with a radius. */
export type RoadPiece = { straightM: number } | { leftDeg: number; radiusM: number };

/** Points every few metres along the pieces, from (0, 0) northwards. */
export function roadOf(pieces: readonly RoadPiece[]): Point[] {
  const points: Point[] = [{ x: 0, y: 0 }];
  let [x, y, heading] = [0, 0, Math.PI / 2];
  const advance = (lengthM: number, turn: number) => {
    // The chord of a short arc lies at its middle heading and is shorter by sin(h)/h.
    const half = turn / 2;
    const chord = half === 0 ? lengthM : (lengthM * Math.sin(half)) / half;
    heading += half;
    x += chord * Math.cos(heading);
    y += chord * Math.sin(heading);
    heading += half;
    points.push({ x, y });
  };
  for (const piece of pieces) {
    const lengthM =
      'straightM' in piece ? piece.straightM : (Math.abs(piece.leftDeg) * Math.PI * piece.radiusM) / 180;
    const turn = 'straightM' in piece ? 0 : (piece.leftDeg * Math.PI) / 180;
    const steps = Math.max(1, Math.ceil(lengthM / 2));
    for (let i = 0; i < steps; i++) advance(lengthM / steps, turn / steps);
  }
  return points;
}

/** The closing point of a road that returns to its first one is left out. */
const closedRoad = (pieces: readonly RoadPiece[]) => roadOf(pieces).slice(0, -1);

type Place = { name?: string; origin: Point | null };

const gateAt = (type: GatePlan['type'], atM: number, halfWidthM = 12): GatePlan => ({
  type,
  atM,
  halfWidthM,
});

/** Two straights joined by half circles, driven to the left; start and one sector line in the straights. */
export function ovalCircuit(
  place: Place & { straightM: number; radiusM: number; halfWidthM?: number; startAtM?: number },
): Circuit {
  const { straightM, radiusM, halfWidthM } = place;
  const startM = place.startAtM ?? straightM / 2;
  const bendM = Math.PI * radiusM;
  return buildCircuit({
    name: place.name ?? 'Oval',
    origin: place.origin,
    closed: true,
    points: closedRoad([{ straightM }, { leftDeg: 180, radiusM }, { straightM }, { leftDeg: 180, radiusM }]),
    gates: [
      gateAt('start', startM, halfWidthM),
      gateAt('sector', straightM + bendM + straightM / 2, halfWidthM),
    ],
  });
}

/** A square with round corners, driven to the right: start line and three sector lines, one in each side. */
export function squareCircuit(place: Place & { sideM: number; radiusM: number }): Circuit {
  const { sideM, radiusM } = place;
  const corner = { leftDeg: -90, radiusM };
  const quarterM = sideM + (Math.PI * radiusM) / 2;
  return buildCircuit({
    name: place.name ?? 'Square',
    origin: place.origin,
    closed: true,
    points: closedRoad([0, 1, 2, 3].flatMap(() => [{ straightM: sideM }, corner])),
    gates: [0, 1, 2, 3].map((i) => gateAt(i === 0 ? 'start' : 'sector', i * quarterM + sideM / 2)),
  });
}

/** Straights 15 m apart, driven in opposite directions round tight hairpins. */
export function hairpinCircuit(place: Place & { straightM?: number; halfWidthM?: number }): Circuit {
  return ovalCircuit({
    name: 'Hairpins',
    straightM: 600,
    halfWidthM: 7,
    ...place,
    radiusM: 7.5,
    startAtM: 250,
  });
}

/** A closed road with bends of many radii and a pit lane (its line beside the start line closes the lap). */
export function clubCircuit(place: Place & { pitGates?: 'line' | 'entry_exit' | 'none' }): Circuit {
  const pitLane = { offsetM: -20, fromM: 40, toM: 560, rampM: 80, limitMps: 60 / 3.6 };
  const atM = 300;
  const pitGate = (type: GatePlan['type'], chainage: number): GatePlan => ({
    type,
    atM: chainage,
    halfWidthM: 6,
    offsetM: pitLane.offsetM,
  });
  const pits: Record<'line' | 'entry_exit' | 'none', GatePlan[]> = {
    line: [{ ...pitGate('pit', atM), closesLap: true }],
    entry_exit: [pitGate('pit_entry', 170), pitGate('pit_exit', 430)],
    none: [],
  };
  return buildCircuit({
    name: place.name ?? 'Club',
    origin: place.origin,
    closed: true,
    points: closedRoad([
      { straightM: 620 },
      { leftDeg: 90, radiusM: 45 },
      { straightM: 180 },
      { leftDeg: 120, radiusM: 30 },
      { straightM: 150 },
      { leftDeg: -75, radiusM: 60 },
      { straightM: 364.608 },
      { leftDeg: 45, radiusM: 120 },
      { straightM: 90 },
      { leftDeg: 90, radiusM: 25 },
      { straightM: 413.48 },
      { leftDeg: 90, radiusM: 40 },
    ]),
    gates: [
      gateAt('start', atM, 10),
      gateAt('sector', 900, 10),
      gateAt('sector', 1450, 10),
      ...pits[place.pitGates ?? 'line'],
    ],
    pitLane,
  });
}

/** An open road from a start line to a finish line, with one sector line between. */
export function stageCircuit(place: Place): Circuit {
  return buildCircuit({
    name: place.name ?? 'Stage',
    origin: place.origin,
    closed: false,
    points: roadOf([
      { straightM: 200 },
      { leftDeg: 60, radiusM: 80 },
      { straightM: 300 },
      { leftDeg: -90, radiusM: 50 },
      { straightM: 400 },
      { leftDeg: 40, radiusM: 150 },
      { straightM: 250 },
    ]),
    gates: [gateAt('start', 100, 8), gateAt('sector', 650, 8), gateAt('finish', 1250, 8)],
  });
}
