import type { Frame } from '@/lib/timing/types';
import { type ColumnRole, columnRole, splitColumnName } from './column-roles';
import { CHANNELS, type ChannelName, TIME } from './fix-table';
import { SKIP, splitCells, TEXT } from './number-row';
import { quoted } from './text';
import { FormatError } from './types';

/** What the header of our CSV says: cell → slot, how slots become our units, and the channels. */
export type CsvPlan = {
  delimiter: string;
  cells: string[];
  plan: Int32Array;
  frame: Frame;
  roles: ColumnRole[];
  channels: ChannelName[];
  /** The cell that names the device, or -1. */
  deviceCell: number;
};

/** The character that parts the cells of a header line. */
export function delimiterOf(header: string): string {
  const count = (delimiter: string) => splitCells(header, delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** True when a line of names has a time and a position of ours. */
export function isFixHeader(line: string): boolean {
  return frameOf(splitCells(line, delimiterOf(line)).map(columnRole)) !== null;
}

/** Reads the header of our CSV; throws a FormatError that names the columns found and needed. */
export function planCsv(header: string, line: number): CsvPlan {
  const delimiter = delimiterOf(header);
  const cells = splitCells(header, delimiter);
  const found = cells.map(columnRole);
  const frame = frameOf(found);
  if (!frame) throw new FormatError(missingColumns(cells, found), line);
  const plan = new Int32Array(cells.length).fill(SKIP);
  const roles: ColumnRole[] = [];
  const channels: ChannelName[] = [];
  let deviceCell = -1;
  cells.forEach((cell, index) => {
    const role = found[index];
    if (cell.toLowerCase() === 'device' && deviceCell < 0) {
      deviceCell = index;
      plan[index] = TEXT;
    } else if (role && (role.frame ?? frame) === frame && !roles.some(({ slot }) => slot === role.slot)) {
      roles.push(role);
      plan[index] = role.slot;
    } else if (cell !== '') {
      const { name, unit } = splitColumnName(cell);
      plan[index] = CHANNELS + channels.push({ name, unit }) - 1;
    }
  });
  return { delimiter, cells, plan, frame, roles, channels, deviceCell };
}

function frameOf(roles: readonly (ColumnRole | null)[]): Frame | null {
  const count = (frame: Frame) =>
    new Set(roles.filter((role) => role?.frame === frame).map((role) => role?.slot)).size;
  if (!roles.some((role) => role?.slot === TIME)) return null;
  if (count('wgs84') === 2) return 'wgs84';
  return count('planar') === 2 ? 'planar' : null;
}

function missingColumns(cells: readonly string[], roles: readonly (ColumnRole | null)[]): string {
  if (cells.every((cell) => cell === '' || Number.isFinite(Number(cell)))) {
    return 'The first row of a CSV must name its columns: time_ms with lat,lon or x_m,y_m. Add a header row.';
  }
  const missing = [
    roles.some((role) => role?.slot === TIME) ? '' : 'time_ms',
    roles.filter((role) => role?.frame).length >= 2 ? '' : 'lat,lon (or x_m,y_m)',
  ].filter((name) => name !== '');
  const named = cells.filter((cell) => cell !== '');
  const names = named.slice(0, 12).map(quoted).join(', ') + (named.length > 12 ? ', …' : '');
  const needed = missing.join(' and ') || 'lat,lon or x_m,y_m as a pair';
  return `This CSV lacks ${needed}; columns found: ${names}. Rename the columns so that it has time_ms and lat,lon or x_m,y_m.`;
}
