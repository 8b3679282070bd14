import type { CsvCell } from './csv';
import { flatten } from './list-csv';

/** What comes before the sectors. */
const COLUMNS = [
  'id',
  'device_id',
  'number',
  'class',
  'reason',
  'lap_time_ms',
  'uncertainty_ms',
  'estimated',
  'started_at',
  'stint',
  'distance_m',
  'top_speed_mps',
  'min_speed_mps',
] as const;

const sectorColumn = (number: number): string => `sector_${number}_ms`;

/** The columns of laps with at most so many sectors; `more` come before them. */
export function lapColumns(sectors: number, more: readonly string[] = []): string[] {
  const numbers = Array.from({ length: sectors }, (_, index) => index + 1);
  return [...COLUMNS, ...more, ...numbers.map(sectorColumn)];
}

/** A lap as cells by column, one for each sector. */
export function lapRow(item: object): Record<string, CsvCell> {
  const row = flatten(item);
  for (const { number, time_ms } of sectorsOf(item)) row[sectorColumn(number)] = time_ms;
  return row;
}

/** How many sectors the lap with the most of them has. */
export const mostSectors = (items: readonly object[]): number =>
  items.reduce((most, item) => Math.max(most, ...sectorsOf(item).map(({ number }) => number)), 0);

/** The sectors of an item whose contract is a lap's. */
function sectorsOf(item: object): readonly { number: number; time_ms: number | null }[] {
  const sectors: unknown = Reflect.get(item, 'sectors');
  return Array.isArray(sectors) ? sectors : [];
}
