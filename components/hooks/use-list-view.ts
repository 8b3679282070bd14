'use client';

import { parseAsInteger, parseAsStringLiteral } from 'nuqs';
import { LIST_KEYS, useUrlList } from './use-url-list';

export const SESSION_SORTS = ['newest', 'oldest', 'best', 'name'] as const;
export type SessionSort = (typeof SESSION_SORTS)[number];

const KEYS = {
  ...LIST_KEYS,
  track_id: parseAsInteger,
  sort: parseAsStringLiteral(SESSION_SORTS).withDefault('newest'),
};

/** Search, track and order of the list of sessions. */
export function useListView() {
  const { view, set, ...list } = useUrlList(KEYS);
  return {
    ...view,
    ...list,
    setTrack: (trackId: number | null) => set({ track_id: trackId, cursor: null }),
    setSort: (sort: SessionSort) => set({ sort, cursor: null }),
  };
}
