'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False on the server and for the browser's first pass over its page, true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
