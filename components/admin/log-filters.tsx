'use client';

import type { LogsView } from '@/components/hooks/use-logs-view';
import { Button } from '@/components/ui/button';
import { DayField } from '@/components/ui/day-field';
import { SearchBox } from '@/components/ui/search-box';
import { Select } from '@/components/ui/select';
import { actionWords, LOGGED_ACTIONS } from './action-words';

type LogFiltersProps = { view: LogsView; users: { id: number; username: string }[] };

/** Which rows of the log are shown. */
export function LogFilters({ view, users }: LogFiltersProps) {
  const isKnown = view.user_id === null || users.some(({ id }) => id === view.user_id);
  const gone =
    isKnown || view.user_id === null ? [] : [{ id: view.user_id, username: `user ${view.user_id}` }];
  return (
    <div className="flex flex-wrap items-center gap-3">
      <SearchBox label="Search" value={view.search} onChange={view.setSearch} />
      <Select
        label="Action"
        value={view.action ?? ''}
        options={[
          { value: '', words: 'All actions' },
          ...LOGGED_ACTIONS.map((value) => ({ value, words: actionWords(value) })),
        ]}
        onChange={(value) => view.setAction(value || null)}
      />
      <Select
        label="User"
        value={String(view.user_id ?? '')}
        options={[
          { value: '', words: 'Everybody' },
          ...[...users, ...gone].map(({ id, username }) => ({ value: String(id), words: username })),
        ]}
        onChange={(value) => view.setUser(value === '' ? null : Number(value))}
      />
      <DayField label="From" edge="begin" instant={view.from} onChange={view.setFrom} />
      <DayField label="To" edge="end" instant={view.to} onChange={view.setTo} />
      <Button
        look="quiet"
        isDisabled={!view.isFiltered}
        onPress={() => view.clear()}
        className={view.isFiltered ? '' : 'invisible max-sm:hidden'}
      >
        Clear
      </Button>
    </div>
  );
}
