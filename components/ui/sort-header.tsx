'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';

export type SortState = 'asc' | 'desc' | false;

/** A column's head that sorts by it. */
export function SortHeader({ words, sorted, onSort }: { words: string; sorted: SortState; onSort(): void }) {
  const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={onSort}
      className="inline-flex h-full items-center gap-0.5 hover:text-text"
    >
      {words}
      <Arrow size={12} aria-hidden className={sorted ? '' : 'invisible'} />
    </button>
  );
}

/** The same for assistive technology. */
export function ariaSort(sorted: SortState): 'ascending' | 'descending' | 'none' {
  return sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending';
}
