'use client';

import { useCallback, useEffect, useMemo } from 'react';
import { LapChart } from '@/components/charts/lap-chart';
import { lapLine, REFERENCE_LINE } from '@/components/charts/lap-palette';
import { useNewCursor } from '@/components/hooks/cursor';
import { useLapTraces } from '@/components/hooks/use-lap-traces';
import { moved, useSessionView } from '@/components/hooks/use-session-view';
import { TrackMap } from '@/components/map/track-map';
import { isTyping } from '@/components/ui/shortcuts';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';
import { LapFilters } from './lap-filters';
import { lapRows, longestLap, referenceLap, sectorNumbers } from './lap-rows';
import { lapSeries } from './lap-series';
import { LapTable } from './lap-table';
import { mapCars, mapContent, type ShownLap } from './shown-laps';
import { SpeedPanel } from './speed-panel';

type WorkspaceProps = { session: SessionDetail; laps: LapItem[]; tileUrl: string | null };

/** The part of a session that moves: chart, map, table and traces around one choice of laps. */
export function SessionWorkspace({ session, laps, tileUrl }: WorkspaceProps) {
  const view = useSessionView(laps);
  const cursor = useNewCursor();
  const reference = useMemo(() => referenceLap(laps, view.entryId), [laps, view.entryId]);
  const rows = useMemo(() => lapRows(session, laps, reference), [session, laps, reference]);
  const shownRows = rows.filter(
    ({ lap }) =>
      (view.entryId === null || lap.entry_id === view.entryId) &&
      (view.lapClass === null || lap.class === view.lapClass),
  );
  const { shown, lineOf } = useShownLaps(session, laps, reference, view.chosen);
  const sectors = useMemo(() => sectorNumbers(laps), [laps]);
  const series = useMemo(() => lapSeries(session, laps, view.entryId), [session, laps, view.entryId]);
  const content = useMemo(() => mapContent(session.track, shown), [session.track, shown]);
  const cars = useMemo(() => mapCars(shown), [shown]);
  useLapKeys(
    view,
    shownRows.map(({ lap }) => lap.id),
    reference?.id ?? null,
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 lg:grid-cols-2">
        <figure
          className="overflow-hidden rounded-md border border-line"
          aria-label="Lap time over lap number"
        >
          <LapChart series={series} chosen={view.chosen} heightPx={300} onChoose={view.toggleLap} />
        </figure>
        <TrackMap
          content={content}
          tileUrl={tileUrl}
          label="Map of the track with the chosen laps"
          className="h-[300px]"
          cursor={cursor}
          cars={cars}
        />
      </div>
      <div className="flex flex-col gap-2">
        <LapFilters session={session} laps={laps} view={view} />
        <LapTable
          rows={shownRows}
          sectors={sectors}
          withEntries={session.entries.length > 1}
          chosen={view.chosen}
          lineOf={lineOf}
          onToggle={view.toggleLap}
        />
      </div>
      <SpeedPanel shown={shown} cursor={cursor} chosen={view.chosen.length} />
    </div>
  );
}

/** The reference and the chosen laps, each with its line and its trace. */
function useShownLaps(
  session: SessionDetail,
  laps: LapItem[],
  reference: LapItem | null,
  chosen: readonly number[],
) {
  const others = useMemo(
    () =>
      chosen.filter((id) => id !== reference?.id).flatMap((id) => laps.find((lap) => lap.id === id) ?? []),
    [chosen, laps, reference],
  );
  // Where no lap counts and none is chosen, the longest one stands in.
  const first = useMemo(
    () => reference ?? (others.length === 0 ? longestLap(laps) : null),
    [reference, others, laps],
  );
  const lineOf = useCallback(
    (lapId: number) => {
      if (lapId === first?.id) return REFERENCE_LINE;
      const place = others.findIndex((lap) => lap.id === lapId);
      return place < 0 ? null : lapLine(place);
    },
    [first, others],
  );
  const wanted = useMemo(() => (first ? [first, ...others] : others), [first, others]);
  const traces = useLapTraces(wanted, session.revision);
  const shown = useMemo(() => {
    const label = new Map(session.entries.map((entry) => [entry.id, entry.label]));
    return traces.map((state): ShownLap => {
      const entry = session.entries.length > 1 ? `${label.get(state.lap.entry_id) ?? ''} · ` : '';
      return {
        ...state,
        line: lineOf(state.lap.id) ?? REFERENCE_LINE,
        name: `${entry}Lap ${state.lap.number}`,
        isReference: state.lap.id === reference?.id,
      };
    });
  }, [traces, session, lineOf, reference]);
  return { shown, lineOf };
}

/** `[` and `]` move the last chosen lap to its neighbour in the table. */
function useLapKeys(view: ReturnType<typeof useSessionView>, order: number[], start: number | null): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.key !== '[' && event.key !== ']') || isTyping(event)) return;
      view.setChosen(moved(view.chosen, order, start, event.key === ']' ? 1 : -1));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
