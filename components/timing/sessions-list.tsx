'use client';

import { Input, Label, SearchField } from 'react-aria-components/SearchField';
import { formatCount, formatPlural } from '@/components/format';
import { useListView } from '@/components/hooks/use-list-view';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
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
        <SearchField
          value={view.search}
          onChange={view.setSearch}
          className="flex items-center gap-2 text-sm"
        >
          <Label className="sr-only">Search by name</Label>
          <Input
            placeholder="Search by name"
            className="target h-8 w-56 rounded-md border border-edge bg-page px-2 placeholder:text-quiet"
          />
        </SearchField>
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
      {(next !== null || view.cursor !== null) && (
        <div className="flex justify-end gap-2">
          {view.cursor !== null && <Button onPress={() => view.setCursor(null)}>Back to the first</Button>}
          {next !== null && <Button onPress={() => view.setCursor(next)}>Next</Button>}
        </div>
      )}
    </div>
  );
}
