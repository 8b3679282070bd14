'use client';

import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table';
import type { LapLine } from '@/components/charts/lap-palette';
import { LapSwatch } from '@/components/charts/lap-swatch';
import {
  formatGap,
  formatLapTime,
  formatSectorTime,
  formatSpeed,
  formatUncertainty,
  SPEED_UNIT,
  type Units,
} from '@/components/format';
import { ClassChip } from './class-chip';
import type { LapRow } from './lap-rows';
import { MarkedTime } from './time-cell';

export const lapTableFeatures = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const column = createColumnHelper<typeof lapTableFeatures, LapRow>();

type Choice = {
  sectors: number[];
  units: Units;
  withEntries: boolean;
  lineOf(lapId: number): LapLine | null;
};

/** How a column's head and cells stand: numbers to the right, times with room for their mark. */
export function columnLook(id: string): string {
  if (/^(time|s\d+)$/.test(id)) return 'number marked';
  return /^(uncertainty|gap|top|min|stint)$/.test(id) ? 'number' : '';
}

/** The columns of the lap table, in order. */
export function lapColumns({ sectors, units, withEntries, lineOf }: Choice) {
  return column.columns([
    column.accessor((row) => row.lap.number, {
      id: 'lap',
      header: 'Lap',
      cell: ({ row }) => <LapNumber row={row.original} line={lineOf(row.original.lap.id)} />,
    }),
    ...(withEntries
      ? [
          column.accessor('entry', {
            header: 'Entry',
            cell: ({ row }) => <Entry name={row.original.entry} />,
          }),
        ]
      : []),
    column.accessor((row) => row.lap.class, {
      id: 'class',
      header: 'Class',
      cell: ({ row }) => <ClassChip lapClass={row.original.lap.class} />,
    }),
    column.accessor((row) => row.lap.lap_time_ms, {
      id: 'time',
      header: 'Time',
      cell: ({ row }) => <LapTime row={row.original} />,
    }),
    column.accessor((row) => row.lap.uncertainty_ms ?? undefined, {
      id: 'uncertainty',
      header: '± s',
      sortUndefined: 'last',
      cell: ({ row }) => (
        <span className="text-quiet">{formatUncertainty(row.original.lap.uncertainty_ms)}</span>
      ),
    }),
    ...sectors.map((number, index) =>
      column.accessor((row) => row.sectors[index]?.timeMs ?? undefined, {
        id: `s${number}`,
        header: `S${number}`,
        sortUndefined: 'last',
        cell: ({ row }) => <SectorTime row={row.original} index={index} />,
      }),
    ),
    column.accessor((row) => row.gapMs ?? undefined, {
      id: 'gap',
      header: 'Δ best',
      sortUndefined: 'last',
      cell: ({ row }) => formatGap(row.original.gapMs),
    }),
    ...speedColumns(units),
    column.accessor((row) => row.lap.stint, { id: 'stint', header: 'Stint' }),
    column.accessor('note', {
      header: 'Note',
      cell: ({ row }) => <span className="text-soft">{row.original.note}</span>,
    }),
  ]);
}

function speedColumns(units: Units) {
  return [
    column.accessor((row) => row.lap.top_speed_mps ?? undefined, {
      id: 'top',
      header: `Top ${SPEED_UNIT[units]}`,
      sortUndefined: 'last',
      cell: ({ row }) => formatSpeed(row.original.lap.top_speed_mps, units),
    }),
    column.accessor((row) => row.lap.min_speed_mps ?? undefined, {
      id: 'min',
      header: `Min ${SPEED_UNIT[units]}`,
      sortUndefined: 'last',
      cell: ({ row }) => formatSpeed(row.original.lap.min_speed_mps, units),
    }),
  ];
}

function LapNumber({ row, line }: { row: LapRow; line: LapLine | null }) {
  return (
    <span className="flex items-center gap-2">
      <span className="inline-flex w-5">
        {line ? (
          <LapSwatch line={line} />
        ) : (
          <span aria-hidden className="size-3 rounded-[3px] border border-edge" />
        )}
      </span>
      <span className="min-w-5 text-right">{row.lap.number}</span>
    </span>
  );
}

function Entry({ name }: { name: string }) {
  return (
    <span className="inline-block max-w-48 truncate align-bottom" title={name}>
      {name}
    </span>
  );
}

function LapTime({ row }: { row: LapRow }) {
  const { lap, mark } = row;
  const struck = lap.class === 'invalid' ? 'line-through decoration-1' : '';
  const text = `${lap.estimated ? '~' : ''}${formatLapTime(lap.lap_time_ms)}`;
  return (
    <span className={`font-medium ${struck}`}>
      <MarkedTime text={text} mark={mark} muted={lap.class !== 'complete'} />
    </span>
  );
}

function SectorTime({ row, index }: { row: LapRow; index: number }) {
  const cell = row.sectors[index];
  return (
    <MarkedTime
      text={formatSectorTime(cell?.timeMs)}
      mark={cell?.mark ?? null}
      muted={row.lap.class !== 'complete'}
    />
  );
}
