import type { BoardRow, BoardSession } from '@/lib/contracts/live';
import { MINIS_PX } from './mini-sectors';

export const COLUMN_IDS = [
  'position',
  'number',
  'driver',
  'class',
  'state',
  'laps',
  'gap',
  'interval',
  'last',
  'best',
  'sectors',
  'minis',
  'delta',
  'predicted',
  'stint',
  'speed',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

/** One column as it stands in the table; `sector` counts from 0 where the column is one of the sectors'. */
export type BoardColumn = {
  key: string;
  id: ColumnId;
  head: string;
  title: string;
  widthPx: number;
  isNumber: boolean;
  sector: number;
};

/** Without these a row says nothing: they are always shown. */
export const FIXED_COLUMNS: ReadonlySet<ColumnId> = new Set(['position', 'number', 'driver']);

type ColumnLook = { head: string; title: string; widthPx: number; isNumber?: boolean };

const LOOKS: Record<ColumnId, ColumnLook> = {
  position: { head: 'P', title: 'Position', widthPx: 36, isNumber: true },
  number: { head: '№', title: 'Number', widthPx: 48, isNumber: true },
  driver: { head: 'Driver', title: 'Driver', widthPx: 156 },
  class: { head: 'Class', title: 'Class of the car', widthPx: 60 },
  state: { head: 'State', title: 'Where it is', widthPx: 84 },
  laps: { head: 'Laps', title: 'Laps completed', widthPx: 48, isNumber: true },
  gap: { head: 'Gap', title: 'Behind the leader', widthPx: 78, isNumber: true },
  interval: { head: 'Int', title: 'Behind the car ahead', widthPx: 78, isNumber: true },
  last: { head: 'Last', title: 'Last lap', widthPx: 88, isNumber: true },
  best: { head: 'Best', title: 'Best lap', widthPx: 88, isNumber: true },
  sectors: { head: 'S', title: 'Sector', widthPx: 72, isNumber: true },
  minis: { head: 'Mini-sectors', title: 'Mini-sectors of the running lap', widthPx: MINIS_PX + 16 },
  delta: {
    head: 'Δ best',
    title: 'Running lap against its own best, at the same place',
    widthPx: 70,
    isNumber: true,
  },
  predicted: { head: 'Predicted', title: 'Where the running lap leads', widthPx: 80, isNumber: true },
  stint: { head: 'Stint', title: 'Number of the stint · laps in it', widthPx: 50, isNumber: true },
  speed: { head: 'km/h', title: 'Speed', widthPx: 52, isNumber: true },
};

export const columnWords = (id: ColumnId): string => (id === 'sectors' ? 'Sectors' : LOOKS[id].title);

/** A practice is about best laps: they come first, and gaps are to the best. */
const PRACTICE_ORDER: readonly ColumnId[] = [
  'position',
  'number',
  'driver',
  'class',
  'state',
  'best',
  'gap',
  'interval',
  'last',
  'laps',
  'sectors',
  'minis',
  'delta',
  'predicted',
  'stint',
  'speed',
];

type Wants = {
  order: BoardSession['order'];
  /** How many sectors the track has; 0 without one. */
  sectors: number;
  withClass: boolean;
  withTrack: boolean;
  withMinis: boolean;
  hidden: ReadonlySet<ColumnId>;
  speedUnit: string;
};

/** Only a track can give these. */
const TIMED: ReadonlySet<ColumnId> = new Set([
  'laps',
  'gap',
  'interval',
  'last',
  'best',
  'delta',
  'predicted',
  'stint',
]);

export function boardColumns(wants: Wants): BoardColumn[] {
  const ids = wants.order === 'race' ? COLUMN_IDS : PRACTICE_ORDER;
  return ids.filter((id) => isShown(id, wants)).flatMap((id) => columnsOf(id, wants));
}

function isShown(id: ColumnId, wants: Wants): boolean {
  if (FIXED_COLUMNS.has(id)) return true;
  if (wants.hidden.has(id) || (TIMED.has(id) && !wants.withTrack)) return false;
  if (id === 'class') return wants.withClass;
  // One sector is the whole lap.
  if (id === 'sectors') return wants.sectors > 1;
  return id !== 'minis' || wants.withMinis;
}

function columnsOf(id: ColumnId, { order, sectors, speedUnit }: Wants): BoardColumn[] {
  const look = LOOKS[id];
  const column = { key: id, id, isNumber: false, sector: 0, ...look };
  if (id === 'speed') return [{ ...column, head: speedUnit }];
  if (id === 'gap' && order === 'practice') return [{ ...column, title: 'Behind the best lap' }];
  if (id === 'interval' && order === 'practice') return [{ ...column, title: 'Behind the best lap ahead' }];
  if (id !== 'sectors') return [column];
  return Array.from({ length: sectors }, (_, sector) => ({
    ...column,
    key: `s${sector + 1}`,
    head: `S${sector + 1}`,
    title: `Sector ${sector + 1}`,
    sector,
  }));
}

/** What the rows themselves ask of the columns; the same text for the same answer. */
export function rowsShape(rows: readonly BoardRow[]): {
  sectors: number;
  withClass: boolean;
  withMinis: boolean;
} {
  let sectors = 0;
  let withClass = false;
  let withMinis = false;
  for (const row of rows) {
    sectors = Math.max(sectors, row.sectors.length);
    withClass ||= row.car_class !== null;
    withMinis ||= row.minis !== '';
  }
  return { sectors, withClass, withMinis };
}
