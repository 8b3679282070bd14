import Link from 'next/link';
import { formatLapTime, formatUncertainty } from '@/components/format';
import type { TrackRecord } from '@/lib/contracts/tracks';
import { LocalTime } from './local-time';

/** The best lap of each entry on a track, fastest first. */
export function RecordsList({ records }: { records: TrackRecord[] }) {
  return (
    <ol className="rounded-md border border-line text-sm" aria-label="Records">
      {records.map((record, place) => (
        <li
          key={record.lap_id}
          className="flex items-start gap-3 border-b border-line px-3 py-2 last:border-b-0"
        >
          <span className="w-6 shrink-0 text-right text-soft">{place + 1}</span>
          <span className="min-w-0 flex-1">
            <span className="block truncate" title={record.label}>
              {record.label}
            </span>
            <span className="flex gap-1 text-xs text-soft">
              <Link
                href={`/sessions/${record.session_id}?laps=${record.lap_id}`}
                className="min-w-0 truncate text-accent hover:underline"
                title={record.session_name}
              >
                {record.session_name}
              </Link>
              <span className="shrink-0">
                · <LocalTime instant={record.started_at} style="date" />
              </span>
            </span>
          </span>
          <span className="shrink-0 text-right">
            <span className="block font-medium">{formatLapTime(record.lap_time_ms)}</span>
            <span className="block text-xs text-quiet">{formatUncertainty(record.uncertainty_ms)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
