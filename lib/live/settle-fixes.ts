import type { IncomingFix, IngestDevice, Verdict } from './ingest';

/** Whether two fixes of one instant say the same; unknown equals unknown. */
export function isSameFix(a: IncomingFix, b: IncomingFix): boolean {
  return (
    Object.is(a.x, b.x) &&
    Object.is(a.y, b.y) &&
    Object.is(a.speedMps, b.speedMps) &&
    Object.is(a.courseDeg, b.courseDeg) &&
    Object.is(a.altitudeM, b.altitudeM) &&
    Object.is(a.accuracyM, b.accuracyM)
  );
}

const us = ({ timeMs }: IncomingFix): number => Math.round(timeMs * 1000);

export type Settled = {
  /** One for each fix, in their order. */
  verdicts: Verdict[];
  /** The fixes to store, rising in time. */
  toStore: IncomingFix[];
  /** How many of them lie before the newest fix that is stored. */
  late: number;
};

/**
 * Decides what becomes of normalised fixes of one device. `lastUs` is the time of its newest stored fix; `known` gives
 * the stored fix of a time up to then. Within the given ones the first of a time wins.
 */
export function settleFixes(
  device: Pick<IngestDevice, 'late'>,
  lastUs: number | null,
  known: (timeUs: number) => IncomingFix | undefined,
  fixes: readonly IncomingFix[],
): Settled {
  const taken = new Map<number, IncomingFix>();
  let markUs = lastUs ?? Number.NEGATIVE_INFINITY;
  let late = 0;
  const verdicts = fixes.map((fix): Verdict => {
    const timeUs = us(fix);
    const before = taken.get(timeUs) ?? (lastUs !== null && timeUs <= lastUs ? known(timeUs) : undefined);
    if (before) return isSameFix(before, fix) ? 'duplicate' : 'conflict';
    if (device.late === 'drop' && timeUs <= markUs) return 'past';
    if (lastUs !== null && timeUs < lastUs) late++;
    markUs = Math.max(markUs, timeUs);
    taken.set(timeUs, fix);
    return 'stored';
  });
  const toStore = [...taken.values()].sort((a, b) => a.timeMs - b.timeMs);
  return { verdicts, toStore, late };
}
