'use client';

import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { LapLine } from '@/components/charts/lap-palette';
import { useHydrated } from '@/components/hooks/use-hydrated';
import { usePrinting } from '@/components/hooks/use-printing';
import { usePreferences } from '@/components/ui/preferences';
import { ariaSort, SortHeader } from '@/components/ui/sort-header';
import { walkRows } from '@/components/ui/walk-rows';
import { columnLook, lapColumns, lapTableFeatures } from './lap-columns';
import type { LapRow } from './lap-rows';

type LapTableProps = {
  rows: LapRow[];
  sectors: number[];
  withEntries: boolean;
  chosen: readonly number[];
  lineOf(lapId: number): LapLine | null;
  onToggle(lapId: number): void;
};

const VIRTUAL_FROM = 200;
/** What the server writes: more than the frame shows; the browser adds the others. */
const FIRST_ROWS = 16;
const ROW_PX = 30;
/** Where app/tables.css gives rows the height of a finger. */
const TALL_ROWS = '(pointer: coarse), (max-width: 640px)';

/** The laps; a row is chosen with a click or the space bar, and the arrow keys walk. Past 200 rows virtual. */
export function LapTable({ rows, sectors, withEntries, chosen, lineOf, onToggle }: LapTableProps) {
  const { units } = usePreferences();
  const [sorting, setSorting] = useState<SortingState>([]);
  const columns = useMemo(
    () => lapColumns({ sectors, units, withEntries, lineOf }),
    [sectors, units, withEntries, lineOf],
  );
  const table = useTable({
    features: lapTableFeatures,
    columns,
    data: rows,
    getRowId: (row) => String(row.lap.id),
    state: { sorting },
    onSortingChange: setSorting,
  });
  const sorted = table.getRowModel().rows;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows(sorted.length, frame);
  return (
    <div ref={frame} className="table-frame max-h-[26rem]">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are chosen is a grid.
        role="grid"
        aria-multiselectable
        aria-label="Laps"
        aria-rowcount={rows.length + 1}
        className="data-table"
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  aria-sort={ariaSort(header.column.getIsSorted())}
                  className={columnLook(header.column.id)}
                >
                  <SortHeader
                    words={String(header.column.columnDef.header)}
                    sorted={header.column.getIsSorted()}
                    isNumber={columnLook(header.column.id) !== ''}
                    onSort={() => header.column.toggleSorting()}
                  />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer heightPx={virtual.abovePx} columns={columns.length} />
          {sorted.slice(virtual.from, virtual.to).map((row, place) => (
            <tr
              key={row.id}
              tabIndex={virtual.from + place === 0 || chosen.includes(row.original.lap.id) ? 0 : -1}
              aria-rowindex={virtual.from + place + 2}
              aria-selected={chosen.includes(row.original.lap.id)}
              onClick={() => onToggle(row.original.lap.id)}
              onKeyDown={(event) => walkRows(event, () => onToggle(row.original.lap.id))}
              className="cursor-pointer"
            >
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={columnLook(cell.column.id)}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
          <Spacer heightPx={virtual.belowPx} columns={columns.length} />
          {rows.length === 0 && <NoRows columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ heightPx, columns }: { heightPx: number; columns: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr className="spacer" aria-hidden>
      <td colSpan={columns} style={{ height: heightPx }} />
    </tr>
  );
}

function NoRows({ columns }: { columns: number }) {
  return (
    <tr>
      <td colSpan={columns} className="text-soft">
        No lap of this kind here
      </td>
    </tr>
  );
}

function useVirtualRows(count: number, frame: React.RefObject<HTMLDivElement | null>) {
  const printing = usePrinting();
  const hydrated = useHydrated();
  const virtualizer = useVirtualizer({
    count,
    enabled: count > VIRTUAL_FROM,
    getScrollElement: () => frame.current,
    estimateSize: () => (globalThis.matchMedia?.(TALL_ROWS).matches ? 44 : ROW_PX),
    overscan: 12,
    initialRect: { width: 800, height: 416 },
  });
  if (!hydrated && count > FIRST_ROWS)
    return { from: 0, to: FIRST_ROWS, abovePx: 0, belowPx: (count - FIRST_ROWS) * ROW_PX };
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  if (count <= VIRTUAL_FROM || printing || !first || !last)
    return { from: 0, to: count, abovePx: 0, belowPx: 0 };
  return {
    from: first.index,
    to: last.index + 1,
    abovePx: first.start,
    belowPx: virtualizer.getTotalSize() - last.end,
  };
}
