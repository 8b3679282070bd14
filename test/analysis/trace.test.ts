import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumOfBestSectorsMs } from '@/lib/analysis/sectors';
import { consistencyMs, stintsOf } from '@/lib/analysis/statistics';
import { columnOf, resampleTrace, type Trace, topAndMinSpeed, traceOfLap } from '@/lib/analysis/trace';
import { packTrace, unpackTrace } from '@/lib/analysis/trace-codec';
import { columns, drive, rounds } from '../support/tape';

const fixes = columns(drive({ x: 0, y: 0 }, rounds(1)));
const rpm = {
  name: 'rpm',
  unit: '1/min',
  values: fixes.timeMs.map((_, i) => (i % 3 === 1 ? Number.NaN : 4000 + i)),
};
const startMs = 1_000_000;

describe('the trace of a lap', () => {
  it('has a sample exactly at each end and every fix between', () => {
    const trace = traceOfLap(fixes, [rpm], { startMs: startMs + 250, endMs: startMs + 1050 });
    expect([...(columnOf(trace, 'time_ms') ?? [])]).toEqual([0, 50, 150, 250, 350, 450, 550, 650, 750, 800]);
    expect(columnOf(trace, 'x')?.[0]).toBeCloseTo(2.5, 9);
    expect(columnOf(trace, 'distance_m')?.at(-1)).toBeCloseTo(8, 9);
    expect(trace.columns.map((column) => column.name)).toEqual([
      'time_ms',
      'distance_m',
      'x',
      'y',
      'speed_mps',
      'rpm',
    ]);
  });

  it('derives the speed where the recording has none', () => {
    const without = { ...fixes, speedMps: fixes.speedMps.map(() => Number.NaN) };
    const trace = traceOfLap(without, [], { startMs, endMs: startMs + 9000 });
    expect(topAndMinSpeed(trace)?.topMps).toBeCloseTo(10, 6);
  });

  it('crosses the antimeridian without a jump', () => {
    const over = columns(
      [179.9999, -179.9999, -179.9997].map((x, i) => ({
        timeMs: i * 1000,
        x,
        y: 10,
        speedMps: Number.NaN,
        courseDeg: Number.NaN,
        altitudeM: Number.NaN,
        accuracyM: Number.NaN,
      })),
      'wgs84',
    );
    const trace = traceOfLap(over, [], { startMs: 500, endMs: 1500 });
    expect(columnOf(trace, 'x')?.[0]).toBeCloseTo(180, 9);
    expect(columnOf(trace, 'distance_m')?.at(-1)).toBeLessThan(40);
  });

  it('is empty for a device without fixes', () => {
    expect(traceOfLap(columns([]), [], { startMs: 0, endMs: 1 }).samples).toBe(0);
  });

  it('can be taken at even steps of distance, its end included', () => {
    const even = resampleTrace(traceOfLap(fixes, [rpm], { startMs, endMs: startMs + 9950 }), 10);
    expect([...(columnOf(even, 'distance_m') ?? [])].map((m) => Math.round(m * 10) / 10)).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99.5,
    ]);
    expect(columnOf(even, 'time_ms')?.[5]).toBeCloseTo(5000, 6);
  });
});

describe('the stored form of a trace', () => {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: -2e9, max: 2e9, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );

  it('reads back every value at its scale, unknown ones as unknown', () => {
    const anyTrace = fc.integer({ min: 0, max: 40 }).chain((samples) =>
      fc
        .array(
          fc.tuple(
            fc.constantFrom(1, 100, 1000),
            fc.array(value, { minLength: samples, maxLength: samples }),
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map(
          (lists): Trace => ({
            samples,
            columns: lists.map(([scale, list], i) => ({
              name: i === 0 ? 'time_ms' : `c${i}`,
              unit: '',
              scale,
              values: Float64Array.from(list),
            })),
          }),
        ),
    );
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const back = unpackTrace(packTrace(trace), trace.samples, trace.columns);
        trace.columns.forEach((column, c) => {
          const expected = [...column.values].map((v) => Math.round(v * column.scale) / column.scale + 0);
          expect([...(back.columns[c]?.values ?? [])]).toEqual(expected);
        });
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it('says so when its bytes end too early', () => {
    const trace = traceOfLap(fixes, [], { startMs, endMs: startMs + 5000 });
    expect(() => unpackTrace(packTrace(trace).slice(0, 40), trace.samples, trace.columns)).toThrow(
      /recompute/,
    );
  });
});

describe('figures over laps', () => {
  const lap = (times: (number | null)[], more = {}) => ({
    class: 'complete',
    estimated: false,
    sectors: times.map((timeMs) => ({ timeMs })),
    ...more,
  });

  it('sums the best sectors of complete and sure laps only', () => {
    expect(
      sumOfBestSectorsMs([
        lap([10.001, 20]),
        lap([11, 19.5]),
        lap([1, 1], { class: 'pitstop' }),
        lap([1, 1], { estimated: true }),
      ]),
    ).toBe(29.501);
    expect(sumOfBestSectorsMs([lap([10, null])])).toBeNull();
    expect(sumOfBestSectorsMs([])).toBeNull();
  });

  it('knows consistency from three laps at pace on', () => {
    expect(consistencyMs([60_000, 60_100])).toBeNull();
    expect(consistencyMs([60_000, 60_100, 60_200, 75_000])).toBeCloseTo(100, 9);
  });

  it('begins a stint after each pit visit', () => {
    const laps = ['outlap', 'complete', 'pitstop', 'complete', 'inlap', 'outlap', 'complete'].map((name) => ({
      class: name,
    }));
    expect(stintsOf(laps)).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });
});
