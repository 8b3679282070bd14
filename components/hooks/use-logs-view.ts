'use client';

import { debounce, parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { useTransition } from 'react';

/** What of the audit log is shown. It lives in the URL and the server answers it; instants are ISO 8601. */
export function useLogsView() {
  const [isWaiting, startTransition] = useTransition();
  const [view, setView] = useQueryStates(
    {
      search: parseAsString.withDefault(''),
      action: parseAsString,
      user_id: parseAsInteger,
      from: parseAsString,
      to: parseAsString,
      cursor: parseAsString,
    },
    { shallow: false, startTransition },
  );
  return {
    ...view,
    isWaiting,
    isFiltered:
      view.search !== '' || [view.action, view.user_id, view.from, view.to].some((value) => value !== null),
    setSearch: (search: string) =>
      setView({ search, cursor: null }, { limitUrlUpdates: search === '' ? undefined : debounce(250) }),
    setAction: (action: string | null) => setView({ action, cursor: null }),
    setUser: (user_id: number | null) => setView({ user_id, cursor: null }),
    setFrom: (from: string | null) => setView({ from, cursor: null }),
    setTo: (to: string | null) => setView({ to, cursor: null }),
    setCursor: (cursor: string | null) => setView({ cursor }, { history: 'push' }),
    clear: () => setView(null),
  };
}

export type LogsView = ReturnType<typeof useLogsView>;
