import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import type { Crossing, Fix } from '@/lib/timing/types';
import { columns, drive, gate, rounds, trackOf } from '../support/tape';

const line = trackOf([gate(1, 'start', [0, 5], [0, -5])]);

/** Fixes every 100 ms at the given places, all without speed unless given. */
const at = (places: readonly [x: number, y: number][], speedMps = Number.NaN): Fix[] =>
  places.map(([x, y], i) => ({
    timeMs: i * 100,
    x,
    y,
    speedMps,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: Number.NaN,
  }));

function crossingsOf(fixes: readonly Fix[], track = line, options = {}): Crossing[] {
  const detector = new LapDetector(track, { minLapMs: 0, rearmM: 0, ...options });
  return fixes
    .flatMap((fix) => detector.push(fix))
    .flatMap((event) => (event.type === 'crossing' ? [event.crossing] : []));
}

describe('a line is crossed once', () => {
  it('between two fixes, at the linear instant without speeds', () => {
    expect(
      crossingsOf(
        at([
          [-3, 0],
          [1, 0],
        ]),
      ).map((one) => one.timeMs),
    ).toEqual([75]);
  });

  it('at a fix exactly on it, also at the first fix of all', () => {
    expect(
      crossingsOf(
        at([
          [-2, 0],
          [0, 0],
          [2, 0],
        ]),
      ).map((one) => one.timeMs),
    ).toEqual([100]);
    expect(
      crossingsOf(
        at([
          [0, 0],
          [2, 0],
        ]),
      ).map((one) => one.timeMs),
    ).toEqual([0]);
  });

  it('when the car stands on it for a while: as it leaves', () => {
    expect(
      crossingsOf(
        at([
          [-2, 0],
          [0, 0],
          [0, 0],
          [0, 0],
          [2, 0],
        ]),
      ).map((one) => one.timeMs),
    ).toEqual([300]);
  });

  it('and never by touching it and turning back', () => {
    expect(
      crossingsOf(
        at([
          [-2, 0],
          [0, 0],
          [-2, 0],
        ]),
      ),
    ).toEqual([]);
  });

  it('by a car that jitters over it while parked, until it has been away', () => {
    const jitter = at([
      [-1, 0],
      [1, 0.5],
      [-1, 0],
      [1, 0],
      [-1, 0],
      [2, 0],
      [30, 0],
      [30, 40],
      [-30, 40],
      [-30, 0],
      [1, 0],
    ]);
    expect(crossingsOf(jitter, line, { rearmM: 20 }).map((one) => one.timeMs)).toEqual([
      50,
      expect.any(Number),
    ]);
  });
});

describe('a crossing counts only', () => {
  it('on the gate, which may grow by a quarter for coarse fixes and noise', () => {
    expect(
      crossingsOf(
        at([
          [-1, 5.1],
          [1, 5.1],
        ]),
      ),
    ).toHaveLength(0);
    const coarse = at([
      [-10, 6],
      [10, 6],
    ]).map((fix) => ({ ...fix, timeMs: fix.timeMs * 20 }));
    expect(crossingsOf(coarse)).toHaveLength(1);
    expect(crossingsOf(coarse.map((fix) => ({ ...fix, y: 6.4 })))).toHaveLength(0);
  });

  it("within 60° of the gate's normal", () => {
    expect(
      crossingsOf(
        at([
          [-1, -1.5],
          [1, 1.5],
        ]),
      ),
    ).toHaveLength(1);
    expect(
      crossingsOf(
        at([
          [-1, -2.5],
          [1, 2.5],
        ]),
      ),
    ).toHaveLength(0);
  });

  it('in the declared direction: 1 has the first point on the left', () => {
    const oneWay = trackOf([{ ...gate(1, 'start', [0, 5], [0, -5]), direction: 1 as const }]);
    expect(
      crossingsOf(
        at([
          [-1, 0],
          [1, 0],
        ]),
        oneWay,
      ).map((one) => one.direction),
    ).toEqual([1]);
    expect(
      crossingsOf(
        at([
          [1, 0],
          [-1, 0],
        ]),
        oneWay,
      ),
    ).toEqual([]);
    expect(
      crossingsOf(
        at([
          [1, 0],
          [-1, 0],
        ]),
      ).map((one) => one.direction),
    ).toEqual([-1]);
  });

  it('once in five seconds at the start', () => {
    const fixes = drive({ x: 0, y: 0 }, rounds(4, 100));
    const track = trackOf([gate(1, 'start', [50, 5], [50, -5])]);
    expect(detectLaps(track, columns(fixes)).crossings.length).toBe(2);
    expect(detectLaps(track, columns(fixes)).ignoredCrossings).toEqual({ too_soon: 2 });
  });
});

describe('the instant', () => {
  /** A car that brakes from 50 to 30 m/s at 10 m/s²; 2 s between fixes. */
  const braking: Fix[] = [0, 2].map((t) => ({
    timeMs: t * 1000,
    x: -40 + 50 * t - 5 * t * t,
    y: 0,
    speedMps: 50 - 10 * t,
    courseDeg: 90,
    altitudeM: Number.NaN,
    accuracyM: Number.NaN,
  }));
  const exactMs = (5 - Math.sqrt(25 - 8)) * 1000;

  it('is exact for steady braking with speeds, with or without a course', () => {
    const [hermite] = crossingsOf(braking);
    const [acceleration] = crossingsOf(braking.map((fix) => ({ ...fix, courseDeg: Number.NaN })));
    expect([hermite?.method, acceleration?.method]).toEqual(['hermite', 'acceleration']);
    expect(hermite?.timeMs).toBeCloseTo(exactMs, 2);
    expect(acceleration?.timeMs).toBeCloseTo(exactMs, 2);
  });

  it('falls back to the straight line when the speed contradicts the way', () => {
    const [crossing] = crossingsOf(braking.map((fix) => ({ ...fix, speedMps: 3 })));
    expect(crossing?.method).toBe('linear');
    expect(crossing?.timeMs).toBe(1000);
  });
});

describe('fixes that cannot be true', () => {
  const geo = { ...trackOf([gate(1, 'start', [10, 50.001], [10, 50])]), frame: 'wgs84' as const };
  const fix = (timeMs: number, x: number, y: number): Fix => ({
    timeMs,
    x,
    y,
    speedMps: Number.NaN,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: Number.NaN,
  });

  it('are refused and counted by reason', () => {
    const detector = new LapDetector(geo);
    for (const one of [
      fix(0, 10, 50),
      fix(Number.NaN, 10, 50),
      fix(1, Number.NaN, 50),
      fix(2, 0, 0),
      fix(3, 10, 91),
      fix(0, 10, 50),
      fix(-1, 10, 50),
      fix(100, 11, 50),
    ])
      detector.push(one);
    expect(detector.rejected).toEqual({
      not_finite: 2,
      null_island: 1,
      out_of_range: 2,
      duplicate: 1,
      teleport: 1,
    });
  });

  it('are believed when three in a row agree: a new segment that crosses nothing on its way there', () => {
    const detector = new LapDetector(geo);
    const away = [fix(0, 9.99, 50.0005), ...[1, 2, 3, 4].map((i) => fix(i * 1000, 10.2 + i * 1e-5, 50.0005))];
    const events = away.flatMap((one) => detector.push(one));
    expect(events).toEqual([]);
    expect(detector.rejected).toEqual({ teleport: 2 });
    expect(detector.odometerM).toBeLessThan(5);
  });

  it('have no speed limit on a planar track', () => {
    expect(
      crossingsOf(
        at([
          [-9000, 0],
          [9000, 0],
        ]),
      ),
    ).toHaveLength(1);
  });
});
