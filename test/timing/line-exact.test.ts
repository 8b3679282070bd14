import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import type { FixColumns, Track } from '@/lib/timing/types';

/** A start gate from (-10, 0) to (10, 0) and a sector gate at y = 100, driven northwards, back round the west. */
const track: Track = {
  name: 'Exact',
  location: '',
  frame: 'planar',
  checkpoints: [
    {
      number: 1,
      name: 'Start',
      type: 'start',
      points: [
        { x: -10, y: 0 },
        { x: 10, y: 0 },
      ],
      previous: null,
      direction: 1,
      closesLap: null,
    },
    {
      number: 2,
      name: 'Sector',
      type: 'sector',
      points: [
        { x: -10, y: 100 },
        { x: 10, y: 100 },
      ],
      previous: null,
      direction: 1,
      closesLap: null,
    },
  ],
  centreline: null,
};

type Row = readonly [timeMs: number, x: number, y: number];

function fixesOf(rows: readonly Row[]): FixColumns {
  const unknown = () => new Float64Array(rows.length).fill(Number.NaN);
  return {
    frame: 'planar',
    count: rows.length,
    timeMs: Float64Array.from(rows, ([timeMs]) => timeMs),
    x: Float64Array.from(rows, ([, x]) => x),
    y: Float64Array.from(rows, ([, , y]) => y),
    speedMps: unknown(),
    courseDeg: unknown(),
    altitudeM: unknown(),
    accuracyM: unknown(),
  };
}

/** One round: up along x = 0 from y = -50 to 150 in 20 s, then back by the west in 30 s. */
const round = (fromMs: number, stepM: number): Row[] => {
  const up = Array.from(
    { length: 200 / stepM + 1 },
    (_, i): Row => [fromMs + i * stepM * 100, 0, -50 + i * stepM],
  );
  return [...up, [fromMs + 30_000, -60, 150], [fromMs + 40_000, -60, -50]];
};

describe('a fix exactly on the line', () => {
  it('counts once, at its own time', () => {
    // Steps of 10 m from y = -50: the sixth fix has y = 0, the sixteenth y = 100.
    const rows = [0, 50_000, 100_000].flatMap((fromMs) => round(fromMs, 10));
    const found = detectLaps(track, fixesOf(rows));
    const starts = found.crossings.filter((crossing) => crossing.checkpoint === 1);
    expect(starts.map((crossing) => crossing.timeMs)).toEqual([5_000, 55_000, 105_000]);
    const sectors = found.crossings.filter((crossing) => crossing.checkpoint === 2);
    expect(sectors.map((crossing) => crossing.timeMs)).toEqual([15_000, 65_000, 115_000]);
    const complete = found.laps.filter((lap) => lap.class === 'complete');
    expect(complete.map((lap) => lap.timeMs)).toEqual([50_000, 50_000]);
    expect(complete.map((lap) => lap.sectors.map((sector) => sector.timeMs))).toEqual([
      [10_000, 40_000],
      [10_000, 40_000],
    ]);
  });

  it('gives the same laps as fixes that lie beside the line', () => {
    const on = detectLaps(track, fixesOf([0, 50_000, 100_000].flatMap((fromMs) => round(fromMs, 10))));
    const beside = detectLaps(track, fixesOf([0, 50_000, 100_000].flatMap((fromMs) => round(fromMs, 8))));
    const times = (found: typeof on) => found.crossings.map(({ checkpoint, timeMs }) => [checkpoint, timeMs]);
    expect(times(on)).toEqual(times(beside));
  });

  it('counts once when the car stands on it for many fixes', () => {
    const rows = [0, 50_000].flatMap((fromMs) => round(fromMs, 10));
    const [before, after] = [rows.slice(0, 6), rows.slice(6)];
    const standing = Array.from({ length: 40 }, (_, i): Row => [5_000 + (i + 1) * 500, 0, 0]);
    const later = after.map(([timeMs, x, y]): Row => [timeMs + 20_000, x, y]);
    const found = detectLaps(track, fixesOf([...before, ...standing, ...later]));
    const starts = found.crossings.filter((crossing) => crossing.checkpoint === 1);
    expect(starts).toHaveLength(2);
    expect(starts[0]?.timeMs).toBeGreaterThanOrEqual(5_000);
    expect(starts[0]?.timeMs).toBeLessThanOrEqual(26_000);
    expect(starts[1]?.timeMs).toBe(75_000);
  });

  it('does not count when the car only touches it and turns back', () => {
    const rows: Row[] = [
      [0, 0, -20],
      [1000, 0, -10],
      [2000, 0, 0],
      [3000, 0, -10],
      [4000, 0, -20],
    ];
    expect(detectLaps(track, fixesOf(rows)).crossings).toEqual([]);
  });

  it('counts when it is the first fix of the recording and the car drives on', () => {
    const rows = round(0, 10).slice(5);
    const found = detectLaps(track, fixesOf([...rows, ...round(50_000, 10)]));
    const starts = found.crossings.filter((crossing) => crossing.checkpoint === 1);
    expect(starts.map((crossing) => crossing.timeMs)).toEqual([5_000, 55_000]);
  });

  it('counts at the very end of the gate and not beyond its widening', () => {
    const shifted = (x: number) => round(0, 10).map(([timeMs, , y]): Row => [timeMs, x, y]);
    expect(detectLaps(track, fixesOf(shifted(10))).crossings).toHaveLength(2);
    expect(detectLaps(track, fixesOf(shifted(12.6))).crossings).toHaveLength(0);
  });
});

describe('the width of a gate', () => {
  const narrow = (halfM: number, more: Track['checkpoints'] = []): Track => ({
    ...track,
    checkpoints: [
      ...track.checkpoints.map((gate) => ({
        ...gate,
        points: [
          { x: -halfM, y: gate.points[0].y },
          { x: halfM, y: gate.points[1].y },
        ] as const,
      })),
      ...more,
    ],
  });
  /** Up along x at 20 m/s, a fix every `stepS`. */
  const pass = (x: number, stepS: number) =>
    fixesOf(Array.from({ length: 40 / stepS }, (_, i): Row => [i * stepS * 1000, x, -150 + 20 * stepS * i]));
  const starts = (of: Track, fixes: FixColumns, widen?: number) =>
    detectLaps(of, fixes, widen === undefined ? {} : { widen }).crossings.filter((c) => c.checkpoint === 1)
      .length;

  it('grows by a quarter at most when fixes are far apart, and by nothing when they are close', () => {
    expect(starts(narrow(3), pass(3.7, 2))).toBe(1);
    expect(starts(narrow(3), pass(3.8, 2))).toBe(0);
    expect(starts(narrow(3), pass(3.1, 0.1))).toBe(0);
    expect(starts(narrow(3), pass(2.9, 0.1))).toBe(1);
  });

  it('grows by what the caller allows', () => {
    expect(starts(narrow(3), pass(3.1, 2), 0)).toBe(0);
    expect(starts(narrow(3), pass(5.9, 2), 1)).toBe(1);
    expect(starts(narrow(3), pass(6.1, 2), 1)).toBe(0);
  });

  it('stays as drawn between the start and its piece in the pit lane: no lap ends between them', () => {
    const pit = {
      number: 3,
      name: 'Pit',
      type: 'pit' as const,
      points: [
        { x: 12, y: 0 },
        { x: 24, y: 0 },
      ] as const,
      previous: null,
      direction: 1 as const,
      closesLap: true,
    };
    const beside = narrow(10, [pit]);
    const numbers = (x: number) => detectLaps(beside, pass(x, 2)).crossings.map((c) => c.checkpoint);
    expect(numbers(9.9)).toContain(1);
    expect(numbers(9.9)).not.toContain(3);
    expect(numbers(12.1)).toContain(3);
    expect(numbers(12.1)).not.toContain(1);
    for (const x of [10.1, 11, 11.9]) {
      expect(numbers(x)).not.toContain(1);
      expect(numbers(x)).not.toContain(3);
    }
  });
});
