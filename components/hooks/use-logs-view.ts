'use client';

import { parseAsInteger, parseAsString } from 'nuqs';
import { LIST_KEYS, useUrlList } from './use-url-list';

const KEYS = {
  ...LIST_KEYS,
  action: parseAsString,
  user_id: parseAsInteger,
  from: parseAsString,
  to: parseAsString,
};

/** What of the audit log is shown; instants are ISO 8601. */
export function useLogsView() {
  const { view, set, ...list } = useUrlList(KEYS);
  return {
    ...view,
    ...list,
    isFiltered:
      view.search !== '' || [view.action, view.user_id, view.from, view.to].some((value) => value !== null),
    setAction: (action: string | null) => set({ action, cursor: null }),
    setUser: (user_id: number | null) => set({ user_id, cursor: null }),
    setFrom: (from: string | null) => set({ from, cursor: null }),
    setTo: (to: string | null) => set({ to, cursor: null }),
    clear: () => set(null),
  };
}

export type LogsView = ReturnType<typeof useLogsView>;
