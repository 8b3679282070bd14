'use client';

import { parseAsArrayOf, parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { MOST_LAPS } from '@/components/charts/lap-palette';
import type { LapItem } from '@/lib/contracts/laps';
import { LAP_CLASSES, type LapClass } from '@/lib/timing/types';

const VIEW = {
  entry: parseAsInteger,
  class: parseAsStringLiteral(LAP_CLASSES),
  laps: parseAsArrayOf(parseAsInteger).withDefault([]),
};

/**
 * What of a session is shown; it lives in the URL, so that the view can be sent to a colleague. Entries and laps that
 * are not there (any more) are left out.
 */
export function useSessionView(laps: readonly LapItem[]) {
  const [view, setView] = useQueryStates(VIEW);
  const toggleLap = useCallback(
    (lapId: number) => setView(({ laps }) => ({ laps: toggled(laps, lapId) })),
    [setView],
  );
  const entryId = laps.some((lap) => lap.entry_id === view.entry) ? view.entry : null;
  const chosen = useMemo(
    () => view.laps.filter((id) => laps.some((lap) => lap.id === id)),
    [view.laps, laps],
  );
  return {
    entryId,
    lapClass: view.class,
    chosen,
    setEntry: (entry: number | null) => setView({ entry }),
    setClass: (lapClass: LapClass | null) => setView({ class: lapClass }),
    setChosen: (laps: number[]) => setView({ laps }),
    toggleLap,
  };
}

/** With the lap, or without it when it was there. A ninth pushes the first one out. */
export function toggled(laps: readonly number[], lapId: number): number[] {
  if (laps.includes(lapId)) return laps.filter((id) => id !== lapId);
  return [...laps, lapId].slice(-MOST_LAPS);
}

/** The choice with its last lap moved to the neighbour in `order`; begins at `start` when nothing is chosen. */
export function moved(
  laps: readonly number[],
  order: readonly number[],
  start: number | null,
  by: 1 | -1,
): number[] {
  const last = laps.at(-1) ?? start;
  const place = last === null ? -1 : order.indexOf(last);
  const next = order[place < 0 ? 0 : place + by];
  if (next === undefined) return [...laps];
  return [...laps.slice(0, -1).filter((id) => id !== next), next];
}
