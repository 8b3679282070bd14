import { describe, expect, it } from 'vitest';
import { sumOfBestSectorsMs } from '@/lib/analysis/sectors';
import { detectLaps } from '@/lib/timing/detect-laps';
import type { Lap } from '@/lib/timing/types';
import { decimated, type RecordedSet, recordedSet, speedIntegralM, truthOf } from '../support/recorded-sets';
import { recordings } from '../support/recordings';

const complete = (laps: readonly Lap[]) => laps.filter((lap) => lap.class === 'complete');
const find = (name: RecordedSet) => {
  const set = recordedSet(name);
  return { ...set, found: detectLaps(set.track, set.fixes) };
};

type Logged = { logger_s: number };
const loggerMs = (laps: readonly Logged[]) => laps.map((lap) => lap.logger_s * 1000);
const doveMs = () => truthOf('okc-dove-25hz', (json: Record<string, Logged[]>) => loggerMs(json.laps ?? []));
const pirMs = () =>
  truthOf('pir-exitspeed-10hz', (json: Record<string, { laps: Logged[] }>) =>
    loggerMs(json['race_2020-06-20']?.laps ?? []),
  );

function worstMs(laps: readonly Lap[], truthMs: readonly number[]): number {
  return Math.max(...truthMs.map((truth, i) => Math.abs((laps[i]?.timeMs ?? 0) - truth)));
}

/** Worst lap error over every phase of the decimation, and the fewest and most complete laps of a phase. */
function everyPhase(name: RecordedSet, stepMs: number, baseMs: number, truthMs: readonly number[]) {
  const { track, fixes } = recordedSet(name);
  const counts = new Set<number>();
  let worst = 0;
  for (let phase = 0; phase < stepMs; phase += baseMs) {
    const laps = complete(detectLaps(track, decimated(fixes, stepMs, phase)).laps);
    counts.add(laps.length);
    worst = Math.max(worst, worstMs(laps, truthMs));
  }
  return { worst, counts: [...counts] };
}

describe.skipIf(!recordings())('recorded laps', () => {
  it('okc-dove: outlap, 13 laps within 5 ms of the logger, inlap, sum of best sectors 55.433', () => {
    const { found } = find('okc-dove-25hz');
    expect(found.laps.map((lap) => lap.class)).toEqual(['outlap', ...Array(13).fill('complete'), 'inlap']);
    expect(worstMs(complete(found.laps), doveMs())).toBeLessThanOrEqual(5);
    expect(((sumOfBestSectorsMs(found.laps) ?? 0) / 1000).toFixed(3)).toBe('55.433');
  });

  it('okc-dove at 1 Hz, every phase: all 13 laps within 30 ms', () => {
    const { worst, counts } = everyPhase('okc-dove-25hz', 1000, 40, doveMs());
    expect(counts).toEqual([13]);
    expect(worst).toBeLessThanOrEqual(30);
  });

  it('pir: 14 laps within 5 ms, its doubled time stamps and its step back counted and not used', () => {
    const { found, rejected } = find('pir-exitspeed-10hz');
    expect(rejected).toEqual({ duplicate: 15_862, backwards: 1 });
    expect(complete(found.laps)).toHaveLength(14);
    expect(worstMs(complete(found.laps), pirMs())).toBeLessThanOrEqual(5);
    expect([found.laps.at(0), found.laps.at(-1)].map((lap) => lap?.class)).toEqual(['outlap', 'invalid']);
  });

  it('pir at 1 Hz, every phase: all 14 laps within 30 ms', () => {
    const { worst, counts } = everyPhase('pir-exitspeed-10hz', 1000, 100, pirMs());
    expect(counts).toEqual([14]);
    expect(worst).toBeLessThanOrEqual(30);
  });

  it('okc-nmea: 69.961 and 68.742 within 1 ms, within 200 ms of the buried loop, the same lap in both files', () => {
    const two = complete(find('okc-nmea-2laps').found.laps).map((lap) => lap.timeMs);
    const [one] = complete(find('okc-nmea-lap').found.laps).map((lap) => lap.timeMs);
    expect(Math.abs((two[0] ?? 0) - 69_961)).toBeLessThanOrEqual(1);
    expect(Math.abs((two[1] ?? 0) - 68_742)).toBeLessThanOrEqual(1);
    expect(Math.abs((two[1] ?? 0) - 68_807)).toBeLessThanOrEqual(200);
    expect(one).toBe(two[1]);
  });

  it('lignano: the classes of three stints with two pit visits, laps within 5 ms of the reference', () => {
    const { found } = find('lignano-racebox-pits');
    const expected = [
      'outlap',
      'complete*4',
      'pitstop',
      'complete*3',
      'pitstop',
      'complete*3',
      'inlap',
    ].flatMap((part) => {
      const [name = '', count = '1'] = part.split('*');
      return Array<string>(Number(count)).fill(name);
    });
    expect(found.laps.map((lap) => lap.class)).toEqual(expected);
    const reference = truthOf(
      'lignano-racebox-pits',
      (json: Record<string, { ref_s: number }[]>) => json.laps ?? [],
    );
    expect(
      worstMs(
        found.laps.slice(1),
        reference.map((lap) => lap.ref_s * 1000),
      ),
    ).toBeLessThanOrEqual(5);
  });

  it('lfs: the lap driven in a loop is 95.860 with sectors 31.330, 37.320, 27.210', () => {
    const laps = complete(find('lfs-raf-bl1').found.laps);
    expect(laps.length).toBeGreaterThanOrEqual(2);
    for (const lap of laps) {
      expect(lap.timeMs.toFixed(0)).toBe('95860');
      expect(lap.sectors.map((sector) => sector.timeMs?.toFixed(0))).toEqual(['31330', '37320', '27210']);
    }
  });

  it('gt7: three laps, each 10 to 25 ms over the game clock, and no fourth', () => {
    const laps = complete(find('gt7-broadbean-60hz').found.laps);
    const over = [32_651, 32_679, 32_559].map((game, i) => (laps[i]?.timeMs ?? 0) - game);
    expect(laps).toHaveLength(3);
    for (const ms of over) {
      expect(ms).toBeGreaterThanOrEqual(10);
      expect(ms).toBeLessThanOrEqual(25);
    }
  });

  it('stc: at least 4 real laps, none under 95 s, no two laps in one', () => {
    const laps = complete(find('stc-trackaddict-noisy').found.laps);
    const real = [113.5, 107.8, 111.0, 108.5, 110.4, 110.2, 111.0, 102.8];
    const matched = laps.filter((lap) => real.some((s) => Math.abs(lap.timeMs / 1000 - s) <= 1.5));
    expect(matched.length).toBeGreaterThanOrEqual(4);
    for (const lap of laps) {
      expect(lap.timeMs).toBeGreaterThanOrEqual(95_000);
      expect(lap.timeMs).toBeLessThan(200_000);
    }
  });
});

describe.skipIf(!recordings())('the odometer', () => {
  it.each(['okc-dove-25hz', 'pir-exitspeed-10hz', 'lignano-racebox-pits', 'okc-nmea-2laps'] as const)(
    '%s: within 0.3 percent of the speed integral',
    (name) => {
      const { fixes, found } = find(name);
      expect(Math.abs(found.distanceM / speedIntegralM(fixes) - 1)).toBeLessThanOrEqual(0.003);
    },
  );

  it('lfs: within 0.2 % of the distance that the game wrote', () => {
    expect(Math.abs(find('lfs-raf-bl1').found.distanceM / 3 / 3307.05 - 1)).toBeLessThanOrEqual(0.002);
  });

  it.each([
    ['stc-trackaddict-noisy', 0, 39],
    ['lignano-racebox-pits', 426, 441],
    ['lignano-racebox-pits', 827, 840],
    ['lignano-racebox-pits', 1207, 1261],
  ] as const)('%s does not grow while parked from second %d to %d', (name, fromS, toS) => {
    const { track, fixes } = recordedSet(name);
    const startMs = fixes.timeMs[0] ?? 0;
    const parked = decimated(fixes, 0.001, fromS * 1000);
    const end = parked.timeMs.findIndex((timeMs) => timeMs > startMs + toS * 1000);
    const count = end < 0 ? parked.count : end;
    expect(count).toBeGreaterThan(10);
    expect(detectLaps(track, { ...parked, count }).distanceM).toBe(0);
  });
});
