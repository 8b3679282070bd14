import type { Lap } from '@/lib/timing/types';

/** A lap of an entry, as far as best times go. */
export type TimedLap = Pick<Lap, 'class' | 'estimated' | 'timeMs' | 'sectors'> & {
  id: number;
  entry: number;
};

/** session: the best of all entries. personal: the best of its own entry. */
export type TimingMark = 'session' | 'personal' | null;

/** Which lap holds a best time; the first to set it holds it. */
type Holder = { lap: number; timeMs: number };
type Bests = { lap: Holder | null; sectors: Map<number, Holder> };

export type BestTimes = { session: Bests; entries: Map<number, Bests> };

/**
 * The best lap and the best of each sector, of the session and of each entry. Only complete laps that are not
 * estimated count. `laps` come in the order they were driven: of equal times the first stays the best.
 */
export function bestTimes(laps: readonly TimedLap[]): BestTimes {
  const session = noBests();
  const entries = new Map<number, Bests>();
  for (const lap of laps) {
    if (lap.class !== 'complete' || lap.estimated) continue;
    const own = entries.get(lap.entry) ?? noBests();
    entries.set(lap.entry, own);
    for (const bests of [session, own]) take(bests, lap);
  }
  return { session, entries };
}

/** The mark of a lap's time. */
export function markLap(best: BestTimes, lap: Pick<TimedLap, 'id' | 'entry'>): TimingMark {
  if (best.session.lap?.lap === lap.id) return 'session';
  return best.entries.get(lap.entry)?.lap?.lap === lap.id ? 'personal' : null;
}

/** The mark of one sector of a lap. */
export function markSector(best: BestTimes, lap: Pick<TimedLap, 'id' | 'entry'>, sector: number): TimingMark {
  if (best.session.sectors.get(sector)?.lap === lap.id) return 'session';
  return best.entries.get(lap.entry)?.sectors.get(sector)?.lap === lap.id ? 'personal' : null;
}

function noBests(): Bests {
  return { lap: null, sectors: new Map() };
}

function take(bests: Bests, lap: TimedLap): void {
  if (!bests.lap || lap.timeMs < bests.lap.timeMs) bests.lap = { lap: lap.id, timeMs: lap.timeMs };
  for (const { number, timeMs } of lap.sectors) {
    const held = bests.sectors.get(number);
    if (timeMs !== null && (!held || timeMs < held.timeMs))
      bests.sectors.set(number, { lap: lap.id, timeMs });
  }
}
