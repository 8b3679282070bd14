'use client';

import { parseAsInteger, parseAsStringLiteral } from 'nuqs';
import { LIST_KEYS, useUrlList } from './use-url-list';

const USER_SORTS = ['name', 'newest', 'level', 'last_login'] as const;
export type UserSort = (typeof USER_SORTS)[number];

const KEYS = {
  ...LIST_KEYS,
  level: parseAsInteger,
  sort: parseAsStringLiteral(USER_SORTS).withDefault('name'),
};

/** Search, level and order of the list of accounts. */
export function useUsersView() {
  const { view, set, ...list } = useUrlList(KEYS);
  return {
    ...view,
    ...list,
    setLevel: (level: number | null) => set({ level, cursor: null }),
    setSort: (sort: UserSort) => set({ sort, cursor: null }),
  };
}
