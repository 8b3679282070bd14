import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedFix } from '@/lib/contracts/feeds';
import { detectLaps } from '@/lib/timing/detect-laps';
import { emptyColumns } from '@/lib/timing/normalise';
import { aligned, cut, durationMsOf, readCars } from '@/scripts/replay/cars';
import { timelineOf } from '@/scripts/replay/timeline';
import { circleCsv, circleTrack } from '../support/circle';

const START_MS = 1_750_000_000_000;
const NOW_MS = 1_800_000_000_123.5;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, options: Parameters<typeof circleCsv>[0] = {}): string => {
  const path = join(folder, name);
  writeFileSync(path, circleCsv({ startMs: START_MS, ...options }));
  return path;
};

/** Plays to the end in steps of the wall clock; gives the fixes of each car and when each was due. */
function playOut(
  cars: Parameters<typeof timelineOf>[0],
  speed: number,
  stepMs: number,
): { sent: FeedFix[][]; ahead: number; tookMs: number } {
  const timeline = timelineOf(cars, speed, NOW_MS);
  const sent: FeedFix[][] = cars.map(() => []);
  let [atMs, ahead] = [NOW_MS, Number.NEGATIVE_INFINITY];
  while (!timeline.done()) {
    for (const { car, fixes } of timeline.due(atMs).flat()) {
      for (const fix of fixes) ahead = Math.max(ahead, fix[0] - atMs);
      sent[car]?.push(...fixes);
    }
    if (!timeline.done()) atMs += stepMs;
  }
  return { sent, ahead, tookMs: atMs - NOW_MS };
}

describe('the cars of a replay', () => {
  it('keep their own clock when the files overlap, to the millisecond', async () => {
    const files = [
      await readCars(file('a.csv')),
      await readCars(file('b.csv', { startMs: START_MS + 5_400 })),
    ];
    const { cars, how } = aligned(files);
    expect(how).toBe('own clock');
    expect(cars.map(({ fixes }) => fixes.timeMs[0])).toEqual([0, 5_400]);
    expect(new Set(cars.map(({ key }) => key)).size).toBe(2);
  });

  it('start together when the files lie apart', async () => {
    const files = [
      await readCars(file('c.csv')),
      await readCars(file('d.csv', { startMs: START_MS + 86_400_000 })),
    ];
    const { cars, how } = aligned(files);
    expect(how).toBe('started together');
    expect(cars.map(({ fixes }) => fixes.timeMs[0])).toEqual([0, 0]);
  });

  it('are two when a file is given twice', async () => {
    const one = await readCars(file('e.csv'));
    const { cars } = aligned([one, one]);
    expect(new Set(cars.map(({ key }) => key)).size).toBe(2);
    expect(cars.map(({ name }) => name)).toEqual(['e', 'e 2']);
  });

  it('can be cut to a part, which begins at 0', async () => {
    const { cars } = aligned([await readCars(file('f.csv'))]);
    const [part] = cut(cars, 10, 20);
    expect(part?.fixes.count).toBe(100);
    expect(part?.fixes.timeMs[0]).toBe(0);
    expect(cut(cars, 1e6, 2e6)).toEqual([]);
  });

  it('say which file holds nothing', async () => {
    const path = join(folder, 'empty.csv');
    writeFileSync(path, 'time_ms,lat,lon\n');
    await expect(readCars(path)).rejects.toThrow(/no rows of data/);
  });
});

describe('the timeline of a replay', () => {
  it('sends every fix once in order, at its time, with the last one at the end and none ahead of the clock', async () => {
    const { cars } = aligned([
      await readCars(file('g.csv')),
      await readCars(file('h.csv', { startMs: START_MS + 5_000 })),
    ]);
    for (const speed of [1, 5, 20]) {
      const { sent, ahead, tookMs } = playOut(cars, speed, 100);
      expect(sent.map((fixes) => fixes.length)).toEqual(cars.map(({ fixes }) => fixes.count));
      expect(ahead).toBeLessThanOrEqual(0);
      expect(tookMs).toBeGreaterThanOrEqual(durationMsOf(cars) / speed - 1);
      expect(tookMs).toBeLessThanOrEqual(durationMsOf(cars) / speed + 100);
      const lastMs = Math.max(...sent.flat().map(([timeMs]) => timeMs));
      expect(NOW_MS + durationMsOf(cars) / speed - lastMs).toBeLessThan(1);
      for (const [index, fixes] of sent.entries())
        fixes.forEach(([timeMs], row) => {
          const own = cars[index]?.fixes.timeMs[row] ?? 0;
          expect(timeMs - own).toBe((fixes[0]?.[0] ?? 0) - (cars[index]?.fixes.timeMs[0] ?? 0));
        });
    }
  });

  it('sends none ahead of the clock in a replay slower than driven, whose first one is that of its begin', async () => {
    const { cars } = aligned([await readCars(file('slow.csv'))]);
    const { sent, ahead, tookMs } = playOut(cars, 0.5, 100);
    expect(ahead).toBeLessThanOrEqual(0);
    expect(NOW_MS - (sent[0]?.[0]?.[0] ?? 0)).toBeLessThan(1);
    expect(sent[0]).toHaveLength(cars[0]?.fixes.count ?? 0);
    expect(tookMs).toBeGreaterThanOrEqual(durationMsOf(cars) * 2 - 1);
  });

  it('leaves laps what they are, to the microsecond', async () => {
    const { cars } = aligned([await readCars(file('i.csv', { lapS: 31.7 }))]);
    const [car] = cars;
    const sent = playOut(cars, 7, 100).sent[0] ?? [];
    const columns = emptyColumns('wgs84', sent.length);
    for (const unknown of [columns.courseDeg, columns.altitudeM, columns.accuracyM]) unknown.fill(Number.NaN);
    sent.forEach(([timeMs, x, y, speedMps], row) => {
      [columns.timeMs[row], columns.x[row], columns.y[row]] = [timeMs, x, y];
      columns.speedMps[row] = speedMps ?? Number.NaN;
    });
    const times = (fixes: typeof columns) => detectLaps(circleTrack(), fixes).laps.map((lap) => lap.timeMs);
    const own = times(car?.fixes ?? columns);
    expect(own.length).toBeGreaterThan(3);
    const played = times(columns);
    expect(played).toHaveLength(own.length);
    played.forEach((timeMs, index) => {
      expect(Math.abs(timeMs - (own[index] ?? 0))).toBeLessThan(0.002);
    });
  });

  it('takes channels along as values by name', async () => {
    const { cars } = aligned([await readCars(file('j.csv', { channels: { rpm: (row) => 4000 + row } }))]);
    const [first] = playOut(cars, 1, 1000).sent[0] ?? [];
    expect(first?.[7]).toEqual({ rpm: 4000 });
  });
});
