import { entryToken } from '@/components/charts/lap-palette';
import {
  formatCount,
  formatGap,
  formatLapTime,
  formatSpread,
  formatUncertainty,
  gapMs,
} from '@/components/format';
import { type Head, Heads } from '@/components/ui/heads';
import { TableFrame } from '@/components/ui/table-frame';
import type { SessionEntry } from '@/lib/contracts/sessions';

const HEADS: readonly Head[] = [
  'Entry',
  { number: 'Best' },
  { number: '± s' },
  { number: 'Gap' },
  { number: 'Best sectors' },
  { number: 'Consistency' },
  { number: 'Laps' },
  { number: 'Complete' },
  'Car',
];

/** The classification of a session with several entries, best lap first. */
export function EntriesTable({ entries }: { entries: SessionEntry[] }) {
  const [leader] = entries;
  return (
    <TableFrame label="Entries" className="mb-4 max-h-72">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {entries.map((entry, place) => (
            <EntryRow key={entry.id} entry={entry} place={place + 1} leaderMs={leader?.best_ms ?? null} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function EntryRow({
  entry,
  place,
  leaderMs,
}: {
  entry: SessionEntry;
  place: number;
  leaderMs: number | null;
}) {
  const behindMs =
    entry.best_ms !== null && leaderMs !== null && place > 1 ? gapMs(entry.best_ms, leaderMs) : null;
  return (
    <tr>
      <td>
        <span className="mr-2 inline-block w-5 text-right text-soft">{place}</span>
        <span
          aria-hidden
          className="mr-2 inline-block size-2.5 rounded-full"
          style={{ background: `var(--${entryToken(place - 1)})` }}
        />
        <span className="inline-block max-w-52 truncate align-bottom max-sm:max-w-32" title={entry.label}>
          {entry.label}
        </span>
      </td>
      <td className="number font-medium">{formatLapTime(entry.best_ms)}</td>
      <td className="number text-quiet">{formatUncertainty(entry.best_uncertainty_ms)}</td>
      <td className="number">{formatGap(behindMs)}</td>
      <td className="number">{formatLapTime(entry.optimum_ms)}</td>
      <td className="number">{formatSpread(entry.consistency_ms)}</td>
      <td className="number">{formatCount(entry.laps)}</td>
      <td className="number">{formatCount(entry.complete_laps)}</td>
      <td className="text-soft">{[entry.car, entry.car_class].filter(Boolean).join(' · ') || '–'}</td>
    </tr>
  );
}
