import type { Circuit } from './circuit';
import { pitVisit, simulateDrive } from './drive';
import { type Route, smoothNoise } from './driven-line';
import { type Random, randomFrom } from './random';
import { REAL_RECEIVER } from './receiver';
import {
  CLASSES,
  COMPETITORS,
  type Competitor,
  paceOf,
  RACE_GREEN_AFTER_MS,
  type SimulatedEntry,
  trafficZones,
} from './session';
import { montmeloCircuit } from './track';

export type SimulatedRace = {
  /** In the order of the grid; who joins late is the last one. */
  entries: SimulatedEntry[];
  greenMs: number;
  /** Just before the winner takes it. */
  chequeredMs: number;
  laps: number;
};

type Role = 'races' | 'retires' | 'joins late';
type Starter = Competitor & { role: Role; slot: number; stopLap: number | null };

const MORE: readonly Competitor[] = [
  { number: '31', driver: 'Pia Okonwell', car: 'Halcyon RS', carClass: 'GT', pace: 0.985, steady: 0.005 },
  { number: '77', driver: 'Ruben Castellmar', car: 'Tarn Cup', carClass: 'Cup', pace: 0.984, steady: 0.006 },
];

/** Numbers in the order of the grid. */
const GRID = ['11', '7', '31', '23', '42', '61', '77', '68'];
const RETIRES = '42';
const JOINS_LATE = '68';
const NEVER_STOPS = '77';
const CHEQUERED_BEFORE_MS = 1_000;
const LATE_AFTER_GREEN_MS = 150_000;
const LATE_STANDS_MS = 15_000;

function gridOf(laps: number): Starter[] {
  const known = [...COMPETITORS, ...MORE];
  return GRID.flatMap((number, slot): Starter[] => {
    const competitor = known.find((one) => one.number === number);
    if (!competitor) return [];
    const role = number === RETIRES ? 'retires' : number === JOINS_LATE ? 'joins late' : 'races';
    const stops = role === 'races' && number !== NEVER_STOPS;
    return [{ ...competitor, role, slot, stopLap: stops ? Math.round(laps * (0.3 + 0.06 * slot)) : null }];
  });
}

type Plan = { circuit: Circuit; starter: Starter; laps: number; random: Random };

/** Into its box at the end of the round after the flag. */
function raceRoute({ circuit, starter, laps, random }: Plan): Route {
  const lapM = circuit.line.length;
  const { slot, stopLap, role } = starter;
  const isLate = role === 'joins late';
  const boxM = 60 + 14 * slot;
  const dwellMs = 22_000 + random.between(0, 9_000);
  const visits = [pitVisit(circuit, laps + 1, -12 - 8 * slot, 20_000)];
  if (stopLap !== null && stopLap < laps) visits.push(pitVisit(circuit, stopLap, boxM, dwellMs));
  const fromM = isLate ? boxM : -24 - 9 * slot;
  const waitMs = isLate ? LATE_STANDS_MS : RACE_GREEN_AFTER_MS;
  if (isLate) visits.push(pitVisit(circuit, 0, fromM, waitMs));
  return {
    fromM,
    toM: (laps + 1) * lapM - 12 - 8 * slot,
    detours: visits.map((visit) => visit.detour),
    zones: [
      ...visits.map((visit) => visit.zone),
      ...trafficZones(random.fork('traffic'), lapM, laps, laps + 2),
      { fromM: laps * lapM + 250, toM: (laps + 1) * lapM - 300, scale: 0.88 },
    ],
    stops: [{ atM: fromM, dwellMs: waitMs }, ...visits.map((visit) => visit.stop)],
  };
}

/** Halfway through it slows down, leaves the road and stays there; a minute later its tracker is switched off. */
function retirement({ circuit, laps, starter, random }: Plan): Route {
  const route = raceRoute({ circuit, laps, starter, random });
  const toM = Math.round(laps / 2) * circuit.line.length + 2_150;
  const aside = { fromM: toM - 220, toM: toM + 220, rampM: 200, offsetM: -11 };
  return {
    ...route,
    toM,
    detours: [...route.detours.filter((detour) => detour.toM < toM), aside],
    zones: [...route.zones, { fromM: toM - 500, toM, limitMps: 18 }],
    stops: [...route.stops.filter((stop) => stop.atM < toM), { atM: toM, dwellMs: 60_000 }],
  };
}

function drive(plan: Plan, startMs: number, rateHz: number): SimulatedEntry {
  const { circuit, starter, random } = plan;
  const { number, driver, car, carClass, role } = starter;
  const lapM = circuit.line.length;
  const lateMs = role === 'joins late' ? RACE_GREEN_AFTER_MS + LATE_AFTER_GREEN_MS : 0;
  const fork = random.fork('route');
  const { fixes, channels, truth } = simulateDrive({
    circuit,
    route: role === 'retires' ? retirement({ ...plan, random: fork }) : raceRoute({ ...plan, random: fork }),
    startMs: startMs + lateMs,
    car: CLASSES[carClass],
    receiver: { ...REAL_RECEIVER, rateHz },
    random,
    paceAt: paceOf(starter, lapM, random.fork('pace')),
    wander: smoothNoise(random.fork('wander'), 0.4, 110),
    standing: { start: true, end: true },
  });
  return { name: `Simulated car ${number}`, number, driver, car, carClass, fixes, channels, truth };
}

/** Instants at which a car passed the start line, on the track or in the pit lane, after the green. */
const linesOf = ({ truth }: SimulatedEntry): number[] =>
  truth.crossings
    .filter(({ checkpoint }) => checkpoint === 1 || checkpoint === 4)
    .map(({ timeMs }) => timeMs);

/**
 * A race of eight cars on Montmeló: standing start with the green 20 s after startMs, `laps` laps for the winner, pit
 * stops, one car that retires, one that joins late from the pit lane; everybody is flagged off and drives in. The
 * same seed gives the same race.
 */
export function simulateRace(
  seed: number | string,
  { startMs, laps = 10, rateHz = 10 }: { startMs: number; laps?: number; rateHz?: number },
): SimulatedRace {
  const circuit = montmeloCircuit();
  const starters = gridOf(laps);
  const driven = (starter: Starter, own: number): SimulatedEntry =>
    drive({ circuit, starter, laps: own, random: randomFrom(`${seed}/${starter.number}`) }, startMs, rateHz);
  const whole = starters.map((starter) => driven(starter, laps));
  // The first line after the green ends no lap.
  const winnerMs = Math.min(
    ...whole
      .filter((_, index) => starters[index]?.role === 'races')
      .map((entry) => linesOf(entry)[laps] ?? Number.POSITIVE_INFINITY),
  );
  const chequeredMs = winnerMs - CHEQUERED_BEFORE_MS;
  const entries = whole.map((entry, index) => {
    const starter = starters[index];
    if (!starter || starter.role === 'retires') return entry;
    // Who joins from the pit lane has begun his first lap behind the line.
    const before = linesOf(entry).filter((timeMs) => timeMs < chequeredMs).length;
    const own = starter.role === 'joins late' ? before + 1 : before;
    return own < laps ? driven(starter, own) : entry;
  });
  return { entries, greenMs: startMs + RACE_GREEN_AFTER_MS, chequeredMs, laps };
}
