import Link from 'next/link';
import { formatGap, formatLapTime, formatUncertainty } from '@/components/format';
import type { TrackRecord } from '@/lib/contracts/tracks';
import { LocalTime } from './local-time';

/** The best lap of each entry on a track, fastest first. */
export function RecordsTable({ records }: { records: TrackRecord[] }) {
  const [first] = records;
  return (
    <div className="table-frame max-h-96">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Entry</th>
            <th scope="col" className="number">
              Best
            </th>
            <th scope="col" className="number">
              ± s
            </th>
            <th scope="col" className="number">
              Gap
            </th>
            <th scope="col">Session</th>
            <th scope="col">Date</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record, place) => (
            <tr key={record.lap_id}>
              <td>
                <span className="mr-2 inline-block w-5 text-right text-soft">{place + 1}</span>
                <span
                  className="inline-block max-w-48 truncate align-bottom max-sm:max-w-28"
                  title={record.label}
                >
                  {record.label}
                </span>
              </td>
              <td className="number font-medium">{formatLapTime(record.lap_time_ms)}</td>
              <td className="number text-quiet">{formatUncertainty(record.uncertainty_ms)}</td>
              <td className="number">
                {place === 0 || !first ? '–' : formatGap(record.lap_time_ms - first.lap_time_ms)}
              </td>
              <td>
                <Link
                  href={`/sessions/${record.session_id}?laps=${record.lap_id}`}
                  className="inline-block max-w-72 truncate align-bottom text-accent hover:underline"
                  title={record.session_name}
                >
                  {record.session_name}
                </Link>
              </td>
              <td>
                <LocalTime instant={record.started_at} style="date" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
