'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type RefObject, useMemo, useRef } from 'react';
import { SPEED_UNIT } from '@/components/format';
import { usePreferences } from '@/components/ui/preferences';
import { walkRows } from '@/components/ui/walk-rows';
import type { BoardRow } from '@/lib/contracts/live';
import { type CellWays, cellOf } from './board-cells';
import { type BoardColumn, boardColumns, type ColumnId, rowsShape } from './board-columns';
import { type LiveStore, useLive } from './live-store';
import { useSlidingRows } from './motion';

type BoardTableProps = {
  store: LiveStore;
  hidden: ReadonlySet<ColumnId>;
  sectors: number;
  gateName: CellWays['gateName'];
  follow: number | null;
  onFollow(entryId: number | null): void;
  isStale: boolean;
};

/** More rows than this are drawn only where they are seen; all are on a phone, where app/live.css lets the page scroll. */
const VIRTUAL_FROM = 40;
const ROW_PX = 34;
/** Without a track there are so few columns that a wide page would tear them apart. */
const FEW_COLUMNS_PX = 640;

/** Who is where: a row for each entry, in the order of the board. Click or Enter follows one, arrows walk. */
export function BoardTable(props: BoardTableProps) {
  const { store, gateName, follow, onFollow, isStale } = props;
  const rows = useLive(store, (state) => state.board.rows);
  const withTrack = useLive(store, (state) => state.board.session.track !== null);
  const { units } = usePreferences();
  const columns = useColumns(props, rows);
  const ways = useMemo(() => ({ units, gateName }), [units, gateName]);
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = useShownRows(rows.length, frame);
  useSlidingRows(body, useOrder(rows), !isStale);
  const drawn = rows.slice(shown.from, shown.to);
  const entrance = entranceOf(drawn, follow);
  return (
    <div ref={frame} className="table-frame board-frame">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are chosen is a grid.
        role="grid"
        aria-label="Board"
        aria-rowcount={rows.length + 1}
        className={`data-table board ${isStale ? 'is-stale' : ''}`}
        style={withTrack ? undefined : { maxWidth: FEW_COLUMNS_PX }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={{ width: column.widthPx }} />
          ))}
        </colgroup>
        <BoardHead columns={columns} />
        <tbody ref={body}>
          <Spacer heightPx={shown.abovePx} />
          {drawn.map((row, place) => (
            <Row
              key={row.entry_id}
              row={row}
              columns={columns}
              ways={ways}
              index={shown.from + place + 2}
              isFollowed={row.entry_id === follow}
              isEntrance={row.entry_id === entrance}
              onFollow={onFollow}
            />
          ))}
          <Spacer heightPx={shown.belowPx} />
        </tbody>
      </table>
    </div>
  );
}

/** The row that Tab leads to, among those that are drawn: the followed one, else the first. */
export function entranceOf(drawn: readonly BoardRow[], follow: number | null): number | null {
  return drawn.some((row) => row.entry_id === follow) ? follow : (drawn[0]?.entry_id ?? null);
}

function useColumns({ store, hidden, sectors }: BoardTableProps, rows: readonly BoardRow[]): BoardColumn[] {
  const order = useLive(store, (state) => state.board.session.order);
  const withTrack = useLive(store, (state) => state.board.session.track !== null);
  const { units } = usePreferences();
  const shape = rowsShape(rows);
  return useMemo(
    () =>
      boardColumns({
        order,
        withTrack,
        hidden,
        speedUnit: SPEED_UNIT[units],
        sectors: withTrack ? Math.max(sectors, shape.sectors) : 0,
        withClass: shape.withClass,
        withMinis: shape.withMinis,
      }),
    [order, withTrack, hidden, units, sectors, shape.sectors, shape.withClass, shape.withMinis],
  );
}

const BoardHead = memo(function BoardHead({ columns }: { columns: BoardColumn[] }) {
  return (
    <thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: on a phone a row is no table row for the browser any more. */}
      <tr role="row">
        {columns.map((column) => (
          <th
            key={column.key}
            scope="col"
            title={column.title}
            data-column={column.id}
            className={column.isNumber ? 'number' : ''}
          >
            {column.head}
          </th>
        ))}
      </tr>
    </thead>
  );
});

type RowProps = {
  row: BoardRow;
  columns: BoardColumn[];
  ways: CellWays;
  index: number;
  isFollowed: boolean;
  isEntrance: boolean;
  onFollow(entryId: number | null): void;
};

/** Rendered again only when its own row is another object. */
const Row = memo(function Row({ row, columns, ways, index, isFollowed, isEntrance, onFollow }: RowProps) {
  const choose = () => onFollow(isFollowed ? null : row.entry_id);
  return (
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: on a phone a row is no table row for the browser any more.
      role="row"
      data-entry={row.entry_id}
      data-state={row.state}
      tabIndex={isEntrance ? 0 : -1}
      aria-rowindex={index}
      aria-selected={isFollowed}
      onClick={choose}
      onKeyDown={(event) => walkRows(event, choose)}
    >
      {columns.map((column) => (
        // biome-ignore lint/a11y/useFocusableInteractive: rows have the focus.
        <td
          key={column.key}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the cells of a grid.
          role="gridcell"
          data-column={column.id}
          data-head={column.head}
          className={column.isNumber ? 'number' : ''}
        >
          {cellOf(column, row, ways)}
        </td>
      ))}
    </tr>
  );
});

function Spacer({ heightPx }: { heightPx: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr className="spacer" aria-hidden>
      <td style={{ height: heightPx }} />
    </tr>
  );
}

/** The entries in their order; the same list as long as the order is the same. */
function useOrder(rows: readonly BoardRow[]): readonly number[] {
  const text = rows.map((row) => row.entry_id).join();
  return useMemo(() => (text === '' ? [] : text.split(',').map(Number)), [text]);
}

function useShownRows(count: number, frame: RefObject<HTMLDivElement | null>) {
  const isMany = count > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count,
    enabled: isMany,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    initialRect: { width: 1440, height: 600 },
  });
  const items = isMany ? virtualizer.getVirtualItems() : [];
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last) return { from: 0, to: count, abovePx: 0, belowPx: 0 };
  return {
    from: first.index,
    to: last.index + 1,
    abovePx: first.start,
    belowPx: virtualizer.getTotalSize() - last.end,
  };
}
