import { describe, expect, it } from 'vitest';
import { gateInMetres } from '@/lib/simulator/circuit';
import { clubCircuit, ovalCircuit, squareCircuit, stageCircuit } from '@/lib/simulator/circuits';
import { flyingRoute, pitVisit, simulateDrive, startChainageM } from '@/lib/simulator/drive';
import { groundAt } from '@/lib/simulator/ground';
import { carState } from '@/lib/simulator/motion';
import { randomFrom } from '@/lib/simulator/random';
import { curvePoint, splineThrough } from '@/lib/simulator/spline';

const origin = { x: 9.5, y: 47.1 };

describe('the spline', () => {
  it('goes through its points and closes with equal direction and curvature', () => {
    const points = Array.from({ length: 9 }, (_, i) => ({
      x: 50 * Math.cos(i * 0.7),
      y: 30 * Math.sin(i * 0.7),
    }));
    const spline = splineThrough(points, true);
    const at = curvePoint();
    points.forEach((point, i) => {
      spline.at(spline.knots[i] ?? 0, at);
      expect(at.x).toBeCloseTo(point.x, 9);
      expect(at.y).toBeCloseTo(point.y, 9);
    });
    const before = { ...spline.at(spline.length - 1e-7, at) };
    const after = { ...spline.at(1e-7, at) };
    for (const key of ['dx', 'dy', 'ddx', 'ddy'] as const) expect(before[key]).toBeCloseTo(after[key], 5);
  });

  it('refuses two equal points and fewer than three', () => {
    const same = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 0 },
    ];
    expect(() => splineThrough(same, false)).toThrow(/Points 1 and 2/);
    expect(() => splineThrough(same.slice(0, 2), false)).toThrow(/at least 3/);
  });
});

describe('the random stream', () => {
  it('repeats itself with the seed, differs with another, and has the right spread', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, randomFrom(seed).next);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const random = randomFrom('spread');
    const values = Array.from({ length: 20_000 }, () => random.gaussian(2));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sigma = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(sigma).toBeCloseTo(2, 1);
  });
});

describe('the motion', () => {
  const circuit = clubCircuit({ origin });
  const route = flyingRoute(circuit, 2);
  const { motion, truth } = simulateDrive({ circuit, route, startMs: 0 });

  it('states the velocity that its places have', () => {
    const [a, b, c] = [carState(), carState(), carState()];
    for (let timeMs = 500; timeMs < motion.durationMs - 500; timeMs += 997) {
      motion.at(timeMs - 0.5, a);
      motion.at(timeMs, b);
      motion.at(timeMs + 0.5, c);
      expect((c.x - a.x) / 0.001).toBeCloseTo(b.velocityX, 1);
      expect((c.y - a.y) / 0.001).toBeCloseTo(b.velocityY, 1);
      expect(b.speedMps).toBeCloseTo(Math.hypot(b.velocityX, b.velocityY), 9);
    }
  });

  it('keeps to the limits of the car', () => {
    const car = carState();
    for (let timeMs = 0; timeMs < motion.durationMs; timeMs += 50) {
      motion.at(timeMs, car);
      expect(Math.abs(car.lateralMps2)).toBeLessThan(14.5);
      expect(car.accelerationMps2).toBeGreaterThan(-11.5);
      expect(car.accelerationMps2).toBeLessThan(5.5);
    }
  });

  it('is on the gate at the true instant of each crossing, to a microsecond', () => {
    expect(truth.crossings.map((crossing) => crossing.checkpoint)).toEqual([1, 2, 3, 1, 2, 3, 1]);
    const car = carState();
    for (const crossing of truth.crossings) {
      const gate = circuit.track.checkpoints.find(({ number }) => number === crossing.checkpoint);
      if (!gate) throw new Error('a crossing of no gate');
      const [p, q] = gateInMetres(circuit, gate);
      motion.at(crossing.timeMs, car);
      const distance =
        ((q.x - p.x) * (car.y - p.y) - (q.y - p.y) * (car.x - p.x)) / Math.hypot(q.x - p.x, q.y - p.y);
      // 1 µs at this speed.
      expect(Math.abs(distance)).toBeLessThan(1e-6 * car.speedMps);
      expect(crossing.direction).toBe(1);
    }
  });

  it('stands still in a pit stop for its whole length and keeps the limit of the lane', () => {
    const visit = pitVisit(circuit, 1, 360, 31_000);
    const pitRoute = { ...route, detours: [visit.detour], zones: [visit.zone], stops: [visit.stop] };
    const driven = simulateDrive({ circuit, route: pitRoute, startMs: 0, receiver: { rateHz: 10 } });
    const standing = Array.from(driven.fixes.speedMps).filter((speed) => speed === 0).length;
    expect(standing).toBeGreaterThanOrEqual(309);
    expect(standing).toBeLessThanOrEqual(311);
    expect(driven.truth.crossings.map((crossing) => crossing.checkpoint)).toEqual([1, 2, 3, 4, 2, 3, 1]);
    expect(driven.truth.laps.map((lap) => lap.viaPit)).toEqual([true, true]);
  });
});

describe('the receiver', () => {
  const circuit = ovalCircuit({ origin, straightM: 400, radiusM: 60 });
  const route = flyingRoute(circuit, 12);

  it('drifts with the sigma asked for and slowly', () => {
    const straight = { circuit, route, startMs: 0 };
    const clean = simulateDrive({ ...straight, receiver: { rateHz: 10 } }).fixes;
    const errors: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const { fixes } = simulateDrive({
        ...straight,
        random: randomFrom(seed),
        receiver: { rateHz: 10, driftSigmaM: 0.4, driftTauS: 30 },
      });
      const ground = groundAt(origin);
      for (let i = 0; i < fixes.count; i += 10) {
        const seen = ground.toMetres({ x: fixes.x[i] ?? 0, y: fixes.y[i] ?? 0 });
        const real = ground.toMetres({ x: clean.x[i] ?? 0, y: clean.y[i] ?? 0 });
        errors.push(seen.x - real.x, seen.y - real.y);
      }
    }
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(rms).toBeGreaterThan(0.34);
    expect(rms).toBeLessThan(0.46);
  });

  it('rounds time stamps to its quantum and leaves out what the dropout takes', () => {
    const { fixes } = simulateDrive({
      circuit,
      route,
      startMs: 1_000_000,
      receiver: { rateHz: 18, phaseMs: 3, quantumMs: 10, dropouts: [{ fromMs: 5_000, toMs: 9_000 }] },
    });
    expect(Array.from(fixes.timeMs).every((timeMs) => timeMs % 10 === 0)).toBe(true);
    expect(Array.from(fixes.timeMs).some((timeMs) => timeMs > 1_005_010 && timeMs < 1_008_990)).toBe(false);
  });

  it('writes longitudes between -180 and 180 on both sides of the antimeridian', () => {
    const far = ovalCircuit({ origin: { x: 180, y: -17 }, straightM: 400, radiusM: 60 });
    const { fixes } = simulateDrive({ circuit: far, route: flyingRoute(far, 1), startMs: 0 });
    const longitudes = Array.from(fixes.x);
    expect(longitudes.every((x) => x >= -180 && x <= 180)).toBe(true);
    expect(longitudes.some((x) => x > 179)).toBe(true);
    expect(longitudes.some((x) => x < -179)).toBe(true);
  });
});

describe('the circuits for tests', () => {
  it('each give one crossing of every gate per lap, square to the road', () => {
    for (const circuit of [
      clubCircuit({ origin, pitGates: 'none' }),
      squareCircuit({ origin, sideM: 300, radiusM: 30 }),
      ovalCircuit({ origin: null, straightM: 500, radiusM: 70 }),
    ]) {
      const { truth } = simulateDrive({ circuit, route: flyingRoute(circuit, 3), startMs: 0 });
      expect(truth.laps.map((lap) => lap.clean)).toEqual([true, true, true]);
      expect(truth.crossings).toHaveLength(3 * circuit.track.checkpoints.length + 1);
      expect(truth.crossings.every((crossing) => crossing.direction === 1)).toBe(true);
      expect(startChainageM(circuit)).toBeGreaterThan(0);
    }
  });

  it('has an open stage whose one lap runs from start to finish', () => {
    const circuit = stageCircuit({ origin });
    const route = { fromM: 0, toM: 1380, detours: [], zones: [], stops: [] };
    const { truth } = simulateDrive({ circuit, route, startMs: 0, standing: { start: true, end: true } });
    expect(truth.crossings.map((crossing) => crossing.checkpoint)).toEqual([1, 2, 3]);
    expect(truth.laps).toHaveLength(1);
  });
});
