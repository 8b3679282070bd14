'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';

export type SortState = 'asc' | 'desc' | false;

type SortHeaderProps = { words: string; sorted: SortState; onSort(): void; isNumber?: boolean };

/** A column's head that sorts by it. The arrow stands inside the column, so that words and numbers stay in line. */
export function SortHeader({ words, sorted, onSort, isNumber = false }: SortHeaderProps) {
  const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={onSort}
      className={`inline-flex h-full items-center gap-0.5 hover:text-text ${isNumber ? 'flex-row-reverse' : ''}`}
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
