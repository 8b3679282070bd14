import { describe, expect, it } from 'vitest';
import { detectLaps } from '@/lib/timing/detect-laps';
import { LapDetector } from '@/lib/timing/lap-detector';
import { normaliseColumns } from '@/lib/timing/normalise';
import type { Fix } from '@/lib/timing/types';
import { brief, columns, drive, GATES, gate, type Leg, rounds, trackOf } from '../support/tape';

const corner = { x: 0, y: 0 };
const HOUR_MS = 3_600_000;
const fiveLaps = () => drive(corner, rounds(5), { startMs: 2 * HOUR_MS });
const shifted = (shiftMs: (index: number) => number): Fix[] =>
  fiveLaps().map((fix, i) => ({ ...fix, timeMs: fix.timeMs + shiftMs(i) }));
const read = (fixes: readonly Fix[]) => {
  const { fixes: rows, rejected } = normaliseColumns(columns(fixes));
  return { rejected, laps: brief(detectLaps(trackOf(GATES), rows).laps), rows: rows.count };
};

describe('a clock that steps far back in a recording', () => {
  it('after a few rows was wrong in those: the rest stays', () => {
    const { rejected, laps } = read(shifted((i) => (i < 30 ? HOUR_MS : 0)));
    expect(rejected).toEqual({ clock_slip: 30 });
    expect(laps.filter((line) => line.includes('complete'))).toHaveLength(4);
  });

  it('for a few rows in the middle, ahead or behind, costs those rows only', () => {
    const inside = (i: number) => i >= 700 && i < 705;
    expect(read(shifted((i) => (inside(i) ? HOUR_MS : 0))).rejected).toEqual({ clock_slip: 5 });
    expect(read(shifted((i) => (inside(i) ? -HOUR_MS : 0))).rejected).toEqual({ backwards: 5 });
  });

  it('for good keeps the longer part', () => {
    expect(read(shifted((i) => (i < 900 ? 0 : -HOUR_MS))).rejected).toEqual({ backwards: 601 });
    expect(read(shifted((i) => (i < 300 ? 0 : -HOUR_MS))).rejected).toEqual({ clock_slip: 300 });
  });

  it('again and again leaves rising times and loses no row uncounted', () => {
    const fixes = shifted((i) => (Math.floor(i / 97) % 5) * -HOUR_MS * ((i % 3) + 0.01));
    const { fixes: rows, rejected } = normaliseColumns(columns(fixes));
    for (let i = 1; i < rows.count; i++) expect(rows.timeMs[i]).toBeGreaterThan(rows.timeMs[i - 1] ?? 0);
    const lost = Object.values(rejected).reduce((sum, count) => sum + count, 0);
    expect(rows.count + lost).toBe(fixes.length);
  });
});

describe('a gap', () => {
  it('as long as the fastest lap may hide the start: no complete lap', () => {
    const { laps } = read(shifted((i) => (i > 700 ? HOUR_MS : 0)));
    expect(laps.slice(1, -1)).toEqual([
      '1 complete 30000',
      '2 complete 30000',
      '3 invalid gps_gap 3630000',
      '4 complete 30000',
    ]);
  });
});

describe('a race on a track with nothing but its start', () => {
  it('does not end lap 1 by a car that stalls on the grid, nor measures laps by it', () => {
    const grid: Leg[] = [{ to: { x: 45, y: 0 }, speedMps: 10 }, { stopS: 40 }];
    const fixes = columns(drive(corner, [...grid, ...rounds(4)]));
    const { laps } = detectLaps(trackOf(GATES.slice(0, 1)), fixes, { raceStartMs: 1_005_000 });
    expect(laps.map((lap) => [lap.number, lap.class])).toEqual([
      [0, 'outlap'],
      [1, 'complete'],
      [2, 'complete'],
      [3, 'complete'],
      [4, 'invalid'],
    ]);
    // 5 m to the line, then once round.
    expect(laps[1]?.distanceM).toBeGreaterThan(300);
  });
});

describe('a green light between two fixes', () => {
  it('leaves a gate crossed before it to the formation lap, and is kept to the microsecond', () => {
    // Gate 2 is crossed at 12.5 s, the green falls at 14 s, the next fix comes at 15 s.
    const fixes = columns(drive(corner, rounds(3), { stepMs: 3000 }));
    const { laps } = detectLaps(trackOf(GATES), fixes, { raceStartMs: 1_014_000.00049 });
    expect(laps[1]).toMatchObject({ number: 1, startMs: 1_014_000 });
    expect(laps[1]?.sectors.every((sector) => sector.timeMs === null || sector.timeMs >= 0)).toBe(true);
    expect(laps[1]?.reason).toBe('missed:2');
  });
});

describe('the course of a slow car', () => {
  it('is noise and loses no crossing', () => {
    for (const speedMps of [0.6, 1, 2]) {
      for (let turn = -180; turn < 180; turn += 5) {
        const fixes = drive({ x: 45, y: 0 }, [{ to: { x: 55, y: 0 }, speedMps }]).map((fix, i) => ({
          ...fix,
          courseDeg: (450 + (i % 2 === 0 ? turn : turn / 3)) % 360,
          speedMps: speedMps * (1 + (i % 3)),
        }));
        const detector = new LapDetector(trackOf([gate(1, 'start', [50, 5], [50, -5])]));
        const crossings = fixes.flatMap((fix) => [...detector.push(fix)]);
        expect(crossings.filter((event) => event.type === 'crossing')).toHaveLength(1);
      }
    }
  });
});
