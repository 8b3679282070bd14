'use client';

import Link from 'next/link';
import { formatCount, formatLapTime } from '@/components/format';
import { LocalTime } from '@/components/timing/local-time';
import { type Head, Heads } from '@/components/ui/heads';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import type { LiveSession } from '@/lib/contracts/live';
import { KIND_WORDS } from './board-words';
import { FlagChip } from './flag-chip';

const OPENED_BY: Record<LiveSession['opened_by'], string> = {
  hand: 'by hand',
  feed: 'by a feed',
  itself: 'by itself',
};

const HEADS: readonly Head[] = [
  'Session',
  'Flag',
  'Track',
  'Kind',
  { number: 'Cars' },
  { number: 'Laps' },
  { number: 'Best' },
  'By',
  'Last fix',
  'Opened',
];

/** Open sessions, a row each. */
export function LiveSessionsTable({ sessions }: { sessions: readonly LiveSession[] }) {
  return (
    <div className="table-frame">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {sessions.map((session) => (
            <SessionRow key={session.session_id} session={session} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SessionRow({ session }: { session: LiveSession }) {
  return (
    <tr>
      <td>
        <span className="flex items-center gap-2">
          <Link
            href={`/live/${session.session_id}`}
            title={session.name}
            className="inline-block max-w-80 truncate align-bottom font-medium text-accent hover:underline max-sm:max-w-40"
          >
            {session.name}
          </Link>
          {session.simulated && <SimulatedChip />}
        </span>
      </td>
      <td>
        <FlagChip status={session.status} kind={session.kind} />
      </td>
      <td>
        {session.track ? (
          <span className="inline-block max-w-56 truncate align-bottom" title={session.track.name}>
            {session.track.name}
          </span>
        ) : (
          <span className="text-soft">no track</span>
        )}
      </td>
      <td>{KIND_WORDS[session.kind]}</td>
      <td className="number">{formatCount(session.entries)}</td>
      <td className="number">{formatCount(session.laps)}</td>
      <td className="number font-medium">{formatLapTime(session.best_ms)}</td>
      <td>
        <span
          className="inline-block max-w-40 truncate align-bottom text-soft"
          title={session.best_label ?? ''}
        >
          {session.best_label ?? '–'}
        </span>
      </td>
      <td>
        {session.last_fix_at ? (
          <LocalTime instant={session.last_fix_at} style="time" />
        ) : (
          <span className="text-soft">none yet</span>
        )}
      </td>
      <td className="text-soft">
        <LocalTime instant={session.started_at} style="time" /> {OPENED_BY[session.opened_by]}
        {session.delay_s > 0 && ` · ${session.delay_s} s late`}
      </td>
    </tr>
  );
}
