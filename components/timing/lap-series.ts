import type { LapSeries } from '@/components/charts/lap-chart';
import { lapLine, MOST_LAPS } from '@/components/charts/lap-palette';
import type { LapItem } from '@/lib/contracts/laps';
import type { SessionDetail } from '@/lib/contracts/sessions';

/** The laps by entry, for the lap chart; entries past the palette are drawn in one quiet tone. */
export function lapSeries(
  session: SessionDetail,
  laps: readonly LapItem[],
  entryId: number | null,
): LapSeries[] {
  const entries = session.entries.filter((entry) => entryId === null || entry.id === entryId);
  return entries
    .map((entry, place) => ({
      name: entry.label,
      token: entries.length === 1 ? 'accent' : place < MOST_LAPS ? lapLine(place).token : 'edge',
      laps: laps.filter((lap) => lap.entry_id === entry.id).sort((a, b) => a.number - b.number),
    }))
    .filter((series) => series.laps.length > 0);
}
