import { describe, expect, it } from 'vitest';
import { bestTimes, markLap, markSector, type TimedLap } from '@/lib/analysis/best-times';

function lap(
  id: number,
  entry: number,
  sectorsMs: (number | null)[],
  change: Partial<TimedLap> = {},
): TimedLap {
  const sectors = sectorsMs.map((timeMs, index) => ({ number: index + 1, timeMs }));
  const timeMs = sectorsMs.reduce<number>((sum, sector) => sum + (sector ?? 20_000), 0);
  return { id, entry, class: 'complete', estimated: false, timeMs, sectors, ...change };
}

describe('best times', () => {
  const laps = [
    lap(1, 7, [20_000, 21_000]),
    lap(2, 8, [19_500, 22_000]),
    lap(3, 7, [19_900, 20_500]),
    lap(4, 8, [19_800, 21_900]),
  ];
  const best = bestTimes(laps);

  it('marks the fastest lap of all as the best of the session', () => {
    expect(laps.map((each) => markLap(best, each))).toEqual([null, 'personal', 'session', null]);
  });

  it('marks each sector by itself, for the session and for the entry', () => {
    expect(laps.map((each) => markSector(best, each, 1))).toEqual([null, 'session', 'personal', null]);
    expect(laps.map((each) => markSector(best, each, 2))).toEqual([null, null, 'session', 'personal']);
  });

  it('never counts a lap that is not complete, nor an estimated one', () => {
    const doubtful = [
      lap(1, 7, [10_000, 10_000], { class: 'outlap' }),
      lap(2, 7, [10_000, 10_000], { class: 'invalid' }),
      lap(3, 7, [10_000, 10_000], { estimated: true }),
      lap(4, 7, [30_000, 30_000]),
    ];
    const found = bestTimes(doubtful);
    expect(doubtful.map((each) => markLap(found, each))).toEqual([null, null, null, 'session']);
    expect(doubtful.map((each) => markSector(found, each, 1))).toEqual([null, null, null, 'session']);
  });

  it('leaves the best with the one who set it first when another equals it', () => {
    const equal = [lap(1, 7, [20_000]), lap(2, 7, [20_000]), lap(3, 8, [20_000])];
    const found = bestTimes(equal);
    expect(equal.map((each) => markLap(found, each))).toEqual(['session', null, 'personal']);
  });

  it('passes over a sector without a time', () => {
    const holes = [lap(1, 7, [null, 20_000]), lap(2, 7, [21_000, null])];
    const found = bestTimes(holes);
    expect(markSector(found, { id: 1, entry: 7 }, 1)).toBeNull();
    expect(markSector(found, { id: 2, entry: 7 }, 1)).toBe('session');
  });

  it('marks nothing when there is nothing', () => {
    expect(markLap(bestTimes([]), { id: 1, entry: 1 })).toBeNull();
  });
});
