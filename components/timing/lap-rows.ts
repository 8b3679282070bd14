import { gapMs } from '@/components/format';
import { gateNames } from '@/components/map/gate-words';
import { lapReasonWords } from '@/components/reasons';
import { bestTimes, markLap, markSector, type TimedLap, type TimingMark } from '@/lib/analysis/best-times';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';

export type SectorCell = { timeMs: number | null; mark: TimingMark };

/** One row of the lap table: the lap with everything that is said of it. */
export type LapRow = {
  lap: LapItem;
  entry: string;
  mark: TimingMark;
  sectors: SectorCell[];
  /** To the reference lap; null for itself and for the laps that do not count. */
  gapMs: number | null;
  note: string;
};

/** The fastest lap that counts, of one entry or of all (null); the earlier one of equal laps. */
export function referenceLap(laps: readonly LapItem[], entryId: number | null): LapItem | null {
  const counted = laps.filter((lap) => entryId === null || lap.entry_id === entryId);
  const holder = bestTimes(inOrder(counted).map(timedLap)).session.lap;
  return counted.find((lap) => lap.id === holder?.lap) ?? null;
}

/** The lap with the longest way, to show at least something where no lap counts. */
export function longestLap(laps: readonly LapItem[]): LapItem | null {
  return laps.reduce<LapItem | null>(
    (longest, lap) => (longest && longest.distance_m >= lap.distance_m ? longest : lap),
    null,
  );
}

/** The laps of a session in the order of its entries, each with its marks. */
export function lapRows(
  session: SessionDetail,
  laps: readonly LapItem[],
  reference: LapItem | null,
): LapRow[] {
  const best = bestTimes(inOrder(laps).map(timedLap));
  const places = new Map(session.entries.map((entry, place) => [entry.id, { place, label: entry.label }]));
  const placeOf = (lap: LapItem) => places.get(lap.entry_id)?.place ?? places.size;
  const numbers = sectorNumbers(laps);
  const nameOf = gateNames(session.track?.checkpoints ?? []);
  return [...laps]
    .sort((a, b) => placeOf(a) - placeOf(b) || a.number - b.number)
    .map((lap) => {
      const timed = timedLap(lap);
      const isCompared = lap.class === 'complete' && reference !== null && reference.id !== lap.id;
      return {
        lap,
        entry: places.get(lap.entry_id)?.label ?? '–',
        mark: markLap(best, timed),
        sectors: numbers.map((number) => ({
          timeMs: lap.sectors.find((sector) => sector.number === number)?.time_ms ?? null,
          mark: markSector(best, timed, number),
        })),
        gapMs: isCompared ? gapMs(lap.lap_time_ms, reference.lap_time_ms) : null,
        note: lapReasonWords(lap, nameOf),
      };
    });
}

/** Every sector number that occurs, rising. */
export function sectorNumbers(laps: readonly LapItem[]): number[] {
  return [...new Set(laps.flatMap((lap) => lap.sectors.map((sector) => sector.number)))].sort(
    (a, b) => a - b,
  );
}

function inOrder(laps: readonly LapItem[]): LapItem[] {
  return [...laps].sort((a, b) => a.ended_ms - b.ended_ms);
}

function timedLap(lap: LapItem): TimedLap {
  return {
    id: lap.id,
    entry: lap.entry_id,
    class: lap.class,
    estimated: lap.estimated,
    timeMs: lap.lap_time_ms,
    sectors: lap.sectors.map((sector) => ({ number: sector.number, timeMs: sector.time_ms })),
  };
}
