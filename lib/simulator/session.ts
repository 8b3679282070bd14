import type { Channel, FixColumns } from '@/lib/timing/types';
import type { Circuit } from './circuit';
import { pitVisit, simulateDrive } from './drive';
import { type Route, smoothNoise, type Zone } from './driven-line';
import { type Random, randomFrom } from './random';
import { REAL_RECEIVER, type Receiver } from './receiver';
import type { CarModel } from './speed-profile';
import { montmeloCircuit, SECTOR_2_AT_M } from './track';
import type { Truth } from './truth';

export type SessionOptions = {
  /** 1 to 6; default 6. */
  cars?: number;
  /** Rounds begun per car, the out lap and the in lap included; default 13. */
  laps?: number;
  /** Epoch ms of the first fixes. */
  startMs: number;
  /** Fixes per second; default 10. */
  rateHz?: number;
  /** practice (default): out of the pits, a stop, back into the pits. race: standing start, a stop, in lap. */
  kind?: 'practice' | 'race';
  /** Replaces single properties of the receivers. */
  receiver?: Partial<Receiver>;
};

/** One simulated car with what its logger recorded and what really happened. */
export type SimulatedEntry = {
  /** Of the device. */
  name: string;
  number: string;
  driver: string;
  car: string;
  carClass: string;
  fixes: FixColumns;
  channels: Channel[];
  truth: Truth;
};

/** In a race the cars stand on the grid for this long after startMs, then all start at once. */
export const RACE_GREEN_AFTER_MS = 20_000;

export type Competitor = {
  number: string;
  driver: string;
  car: string;
  carClass: string;
  pace: number;
  steady: number;
};

/** Invented people and cars; pace is the part of the class's limits that the driver uses. */
export const COMPETITORS: readonly Competitor[] = [
  { number: '7', driver: 'Ilse Brandvold', car: 'Corvid GT', carClass: 'GT', pace: 0.995, steady: 0.003 },
  { number: '11', driver: 'Teo Marrane', car: 'Halcyon RS', carClass: 'GT', pace: 0.992, steady: 0.002 },
  { number: '23', driver: 'Noor Vanterpole', car: 'Meridian V8', carClass: 'GT', pace: 0.988, steady: 0.005 },
  { number: '42', driver: 'Jonah Reyesson', car: 'Corvid GT', carClass: 'GT', pace: 0.981, steady: 0.007 },
  { number: '61', driver: 'Saskia Lindemar', car: 'Tarn Cup', carClass: 'Cup', pace: 0.99, steady: 0.004 },
  { number: '68', driver: 'Milo Estrenne', car: 'Tarn Cup', carClass: 'Cup', pace: 0.978, steady: 0.008 },
];

/** What the cars of a class can do. */
export const CLASSES: Record<string, CarModel> = {
  GT: { lateralMps2: 16.5, brakingMps2: 12.5, accelerationMps2: 7, topSpeedMps: 76 },
  Cup: { lateralMps2: 14, brakingMps2: 11, accelerationMps2: 5.2, topSpeedMps: 66 },
};

/** How much of the limits is used where: the driver, the day, every corner, and tyres that fade. */
export function paceOf(competitor: Competitor, lapM: number, random: Random): (chainageM: number) => number {
  const day = smoothNoise(random.fork('laps'), competitor.steady, lapM);
  const corner = smoothNoise(random.fork('corners'), 1.5 * competitor.steady, 180);
  return (chainageM) =>
    competitor.pace - 0.0004 * Math.max(0, chainageM / lapM) + day(chainageM) + corner(chainageM);
}

/** Other cars in the way here and there, and one lap to cool the tyres. */
export function trafficZones(random: Random, lapM: number, laps: number, coolLap: number): Zone[] {
  const zones: Zone[] = [{ fromM: coolLap * lapM + 250, toM: (coolLap + 1) * lapM - 300, scale: 0.82 }];
  for (let lap = 1; lap < laps; lap++) {
    if (random.next() > 0.3) continue;
    const fromM = lap * lapM + random.between(900, lapM - 1000);
    zones.push({ fromM, toM: fromM + random.between(200, 600), scale: random.between(0.88, 0.96) });
  }
  return zones;
}

type Plan = { circuit: Circuit; index: number; laps: number; race: boolean; random: Random };

/** The route of one car: where it starts, when it stops, where it goes wide, where it ends. */
function planRoute({ circuit, index, laps, race, random }: Plan): Route {
  const lapM = circuit.line.length;
  const stopLap = Math.max(2, Math.round(laps * (0.42 + 0.05 * (index % 4))));
  const coolLap = stopLap > 4 ? 3 : 1;
  // The boxes lie behind the pit line: the first row is an out lap, a stop begins with the in lap just closed.
  const boxM = 60 + 14 * index;
  const stop = pitVisit(circuit, stopLap, boxM, (race ? 24_000 : 45_000) + random.between(0, 15_000));
  const last = pitVisit(circuit, laps, -12 - 8 * index, 25_000);
  const visits = [stop, last];
  const fromM = race ? -24 - 9 * index : boxM;
  const waitMs = race ? RACE_GREEN_AFTER_MS : 8_000 + 11_000 * index;
  if (!race) visits.push(pitVisit(circuit, 0, fromM, waitMs));
  const wideM = 4 * lapM + SECTOR_2_AT_M;
  const wide = index === 3 && laps > 5;
  return {
    fromM,
    toM: laps * lapM - 12 - 8 * index,
    detours: [
      ...visits.map((visit) => visit.detour),
      ...(wide ? [{ fromM: wideM - 130, toM: wideM + 130, rampM: 90, offsetM: -19 }] : []),
    ],
    zones: [
      ...visits.map((visit) => visit.zone),
      ...trafficZones(random.fork('traffic'), lapM, laps, coolLap),
      ...(wide ? [{ fromM: wideM - 100, toM: wideM + 100, limitMps: 28 }] : []),
      { fromM: (laps - 1) * lapM + 250, toM: laps * lapM - 300, scale: 0.9 },
    ],
    stops: [{ atM: fromM, dwellMs: waitMs }, ...visits.map((visit) => visit.stop)],
  };
}

/**
 * A session on Montmeló in which every car has an out lap, flying laps with traffic and a slow lap, a pit stop and
 * an in lap, and the fourth car misses sector 2 once. The same seed and options give the same session.
 */
export function simulateSession(seed: number | string, options: SessionOptions): SimulatedEntry[] {
  const { cars = 6, laps = 13, startMs, rateHz = 10, kind = 'practice' } = options;
  if (laps < 3) throw new Error(`A session needs at least 3 laps per car, got ${laps}.`);
  const circuit = montmeloCircuit();
  return COMPETITORS.slice(0, cars).map((competitor, index) => {
    const random = randomFrom(`${seed}/${competitor.number}`);
    const lapM = circuit.line.length;
    const driven = simulateDrive({
      circuit,
      route: planRoute({ circuit, index, laps, race: kind === 'race', random: random.fork('route') }),
      startMs,
      car: CLASSES[competitor.carClass],
      receiver: { ...REAL_RECEIVER, rateHz, ...options.receiver },
      random,
      paceAt: paceOf(competitor, lapM, random.fork('pace')),
      wander: smoothNoise(random.fork('wander'), 0.4, 110),
      standing: { start: true, end: true },
    });
    const { number, driver, car, carClass } = competitor;
    const { fixes, channels, truth } = driven;
    return { name: `Simulated car ${number}`, number, driver, car, carClass, fixes, channels, truth };
  });
}
