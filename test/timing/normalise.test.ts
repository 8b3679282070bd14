import { describe, expect, it } from 'vitest';
import { normaliseColumns, normaliseFix } from '@/lib/timing/normalise';
import { columns } from '../support/tape';

const fix = (timeMs: number, speedMps = 10, x = timeMs) => ({
  timeMs,
  x,
  y: 1,
  speedMps,
  courseDeg: 90.123456789,
  altitudeM: Number.NaN,
  accuracyM: 3,
});

describe('normalising a recording', () => {
  it('quantises to what is stored: whole microseconds, 32-bit floats, nothing where a speed is negative', () => {
    expect(normaliseFix({ ...fix(1.23456789), speedMps: -1 })).toEqual({
      ...fix(1.235),
      x: 1.23456789,
      speedMps: Number.NaN,
      courseDeg: Math.fround(90.123456789),
    });
  });

  it('changes nothing the second time', () => {
    const once = normaliseColumns(columns([fix(0.0001), fix(1.00049), fix(7.7777777)])).fixes;
    expect(normaliseColumns(once).fixes).toEqual(once);
  });

  it('keeps rising times only and says which rows stayed', () => {
    const { kept, rejected } = normaliseColumns(
      columns([fix(10), fix(10), fix(9), fix(11), fix(Number.NaN), fix(12)]),
    );
    expect([...kept]).toEqual([0, 3, 5]);
    expect(rejected).toEqual({ duplicate: 1, backwards: 1, not_finite: 1 });
  });

  it('drops one row whose clock slipped far ahead instead of all that follow', () => {
    const { fixes, rejected } = normaliseColumns(columns([fix(0), fix(40), fix(900_000), fix(80), fix(120)]));
    expect([...fixes.timeMs]).toEqual([0, 40, 80, 120]);
    expect(rejected).toEqual({ clock_slip: 1 });
  });

  it('takes a speed that is 0 in every row of a moving car for unknown', () => {
    expect([...normaliseColumns(columns([fix(0, 0), fix(40, 0)])).fixes.speedMps]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
    expect([...normaliseColumns(columns([fix(0, 0, 5), fix(40, 0, 5)])).fixes.speedMps]).toEqual([0, 0]);
  });
});
