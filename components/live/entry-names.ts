'use client';

import { useState } from 'react';
import type { BoardRow } from '@/lib/contracts/live';
import { entryWords } from './board-words';
import { type LiveStore, useLive } from './live-store';

export type EntryName = { entryId: number; words: string };

const ORDER = new Intl.Collator('en', { numeric: true });

/** What the entries of boards are called, by number; the same list as long as no name changes. */
export function entryNames(): (rows: readonly BoardRow[]) => readonly EntryName[] {
  let seen: readonly BoardRow[] = [];
  let names: readonly EntryName[] = [];
  return (rows) => {
    if (rows === seen) return names;
    seen = rows;
    const next = rows
      .map((row) => ({ entryId: row.entry_id, words: entryWords(row) }))
      .sort((a, b) => ORDER.compare(a.words, b.words) || a.entryId - b.entryId);
    if (!isSame(names, next)) names = next;
    return names;
  };
}

const isSame = (before: readonly EntryName[], after: readonly EntryName[]) =>
  before.length === after.length &&
  before.every(
    ({ entryId, words }, place) => entryId === after[place]?.entryId && words === after[place].words,
  );

/** Renders with a new name, not with every frame. */
export function useEntryNames(store: LiveStore): readonly EntryName[] {
  const [namesOf] = useState(entryNames);
  return useLive(store, ({ board }) => namesOf(board.rows));
}
