import { describe, expect, it } from 'vitest';
import type { Circuit } from '@/lib/simulator/circuit';
import {
  clubCircuit,
  hairpinCircuit,
  ovalCircuit,
  squareCircuit,
  stageCircuit,
} from '@/lib/simulator/circuits';
import { type Driven, flyingRoute, simulateDrive, startChainageM } from '@/lib/simulator/drive';
import { carState } from '@/lib/simulator/motion';
import { randomFrom } from '@/lib/simulator/random';
import { REAL_RECEIVER, type Receiver } from '@/lib/simulator/receiver';
import { type Detection, detectLaps } from '@/lib/timing/detect-laps';
import type { Track } from '@/lib/timing/types';

const startMs = Date.UTC(2026, 5, 13, 9, 30);

const drive = (
  circuit: Circuit,
  laps: number,
  receiver: Partial<Receiver>,
  seed = 1,
  from = startMs,
): Driven =>
  simulateDrive({
    circuit,
    route: flyingRoute(circuit, laps),
    startMs: from,
    receiver,
    random: randomFrom(seed),
  });

const completeMs = ({ laps }: Detection) =>
  laps.filter((lap) => lap.class === 'complete').map((lap) => lap.timeMs);

/** No fix was refused and every true lap was found complete, each within `withinMs`. */
function expectTheTrueLaps(found: Detection, { truth }: Driven, withinMs: number) {
  expect(found.rejected).toEqual({});
  const times = completeMs(found);
  expect(times).toHaveLength(truth.laps.length);
  truth.laps.forEach((lap, i) => {
    expect(Math.abs((times[i] ?? 0) - lap.timeMs)).toBeLessThanOrEqual(withinMs);
  });
}

const withDirection = (track: Track, direction: 1 | -1 | null): Track => ({
  ...track,
  checkpoints: track.checkpoints.map((gate) => ({ ...gate, direction })),
});

describe('laps anywhere on Earth', () => {
  const places = {
    'the northern hemisphere': { x: 11.28, y: 44.34 },
    'the southern hemisphere': { x: 149.56, y: -33.45 },
    'the western south': { x: -46.7, y: -23.7 },
    'the equator on the zero meridian': { x: 0.0003, y: -0.0002 },
    'the far north': { x: 25.7, y: 66.5 },
    'the antimeridian from the east': { x: 179.9995, y: -16.8 },
    'the antimeridian from the west': { x: -179.9995, y: 65.2 },
    'the antimeridian itself': { x: 180, y: -16.8 },
  };

  it.each(Object.entries(places))('equal the truth to 2 µs in %s', (_, origin) => {
    const toTheEast = squareCircuit({ origin, sideM: 400, radiusM: 40 });
    const toTheWest = ovalCircuit({ origin, straightM: 400, radiusM: 80 });
    for (const circuit of [toTheEast, toTheWest]) {
      const driven = drive(circuit, 4, { rateHz: 25 });
      expectTheTrueLaps(detectLaps(circuit.track, driven.fixes), driven, 0.002);
    }
  });

  it.each(Object.entries(places))('are learnt without declared directions in %s', (_, origin) => {
    const circuit = squareCircuit({ origin, sideM: 400, radiusM: 40 });
    const driven = drive(circuit, 4, { ...REAL_RECEIVER, rateHz: 10 });
    const found = detectLaps(withDirection(circuit.track, null), driven.fixes);
    expect(found.directions).toEqual([1, 1, 1, 1]);
    expectTheTrueLaps(found, driven, 120);
  });

  it('are measured in a plane of metres as well', () => {
    const circuit = squareCircuit({ origin: null, sideM: 400, radiusM: 40 });
    const driven = drive(circuit, 4, { rateHz: 100 });
    expectTheTrueLaps(detectLaps(circuit.track, driven.fixes), driven, 0.002);
  });
});

describe('laps at any time', () => {
  const circuit = squareCircuit({ origin: { x: 11.28, y: 44.34 }, sideM: 400, radiusM: 40 });
  const sectors = (from: number) =>
    detectLaps(circuit.track, drive(circuit, 4, { rateHz: 10 }, 1, from).fixes).laps.map((lap) => [
      lap.class,
      lap.timeMs,
      ...lap.sectors.map((sector) => sector.timeMs),
    ]);

  it('do not change over midnight, the end of a year, or a leap day', () => {
    const plain = sectors(startMs);
    expect(plain.length).toBeGreaterThan(4);
    for (const from of [
      Date.UTC(2026, 5, 13, 23, 59, 0),
      Date.UTC(2026, 11, 31, 23, 59, 5),
      Date.UTC(2028, 1, 28, 23, 59, 10),
    ]) {
      sectors(from).forEach((row, i) => {
        row.forEach((value, k) => {
          const same = plain[i]?.[k];
          if (typeof value !== 'number' || typeof same !== 'number') expect(value).toBe(same);
          // A double holds epoch ms to a quarter of a µs.
          else expect(Math.abs(value - same)).toBeLessThanOrEqual(0.003);
        });
      });
    }
  });

  it('do not change for a clock that starts at 0', () => {
    const driven = drive(circuit, 4, { rateHz: 10 }, 1, 0);
    expectTheTrueLaps(detectLaps(circuit.track, driven.fixes), driven, 0.05);
  });

  it('have sectors that sum to the lap exactly', () => {
    const driven = drive(circuit, 4, { ...REAL_RECEIVER, rateHz: 10 });
    for (const lap of detectLaps(circuit.track, driven.fixes).laps) {
      if (lap.class !== 'complete') continue;
      expect(lap.sectors).toHaveLength(4);
      const sum = lap.sectors.reduce((total, sector) => total + Math.round((sector.timeMs ?? 0) * 1000), 0);
      expect(sum).toBe(Math.round(lap.timeMs * 1000));
    }
  });
});

describe('parallel roads', () => {
  const origin = { x: 11.28, y: 44.34 };

  it('15 m apart are told apart by gates of 14 m, under noise, at every rate', () => {
    const circuit = hairpinCircuit({ origin });
    for (const rateHz of [1, 2, 5, 10, 25]) {
      const driven = drive(circuit, 5, { ...REAL_RECEIVER, rateHz }, rateHz);
      const found = detectLaps(circuit.track, driven.fixes);
      expectTheTrueLaps(found, driven, 150);
      expect(found.crossings).toHaveLength(driven.truth.crossings.length);
    }
  });

  it('driven the other way do not cross a gate that reaches over both', () => {
    const circuit = hairpinCircuit({ origin, halfWidthM: 25 });
    const driven = drive(circuit, 5, { ...REAL_RECEIVER, rateHz: 10 });
    const found = detectLaps(circuit.track, driven.fixes);
    expectTheTrueLaps(found, { ...driven, truth: { ...driven.truth, laps: forwardLaps(driven) } }, 150);
    expect(found.ignoredCrossings.wrong_way).toBeGreaterThanOrEqual(9);
  });
});

/** True laps between forward passes of the start gate only. */
function forwardLaps({ truth }: Driven) {
  const starts = truth.crossings.filter((one) => one.checkpoint === 1 && one.direction === 1);
  return starts.slice(1).map((end, i) => {
    const begin = starts[i]?.timeMs ?? 0;
    return { startMs: begin, endMs: end.timeMs, timeMs: end.timeMs - begin, clean: true, viaPit: false };
  });
}

/** The circuit with its line driven the other way; gates stay as they are. */
function reversed(circuit: Circuit): Circuit {
  const { line } = circuit;
  return {
    ...circuit,
    line: {
      ...line,
      at(u, into) {
        line.at(-u, into);
        into.dx = -into.dx;
        into.dy = -into.dy;
        return into;
      },
    },
  };
}

describe('reversed driving', () => {
  const circuit = ovalCircuit({ origin: { x: 11.28, y: 44.34 }, straightM: 500, radiusM: 60 });
  const backwards = reversed(circuit);

  it('gives no lap against declared directions, and counts what was ignored', () => {
    const driven = drive(backwards, 4, { rateHz: 10 });
    expect(driven.truth.crossings.every((crossing) => crossing.direction === -1)).toBe(true);
    const found = detectLaps(circuit.track, driven.fixes);
    expect(completeMs(found)).toEqual([]);
    expect(found.crossings).toEqual([]);
    expect(found.ignoredCrossings.wrong_way).toBe(driven.truth.crossings.length);
  });

  it('is learnt when the track declares nothing, with the same accuracy', () => {
    const driven = drive(backwards, 4, { rateHz: 10 });
    const found = detectLaps(withDirection(circuit.track, null), driven.fixes);
    expect(found.directions).toEqual([-1, -1]);
    expectTheTrueLaps(found, driven, 0.05);
  });
});

describe('on the line itself', () => {
  const circuit = squareCircuit({ origin: { x: 11.28, y: 44.34 }, sideM: 400, radiusM: 40 });
  const lineM = startChainageM(circuit);
  const lapM = circuit.line.length;

  /** Two laps, a stop at the line of the second lap's end for 90 s, one more lap. */
  const parked = (offsetM: number, receiver: Partial<Receiver>, seed: number) => {
    const route = {
      ...flyingRoute(circuit, 3),
      stops: [{ atM: lineM + 2 * lapM + offsetM, dwellMs: 90_000 }],
    };
    return simulateDrive({ circuit, route, startMs, receiver, random: randomFrom(seed) });
  };

  it.each([-0.4, 0, 0.4])(
    'a car parked %f m from it crosses once, however its position wanders',
    (offsetM) => {
      for (let seed = 0; seed < 12; seed++) {
        const rateHz = [1, 5, 10, 25][seed % 4] ?? 10;
        const driven = parked(offsetM, { ...REAL_RECEIVER, rateHz }, seed);
        const found = detectLaps(circuit.track, driven.fixes);
        const starts = found.crossings.filter((crossing) => crossing.checkpoint === 1);
        expect(starts).toHaveLength(4);
        const [, , begin = { timeMs: 0 }] = starts;
        const real = driven.truth.crossings.filter((crossing) => crossing.checkpoint === 1)[2]?.timeMs ?? 0;
        // Somewhere within the stop; the first lap and the sum over the stop are exact as ever.
        expect(Math.abs(begin.timeMs - real)).toBeLessThan(93_000);
        const times = found.laps.filter((lap) => lap.number > 0 && lap.number < 4).map((lap) => lap.timeMs);
        const truth = driven.truth.laps.map((lap) => lap.timeMs);
        expect(Math.abs((times[0] ?? 0) - (truth[0] ?? 0))).toBeLessThan(120);
        const both = (list: number[]) => (list[1] ?? 0) + (list[2] ?? 0);
        expect(Math.abs(both(times) - both(truth))).toBeLessThan(120);
      }
    },
  );

  it('a car that parks 2 m before it and is pushed back has not crossed', () => {
    const route = { ...flyingRoute(circuit, 1), toM: lineM + lapM - 2 };
    const standing = { start: false, end: true };
    const receiver = { ...REAL_RECEIVER, driftSigmaM: 0.2, rateHz: 10 };
    const driven = simulateDrive({ circuit, route, startMs, standing, receiver, random: randomFrom(3) });
    const found = detectLaps(circuit.track, driven.fixes);
    expect(found.crossings.filter((crossing) => crossing.checkpoint === 1)).toHaveLength(1);
    expect(found.laps.at(-1)?.class).toBe('inlap');
  });
});

describe('an open stage', () => {
  const circuit = stageCircuit({ origin: { x: 11.28, y: 44.34 } });
  const route = { fromM: 0, toM: 1380, detours: [], zones: [], stops: [] };
  const standing = { start: true, end: true };

  it('gives one complete lap from start to finish, at every rate', () => {
    for (const [rateHz, withinMs] of [
      [1, 6],
      [5, 0.3],
      [25, 0.01],
    ] as const) {
      const driven = simulateDrive({ circuit, route, startMs, standing, receiver: { rateHz } });
      const found = detectLaps(circuit.track, driven.fixes);
      expectTheTrueLaps(found, driven, withinMs);
      expect(found.laps).toHaveLength(1);
      expect(found.laps[0]?.sectors).toHaveLength(2);
    }
  });
});

describe('the odometer', () => {
  it('is within 0.3 % of the driven way at 1 Hz and 25 Hz, with noise', () => {
    const circuit = clubCircuit({ origin: { x: 11.28, y: 44.34 }, pitGates: 'none' });
    for (const rateHz of [1, 25]) {
      const { fixes, motion } = drive(circuit, 4, { ...REAL_RECEIVER, rateHz });
      const found = detectLaps(circuit.track, fixes);
      const car = carState();
      let wayM = 0;
      for (
        let ms = (fixes.timeMs[0] ?? 0) - startMs;
        ms < (fixes.timeMs[fixes.count - 1] ?? 0) - startMs;
        ms += 10
      )
        wayM += motion.at(ms, car).speedMps * 0.01;
      expect(wayM).toBeGreaterThan(8000);
      expect(Math.abs(found.distanceM / wayM - 1)).toBeLessThan(0.003);
    }
  });
});
