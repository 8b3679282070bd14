import { describe, expect, it } from 'vitest';
import { columnOf, resampleTrace, topAndMinSpeed, traceOfLap } from '@/lib/analysis/trace';
import { packTrace, unpackTrace } from '@/lib/analysis/trace-codec';
import { squareCircuit } from '@/lib/simulator/circuits';
import { flyingRoute, simulateDrive } from '@/lib/simulator/drive';
import { groundAt } from '@/lib/simulator/ground';
import { carState } from '@/lib/simulator/motion';

const startMs = Date.UTC(2026, 5, 13, 9, 30);

/** One lap at 25 Hz with its channels, and the exact motion beside it. */
function oneLap(origin: { x: number; y: number } | null) {
  const circuit = squareCircuit({ origin, sideM: 400, radiusM: 40 });
  const driven = simulateDrive({
    circuit,
    route: flyingRoute(circuit, 2),
    startMs,
    receiver: { rateHz: 25 },
  });
  const [lap] = driven.truth.laps;
  if (!lap) throw new Error('the simulator drove no lap');
  const trace = traceOfLap(driven.fixes, driven.channels, lap);
  const column = (name: string) => {
    const values = columnOf(trace, name);
    if (!values) throw new Error(`the trace has no ${name}`);
    return values;
  };
  return { ...driven, lap, trace, column };
}

describe('the trace of a lap, beside the exact motion', () => {
  it.each([
    ['on the Earth', { x: 11.28, y: 44.34 }],
    ['across the antimeridian', { x: 180, y: -16.8 }],
    ['in a plane', null],
  ] as const)('begins and ends on the line and has the true way, place and speed %s', (_, origin) => {
    const { lap, trace, column, motion } = oneLap(origin);
    const time = column('time_ms');
    expect(time[0]).toBeCloseTo(0, 3);
    expect(time.at(-1)).toBeCloseTo(lap.timeMs, 3);
    const car = carState();
    const ground = origin && groundAt(origin);
    let wayM = 0;
    for (let i = 0; i < trace.samples; i++) {
      motion.at(lap.startMs - startMs + (time[i] ?? 0), car);
      const place = { x: column('x')[i] ?? 0, y: column('y')[i] ?? 0 };
      const seen = ground ? ground.toMetres(place) : place;
      // Both ends lie between two fixes: there the trace is straight and steady, the car is not quite.
      expect(Math.hypot(seen.x - car.x, seen.y - car.y)).toBeLessThan(0.01);
      expect(Math.abs((column('speed_mps')[i] ?? 0) - car.speedMps)).toBeLessThan(0.05);
    }
    for (let ms = 0; ms < lap.timeMs; ms += 1)
      wayM += motion.at(lap.startMs - startMs + ms, car).speedMps * 0.001;
    expect(Math.abs((column('distance_m').at(-1) ?? 0) / wayM - 1)).toBeLessThan(0.001);
  });

  it('keeps its longitudes together across the antimeridian', () => {
    const longitudes = oneLap({ x: 180, y: -16.8 }).column('x');
    expect(Math.max(...longitudes) - Math.min(...longitudes)).toBeLessThan(0.01);
  });

  it('comes back from its packed bytes to half a step of every column', () => {
    const { trace } = oneLap({ x: 11.28, y: 44.34 });
    const bytes = packTrace(trace);
    const back = unpackTrace(bytes, trace.samples, trace.columns);
    trace.columns.forEach((column, k) => {
      column.values.forEach((value, i) => {
        const error = Math.abs((back.columns[k]?.values[i] ?? Number.NaN) - value);
        expect(error).toBeLessThanOrEqual(0.5000001 / column.scale);
      });
    });
    expect(bytes.length).toBeLessThan(trace.samples * trace.columns.length * 3);
  });

  it('resampled by distance ends where it ended and keeps its extremes', () => {
    const { trace, lap } = oneLap({ x: 11.28, y: 44.34 });
    const even = resampleTrace(trace, 2);
    const steps = columnOf(even, 'distance_m');
    for (let i = 1; i < even.samples - 1; i++)
      expect((steps?.[i] ?? 0) - (steps?.[i - 1] ?? 0)).toBeCloseTo(2, 6);
    expect(columnOf(even, 'time_ms')?.at(-1)).toBeCloseTo(lap.timeMs, 3);
    const [before, after] = [topAndMinSpeed(trace), topAndMinSpeed(even)];
    expect(Math.abs((before?.topMps ?? 0) - (after?.topMps ?? 99))).toBeLessThan(0.3);
    expect(Math.abs((before?.minMps ?? 0) - (after?.minMps ?? 99))).toBeLessThan(0.1);
  });
});
