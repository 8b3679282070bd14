'use client';

import { debounce, parseAsString, type UseQueryStatesKeysMap, useQueryStates } from 'nuqs';
import { useTransition } from 'react';

/** What every list has in its URL: the words looked for, and the page. */
export const LIST_KEYS = { search: parseAsString.withDefault(''), cursor: parseAsString };

/**
 * What of a list is shown. It lives in the URL and the server answers it. `keys` are LIST_KEYS and the list's own;
 * whatever changes leads to the first page, but the page itself.
 */
export function useUrlList<Keys extends UseQueryStatesKeysMap>(keys: Keys & typeof LIST_KEYS) {
  const [isWaiting, startTransition] = useTransition();
  const [view, set] = useQueryStates(keys, { shallow: false, startTransition });
  const [, setPage] = useQueryStates(LIST_KEYS, { shallow: false, startTransition });
  return {
    view,
    isWaiting,
    set,
    setSearch: (search: string) =>
      setPage({ search, cursor: null }, { limitUrlUpdates: search === '' ? undefined : debounce(250) }),
    setCursor: (cursor: string | null) => setPage({ cursor }, { history: 'push' }),
  };
}
