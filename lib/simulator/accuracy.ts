import { detectLaps } from '@/lib/timing/detect-laps';
import type { Checkpoint, Crossing, CrossingMethod } from '@/lib/timing/types';
import { type Circuit, gateAcross } from './circuit';
import { flyingRoute, simulateDrive } from './drive';
import { smoothNoise } from './driven-line';
import { randomFrom } from './random';
import type { Receiver } from './receiver';
import type { TrueCrossing } from './truth';

/** Errors of the timing core against the exact truth; `lap` = from one pass of a gate to the next pass of it. */
export type Accuracy = {
  crossings: number;
  crossingRmsMs: number;
  crossingMaxMs: number;
  laps: number;
  lapRmsMs: number;
  lapMaxMs: number;
  /** Part of the laps whose error is within two of their stated sigmas. */
  coverage: number;
  meanSigmaMs: number;
  /** True crossings that were not found, and found ones that are not true. */
  lost: number;
  invented: number;
};

export type AccuracyOptions = {
  circuit: Circuit;
  receiver: Partial<Receiver>;
  /** Which interpolation the receiver's columns allow; default hermite. */
  method?: CrossingMethod;
  laps?: number;
  /** How many recordings, each with its own phase of the fixes, its own driving and its own noise. */
  runs?: number;
  seed?: number;
};

/** The same circuit with so many gates at equal distances; the start gate stays what it is. */
export function withEvenGates(circuit: Circuit, count: number, halfWidthM = 12): Circuit {
  const { line, ground, track } = circuit;
  const gates = Array.from({ length: count }, (_, i): Checkpoint => {
    const [left, right] = gateAcross(line, { type: 'sector', atM: (i * line.length) / count, halfWidthM });
    return {
      number: i + 1,
      name: `Gate ${i + 1}`,
      type: i === 0 ? 'start' : 'sector',
      points: ground ? [ground.toDegrees(left), ground.toDegrees(right)] : [left, right],
      previous: null,
      direction: 1,
      closesLap: null,
    };
  });
  return { ...circuit, track: { ...track, checkpoints: gates } };
}

type Pair = { truth: TrueCrossing; found: Crossing };

/** Pairs each true crossing with the found one of the same gate within half a second. */
function pair(truth: readonly TrueCrossing[], found: readonly Crossing[]): Pair[] {
  const byGate = new Map<number, Crossing[]>();
  for (const crossing of found) {
    byGate.set(crossing.checkpoint, [...(byGate.get(crossing.checkpoint) ?? []), crossing]);
  }
  return truth.flatMap((real) => {
    const near = byGate.get(real.checkpoint)?.find((one) => Math.abs(one.timeMs - real.timeMs) < 500);
    return near ? [{ truth: real, found: near }] : [];
  });
}

const rms = (errors: readonly number[]) =>
  Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
const greatest = (errors: readonly number[]) => errors.reduce((most, e) => Math.max(most, Math.abs(e)), 0);

type LapError = { errorMs: number; sigmaMs: number };

/** Lap errors at every gate: the next pass of the same gate less this one. */
function lapErrors(pairs: readonly Pair[], longestMs: number): LapError[] {
  const last = new Map<number, Pair>();
  const errors: LapError[] = [];
  for (const now of pairs) {
    const before = last.get(now.truth.checkpoint);
    last.set(now.truth.checkpoint, now);
    const realMs = now.truth.timeMs - (before?.truth.timeMs ?? Number.NaN);
    if (!before || realMs > longestMs) continue;
    const foundMs = now.found.timeMs - before.found.timeMs;
    errors.push({
      errorMs: foundMs - realMs,
      sigmaMs: Math.hypot(now.found.uncertaintyMs, before.found.uncertaintyMs),
    });
  }
  return errors;
}

/** One recording: its pairs and what had no partner. */
function measureRun(options: AccuracyOptions, run: number) {
  const { circuit, receiver, method = 'hermite', laps = 6, seed = 1 } = options;
  const random = randomFrom(`${seed}/${run}`);
  const rateHz = receiver.rateHz ?? 10;
  const day = smoothNoise(random.fork('day'), 0.004, circuit.line.length);
  const corner = smoothNoise(random.fork('corner'), 0.004, 200);
  const driven = simulateDrive({
    circuit,
    route: flyingRoute(circuit, laps),
    startMs: 0,
    random,
    receiver: {
      phaseMs: random.between(0, 1000 / rateHz),
      ...receiver,
      speed: method !== 'linear',
      course: method === 'hermite',
    },
    paceAt: (chainageM) => 0.985 + day(chainageM) + corner(chainageM),
    wander: smoothNoise(random.fork('wander'), 0.3, 120),
  });
  const { crossings } = detectLaps(circuit.track, driven.fixes, { minLapMs: 1000 });
  // The receiver sees nothing before its first fix and after its last.
  const { timeMs, count } = driven.fixes;
  const [firstMs, lastMs] = [timeMs[0] ?? 0, timeMs[count - 1] ?? 0];
  const seen = driven.truth.crossings.filter((one) => one.timeMs >= firstMs && one.timeMs <= lastMs);
  const pairs = pair(seen, crossings);
  const longestMs = 1.5 * (driven.motion.durationMs / laps);
  return { pairs, laps: lapErrors(pairs, longestMs), seen: seen.length, found: crossings.length };
}

/** Drives, records, detects and compares with the truth. Equal options give equal figures. */
export function measureAccuracy(options: AccuracyOptions): Accuracy {
  const runs = Array.from({ length: options.runs ?? 4 }, (_, run) => measureRun(options, run));
  const errors = runs.flatMap(({ pairs }) => pairs.map(({ truth, found }) => found.timeMs - truth.timeMs));
  const laps = runs.flatMap((run) => run.laps);
  const lapMs = laps.map((lap) => lap.errorMs);
  const total = (pick: (run: (typeof runs)[number]) => number) =>
    runs.reduce((sum, run) => sum + pick(run), 0);
  return {
    crossings: errors.length,
    crossingRmsMs: rms(errors),
    crossingMaxMs: greatest(errors),
    laps: laps.length,
    lapRmsMs: rms(lapMs),
    lapMaxMs: greatest(lapMs),
    coverage: laps.filter((lap) => Math.abs(lap.errorMs) <= 2 * lap.sigmaMs).length / laps.length,
    meanSigmaMs: laps.reduce((sum, lap) => sum + lap.sigmaMs, 0) / laps.length,
    lost: total((run) => run.seen - run.pairs.length),
    invented: total((run) => run.found - run.pairs.length),
  };
}
