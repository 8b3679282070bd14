'use client';

import { debounce, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useTransition } from 'react';

export const SESSION_SORTS = ['newest', 'oldest', 'best', 'name'] as const;
export type SessionSort = (typeof SESSION_SORTS)[number];

/** Search, track and order of the list of sessions. They live in the URL and the server answers them. */
export function useListView() {
  const [isWaiting, startTransition] = useTransition();
  const [view, setView] = useQueryStates(
    {
      search: parseAsString.withDefault(''),
      track_id: parseAsInteger,
      sort: parseAsStringLiteral(SESSION_SORTS).withDefault('newest'),
      cursor: parseAsString,
    },
    { shallow: false, startTransition },
  );
  return {
    ...view,
    isWaiting,
    setSearch: (search: string) =>
      setView({ search, cursor: null }, { limitUrlUpdates: search === '' ? undefined : debounce(250) }),
    setTrack: (trackId: number | null) => setView({ track_id: trackId, cursor: null }),
    setSort: (sort: SessionSort) => setView({ sort, cursor: null }),
    setCursor: (cursor: string | null) => setView({ cursor }, { history: 'push' }),
  };
}
