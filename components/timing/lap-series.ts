import type { LapSeries } from '@/components/charts/lap-chart';
import { entryToken } from '@/components/charts/lap-palette';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';

/** The laps by entry, for the lap chart; an entry keeps its colour when the others are left out. */
export function lapSeries(
  session: SessionDetail,
  laps: readonly LapItem[],
  entryId: number | null,
): LapSeries[] {
  return session.entries
    .map((entry, place) => ({
      id: entry.id,
      name: entry.label,
      token: session.entries.length === 1 ? 'accent' : entryToken(place),
      laps: laps.filter((lap) => lap.entry_id === entry.id).sort((a, b) => a.number - b.number),
    }))
    .filter((series) => series.laps.length > 0 && (entryId === null || series.id === entryId));
}
