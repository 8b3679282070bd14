/** What these sums need of a lap; the API's laps and the detector's both have it. */
export type TimedLap = { class: string; estimated: boolean; sectors: readonly { timeMs: number | null }[] };

/**
 * Best time of each sector in ms over the complete, not estimated laps; null where none has a time. Empty
 * without such laps.
 */
export function bestSectorsMs(laps: readonly TimedLap[]): (number | null)[] {
  const counted = laps.filter((lap) => lap.class === 'complete' && !lap.estimated);
  const count = Math.max(0, ...counted.map((lap) => lap.sectors.length));
  return Array.from({ length: count }, (_, i) => {
    const times = counted.map((lap) => lap.sectors[i]?.timeMs ?? null).filter((time) => time !== null);
    return times.length > 0 ? Math.min(...times) : null;
  });
}

/** The theoretical best from sectors in ms, exact to the microsecond; null while a sector has no time. */
export function sumOfBestSectorsMs(laps: readonly TimedLap[]): number | null {
  const best = bestSectorsMs(laps);
  if (best.length === 0) return null;
  let sumUs = 0;
  for (const time of best) {
    if (time === null) return null;
    sumUs += Math.round(time * 1000);
  }
  return sumUs / 1000;
}
