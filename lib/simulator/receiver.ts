import type { FixColumns } from '@/lib/timing/types';
import type { Ground } from './ground';
import { carState, type Motion } from './motion';
import type { Random } from './random';

/** A GNSS receiver. Sigmas are per axis; 0 = without that error. */
export type Receiver = {
  rateHz: number;
  /** Time of the first fix after the motion's start. */
  phaseMs: number;
  /** Slow error of the place: a first-order Gauss–Markov process. */
  driftSigmaM: number;
  driftTauS: number;
  /** Error of the place that is new with every fix. */
  whiteSigmaM: number;
  /** Error of the Doppler velocity; the course follows from it and so grows when the car is slow. */
  velocitySigmaMps: number;
  /** Time stamps are rounded to whole multiples; 0 = exact. */
  quantumMs: number;
  speed: boolean;
  course: boolean;
  /** Whether it states its accuracy (about 95 % radius, hence 4 sigma of one axis with margin). */
  accuracy: boolean;
  /** Times after the motion's start without any fix: [from, to). */
  dropouts: readonly { fromMs: number; toMs: number }[];
};

/** Exact in place, speed, course and time. */
export const PERFECT_RECEIVER: Receiver = {
  rateHz: 10,
  phaseMs: 0,
  driftSigmaM: 0,
  driftTauS: 30,
  whiteSigmaM: 0,
  velocitySigmaMps: 0,
  quantumMs: 0,
  speed: true,
  course: true,
  accuracy: false,
  dropouts: [],
};

/** The errors of a good receiver in the open, as measured on recordings. */
export const REAL_RECEIVER: Receiver = {
  ...PERFECT_RECEIVER,
  driftSigmaM: 0.4,
  whiteSigmaM: 0.03,
  velocitySigmaMps: 0.05,
  quantumMs: 10,
  accuracy: true,
};

const emptyColumns = (frame: FixColumns['frame'], count: number): FixColumns => ({
  frame,
  count,
  timeMs: new Float64Array(count),
  x: new Float64Array(count),
  y: new Float64Array(count),
  speedMps: new Float64Array(count).fill(Number.NaN),
  courseDeg: new Float64Array(count).fill(Number.NaN),
  altitudeM: new Float64Array(count).fill(Number.NaN),
  accuracyM: new Float64Array(count).fill(Number.NaN),
});

/** One axis of the Gauss–Markov drift, stepped exactly for any interval. */
function driftAxis(random: Random, receiver: Receiver): (stepS: number) => number {
  let value = random.gaussian(receiver.driftSigmaM);
  return (stepS) => {
    const keep = Math.exp(-stepS / receiver.driftTauS);
    value = value * keep + random.gaussian(receiver.driftSigmaM * Math.sqrt(1 - keep * keep));
    return value;
  };
}

/** Instants of the fixes in ms after the motion's start, dropouts left out. */
export function sampleTimes(motion: Motion, receiver: Receiver): number[] {
  const intervalMs = 1000 / receiver.rateHz;
  const count = Math.floor((motion.durationMs - receiver.phaseMs) / intervalMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => receiver.phaseMs + i * intervalMs).filter(
    (timeMs) => !receiver.dropouts.some((gap) => timeMs >= gap.fromMs && timeMs < gap.toMs),
  );
}

/**
 * What the receiver writes while the car moves; time stamps are epoch ms, fixes degrees (or metres when planar).
 * @param startMs epoch time of the motion's start
 * @param ground null for a planar track
 */
export function receive(
  motion: Motion,
  startMs: number,
  ground: Ground | null,
  receiver: Receiver,
  random: Random,
): FixColumns {
  const times = sampleTimes(motion, receiver);
  const columns = emptyColumns(ground ? 'wgs84' : 'planar', times.length);
  const [east, north] = [driftAxis(random.fork('east'), receiver), driftAxis(random.fork('north'), receiver)];
  const noise = random.fork('white');
  const axisSigmaM = Math.hypot(receiver.driftSigmaM, receiver.whiteSigmaM);
  const car = carState();
  times.forEach((timeMs, i) => {
    const stepS = i === 0 ? 0 : (timeMs - (times[i - 1] ?? 0)) / 1000;
    motion.at(timeMs, car);
    const place = {
      x: car.x + east(stepS) + noise.gaussian(receiver.whiteSigmaM),
      y: car.y + north(stepS) + noise.gaussian(receiver.whiteSigmaM),
    };
    const stated = ground ? ground.toDegrees(place) : place;
    const velocityX = car.velocityX + noise.gaussian(receiver.velocitySigmaMps);
    const velocityY = car.velocityY + noise.gaussian(receiver.velocitySigmaMps);
    const stampMs = startMs + timeMs;
    const quantum = receiver.quantumMs;
    columns.timeMs[i] = quantum > 0 ? Math.round(stampMs / quantum) * quantum : stampMs;
    columns.x[i] = stated.x;
    columns.y[i] = stated.y;
    if (receiver.speed) columns.speedMps[i] = Math.hypot(velocityX, velocityY);
    if (receiver.course) {
      const course = (Math.atan2(velocityX, velocityY) * 180) / Math.PI;
      columns.courseDeg[i] = course < 0 ? course + 360 : course;
    }
    if (receiver.accuracy) columns.accuracyM[i] = 4 * axisSigmaM;
  });
  return columns;
}
