import { describe, expect, it } from 'vitest';
import { columnOf, resampleTrace, traceOfLap } from '@/lib/analysis/trace';
import { packTrace, unpackTrace } from '@/lib/analysis/trace-codec';
import { planeOf } from '@/lib/timing/plane';
import { columns, drive, rounds } from '../support/tape';

const corner = { x: 0, y: 0 };
const fixes = columns(drive(corner, rounds(1)));
const whole = { startMs: 1_000_000, endMs: 1_030_000 };

describe('a trace', () => {
  it('is packed and read back when a channel holds infinite values and sentinels', () => {
    const values = new Float64Array(fixes.count).map((_, i) => 100 + (i % 7));
    values[3] = Number.POSITIVE_INFINITY;
    values[5] = -1e18;
    values[6] = 1e300;
    const trace = traceOfLap(fixes, [{ name: 'rpm', unit: '', values }], whole);
    const heads = trace.columns.map(({ name, unit, scale }) => ({ name, unit, scale }));
    const back = columnOf(unpackTrace(packTrace(trace), trace.samples, heads), 'rpm');
    expect([3, 5, 6].map((i) => back?.[i])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([4, 7, 200].map((i) => back?.[i])).toEqual([104, 100, 104]);
  });

  it('refuses to pack what it could not give back', () => {
    const columnsOf = (value: number) => [
      { name: 'x', unit: 'm', scale: 1000, values: Float64Array.of(1, value) },
    ];
    for (const value of [Number.POSITIVE_INFINITY, -1e18])
      expect(() => packTrace({ samples: 2, columns: columnsOf(value) })).toThrow(/too great/);
  });

  it('leaves out the fixes that the detector refuses, and drives no jump', () => {
    const plane = planeOf('wgs84', { x: 11.28, y: 44.34 });
    const rows = drive(corner, rounds(2)).map((fix) => ({ ...fix, speedMps: Number.NaN }));
    const placed = rows.map((fix, i) => {
      const east = i === 80 || i === 100 ? 5000 : i >= 400 ? 900 : 0;
      return { ...fix, ...plane.fromMetres({ x: fix.x + east, y: fix.y }) };
    });
    const rpm = { name: 'rpm', unit: '', values: new Float64Array(rows.length).map((_, i) => i) };
    const trace = traceOfLap(columns(placed, 'wgs84'), [rpm], { startMs: 1_005_000, endMs: 1_059_000 });
    const distanceM = columnOf(trace, 'distance_m');
    expect(Math.abs((distanceM?.at(-1) ?? 0) - 540)).toBeLessThan(8);
    expect(Array.from(columnOf(trace, 'rpm') ?? []).filter((value) => value === 80 || value === 100)).toEqual(
      [],
    );
    expect(trace.samples).toBe(541 - 4);
  });

  it('is empty for a window before or after all fixes', () => {
    expect(traceOfLap(fixes, [], { startMs: 0, endMs: 999_999 }).samples).toBe(0);
    expect(traceOfLap(fixes, [], { startMs: 2_000_000, endMs: 2_010_000 }).samples).toBe(0);
  });

  it('resampled by distance ends where the lap ends, also when the car stands there', () => {
    const standing = columns(drive(corner, [{ to: { x: 95, y: 0 }, speedMps: 10 }, { stopS: 20 }]));
    const trace = traceOfLap(standing, [], { startMs: 1_000_000, endMs: 1_029_500 });
    expect(columnOf(resampleTrace(trace, 10), 'time_ms')?.at(-1)).toBe(29_500);
  });
});
