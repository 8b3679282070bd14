'use client';

import { debounce, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useTransition } from 'react';

const USER_SORTS = ['name', 'newest', 'level', 'last_login'] as const;
export type UserSort = (typeof USER_SORTS)[number];

/** Search, level and order of the list of accounts. They live in the URL and the server answers them. */
export function useUsersView() {
  const [isWaiting, startTransition] = useTransition();
  const [view, setView] = useQueryStates(
    {
      search: parseAsString.withDefault(''),
      level: parseAsInteger,
      sort: parseAsStringLiteral(USER_SORTS).withDefault('name'),
      cursor: parseAsString,
    },
    { shallow: false, startTransition },
  );
  return {
    ...view,
    isWaiting,
    setSearch: (search: string) =>
      setView({ search, cursor: null }, { limitUrlUpdates: search === '' ? undefined : debounce(250) }),
    setLevel: (level: number | null) => setView({ level, cursor: null }),
    setSort: (sort: UserSort) => setView({ sort, cursor: null }),
    setCursor: (cursor: string | null) => setView({ cursor }, { history: 'push' }),
  };
}
