'use client';

import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import Link from 'next/link';
import { formatCount, formatLapTime } from '@/components/format';
import type { SessionSort } from '@/components/hooks/use-list-view';
import { useFrame } from '@/components/ui/frame';
import { LiveChip } from '@/components/ui/live-chip';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import { ariaSort, SortHeader, type SortState } from '@/components/ui/sort-header';
import type { SessionListItem } from '@/lib/contracts/sessions';
import { LocalTime } from './local-time';

const features = tableFeatures({});
const column = createColumnHelper<typeof features, SessionListItem>();

const COLUMNS = column.columns([
  column.accessor('name', { header: 'Session', cell: ({ row }) => <SessionName session={row.original} /> }),
  column.accessor('best_ms', {
    header: 'Best',
    cell: ({ row }) => <span className="font-medium">{formatLapTime(row.original.best_ms)}</span>,
  }),
  column.accessor((row) => row.track?.name, {
    id: 'track',
    header: 'Track',
    cell: ({ row }) => <TrackName track={row.original.track} />,
  }),
  column.accessor('started_at', {
    header: 'Date',
    cell: ({ row }) => <LocalTime instant={row.original.started_at} />,
  }),
  column.accessor('entries', { header: 'Entries', cell: ({ row }) => formatCount(row.original.entries) }),
  column.accessor('laps', { header: 'Laps', cell: ({ row }) => formatCount(row.original.laps) }),
  column.accessor('complete_laps', {
    header: 'Complete',
    cell: ({ row }) => formatCount(row.original.complete_laps),
  }),
  column.accessor('best_label', {
    header: 'By',
    cell: ({ row }) => <span className="text-soft">{row.original.best_label ?? '–'}</span>,
  }),
]);

/** For those who have an account themselves. */
const WITH_OWNER = column.columns([
  ...COLUMNS,
  column.accessor((row) => row.owner?.username, {
    id: 'owner',
    header: 'Owner',
    cell: ({ row }) => <OwnerName owner={row.original.owner} />,
  }),
]);

const NUMBERS = new Set(['entries', 'laps', 'complete_laps', 'best_ms']);

type SessionsTableProps = {
  sessions: SessionListItem[];
  /** Absent where the order is fixed. */
  order?: { sort: SessionSort; onSort(sort: SessionSort): void };
};

export function SessionsTable({ sessions, order }: SessionsTableProps) {
  const columns = useFrame().viewer ? WITH_OWNER : COLUMNS;
  const table = useTable({ features, columns, data: sessions, getRowId: (row) => String(row.id) });
  return (
    <div className="table-frame">
      <table className="data-table">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Head
                  key={header.id}
                  id={header.column.id}
                  words={String(header.column.columnDef.header)}
                  order={order}
                />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id}>
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={NUMBERS.has(cell.column.id) ? 'number' : ''}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ id, words, order }: { id: string; words: string } & Pick<SessionsTableProps, 'order'>) {
  const look = NUMBERS.has(id) ? 'number' : '';
  const next = order ? nextSort(id, order.sort) : null;
  if (!order || !next) {
    return (
      <th scope="col" className={look}>
        {words}
      </th>
    );
  }
  const sorted = sortedBy(id, order.sort);
  return (
    <th scope="col" className={look} aria-sort={ariaSort(sorted)}>
      <SortHeader words={words} sorted={sorted} isNumber={look !== ''} onSort={() => order.onSort(next)} />
    </th>
  );
}

function nextSort(id: string, now: SessionSort): SessionSort | null {
  if (id === 'name') return 'name';
  if (id === 'best_ms') return 'best';
  if (id === 'started_at') return now === 'newest' ? 'oldest' : 'newest';
  return null;
}

function sortedBy(id: string, sort: SessionSort): SortState {
  if (id === 'started_at') return sort === 'newest' ? 'desc' : sort === 'oldest' ? 'asc' : false;
  return (id === 'name' && sort === 'name') || (id === 'best_ms' && sort === 'best') ? 'asc' : false;
}

function SessionName({ session }: { session: SessionListItem }) {
  return (
    <span className="flex items-center gap-2">
      <Link
        href={`/sessions/${session.id}`}
        title={session.name}
        className="inline-block max-w-80 truncate align-bottom font-medium text-accent hover:underline max-sm:max-w-40"
      >
        {session.name}
      </Link>
      {session.simulated && <SimulatedChip />}
      {session.live && <LiveChip sessionId={session.id} />}
    </span>
  );
}

function OwnerName({ owner }: Pick<SessionListItem, 'owner'>) {
  if (!owner) return <span className="text-soft">–</span>;
  return (
    <span className="inline-block max-w-40 truncate align-bottom" title={owner.username}>
      {owner.username}
    </span>
  );
}

function TrackName({ track }: { track: SessionListItem['track'] }) {
  if (!track) return <span className="text-soft">no track</span>;
  return (
    <Link
      href={`/tracks/${track.id}`}
      title={track.name}
      className="inline-block max-w-56 truncate align-bottom hover:underline"
    >
      {track.name}
    </Link>
  );
}
