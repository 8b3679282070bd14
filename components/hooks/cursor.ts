'use client';

import { useState, useSyncExternalStore } from 'react';

/** One place along the lap that charts and map share; it changes far too often for React state. */
export type Cursor = {
  /** Metres from the start of the lap, null while nobody points. */
  get(): number | null;
  set(distanceM: number | null): void;
  subscribe(changed: () => void): () => void;
};

export function createCursor(): Cursor {
  let distanceM: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => distanceM,
    set(next) {
      if (next === distanceM) return;
      distanceM = next;
      for (const listener of listeners) listener();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

/** A cursor that lives as long as the component. */
export function useNewCursor(): Cursor {
  const [cursor] = useState(createCursor);
  return cursor;
}

export function useCursorDistance(cursor: Cursor): number | null {
  return useSyncExternalStore(cursor.subscribe, cursor.get, () => null);
}
