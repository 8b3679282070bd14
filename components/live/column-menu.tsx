'use client';

import { Columns3 } from 'lucide-react';
import { CheckMenu } from '@/components/ui/check-menu';
import { COLUMN_IDS, type ColumnId, columnWords, FIXED_COLUMNS } from './board-columns';

const ITEMS = COLUMN_IDS.filter((id) => !FIXED_COLUMNS.has(id)).map((id) => ({ id, words: columnWords(id) }));

type ColumnMenuProps = { hidden: ReadonlySet<ColumnId>; onHide(hidden: ColumnId[]): void };

/** Which columns the board has. */
export function ColumnMenu({ hidden, onHide }: ColumnMenuProps) {
  return (
    <CheckMenu
      title="Columns"
      items={ITEMS}
      chosen={ITEMS.flatMap(({ id }) => (hidden.has(id) ? [] : [id]))}
      onChoose={(shown) => onHide(ITEMS.flatMap(({ id }) => (shown.includes(id) ? [] : [id])))}
      className="max-sm:hidden"
    >
      <Columns3 size={16} aria-hidden /> Columns
    </CheckMenu>
  );
}
