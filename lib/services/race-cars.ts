import type { RaceResult } from '@/lib/contracts/demo-race';
import type { IncomingFix } from '@/lib/live/ingest';
import { fixAt } from '@/lib/timing/normalise';

type Car = RaceResult['entries'][number];

/** Decimals are worth nothing beyond what a display shows. */
const DECIMALS: Readonly<Record<string, number>> = { rpm: 0, gear: 0 };
const rounded = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

/** A car of the race that gives its fixes as time goes on. */
export type RaceCar = {
  /** The race's own times. */
  firstMs: number;
  lastMs: number;
  /** Fixes up to a time of the race that were not given for good yet, with their times shifted; at most so many. */
  due(untilMs: number, most: number): IncomingFix[];
  /** The first `count` of them are stored. */
  gave(count: number): void;
  done(): boolean;
};

/** @param shiftMs whole milliseconds between the race's clock and the wall's */
export function raceCar({ fixes, channels }: Car, shiftMs: number): RaceCar {
  let next = 0;
  const timeAt = (row: number): number => fixes.timeMs[row] ?? Number.POSITIVE_INFINITY;
  const fixOf = (row: number): IncomingFix => {
    const fix = fixAt(fixes, row);
    const attributes = Object.fromEntries(
      channels.map(({ name, values }) => [name, rounded(values[row] ?? 0, DECIMALS[name] ?? 3)]),
    );
    return { ...fix, timeMs: fix.timeMs + shiftMs, attributes };
  };
  return {
    firstMs: timeAt(0),
    lastMs: timeAt(fixes.count - 1),
    due(untilMs, most) {
      const found: IncomingFix[] = [];
      for (let row = next; found.length < most && timeAt(row) <= untilMs; row++) found.push(fixOf(row));
      return found;
    },
    gave(count) {
      next += count;
    },
    done: () => next >= fixes.count,
  };
}
