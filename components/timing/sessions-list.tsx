'use client';

import { formatCount, formatPlural } from '@/components/format';
import { useListView } from '@/components/hooks/use-list-view';
import { EmptyState } from '@/components/ui/empty-state';
import { PageTurner } from '@/components/ui/page-turner';
import { SearchBox } from '@/components/ui/search-box';
import { Select } from '@/components/ui/select';
import type { SessionListItem } from '@/lib/contracts/sessions';
import { SessionsTable } from './sessions-table';

type SessionsListProps = {
  sessions: SessionListItem[];
  total: number;
  next: string | null;
  tracks: { id: number; name: string }[];
};

/** All sessions: found by name, cut down to a track, in an order; a page of them at a time. */
export function SessionsList({ sessions, total, next, tracks }: SessionsListProps) {
  const view = useListView();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Sessions</h1>
        <SearchBox label="Search by name" value={view.search} onChange={view.setSearch} />
        <Select
          label="Track"
          value={String(view.track_id ?? '')}
          options={[
            { value: '', words: 'All tracks' },
            ...tracks.map((track) => ({ value: String(track.id), words: track.name })),
          ]}
          onChange={(value) => view.setTrack(value === '' ? null : Number(value))}
        />
        <p role="status" className="ml-auto text-sm text-soft">
          {sessions.length < total
            ? `${formatCount(sessions.length)} of ${formatPlural(total, 'session')}`
            : formatPlural(total, 'session')}
        </p>
      </div>
      <div className={view.isWaiting ? 'opacity-60' : ''}>
        {sessions.length > 0 ? (
          <SessionsTable sessions={sessions} order={{ sort: view.sort, onSort: view.setSort }} />
        ) : (
          <EmptyState title="No session matches">
            <p>Nothing is called like this on this track.</p>
          </EmptyState>
        )}
      </div>
      <PageTurner cursor={view.cursor} next={next} onTurn={view.setCursor} />
    </div>
  );
}
