import type { DeviceLaps } from '@/lib/services/recording-laps';
import type { Lap } from '@/lib/timing/types';
import { lapTimeText } from '@/lib/timing/words';

const lapTime = (timeMs: number | null) => (timeMs === null ? '–' : lapTimeText(timeMs));
const seconds = (timeMs: number | null) => (timeMs === null ? '–' : (timeMs / 1000).toFixed(3));

function rowOf(lap: Lap): string[] {
  const note = [lap.reason, lap.estimated ? 'estimated' : null].filter((part) => part !== null).join(', ');
  return [
    String(lap.number),
    lap.class,
    lapTime(lap.timeMs),
    lap.uncertaintyMs === null ? '–' : `±${(lap.uncertaintyMs / 1000).toFixed(3)}`,
    ...lap.sectors.map((sector) => seconds(sector.timeMs)),
    note,
  ];
}

/** Text left, numbers right; the last column is never padded. */
function aligned(rows: readonly string[][], left: ReadonlySet<number>): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: string[]) =>
    row
      .map((cell, i) => (left.has(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n');
}

/** The laps of one device as a table for people. */
export function lapTable(device: DeviceLaps): string {
  const sectors = Math.max(0, ...device.laps.map((lap) => lap.sectors.length));
  const head = [
    'lap',
    'class',
    'time',
    '±',
    ...Array.from({ length: sectors }, (_, i) => `S${i + 1}`),
    'note',
  ];
  const rows = [head, ...device.laps.map(rowOf)];
  const left = new Set([1, head.length - 1]);
  const best = `best ${lapTime(device.bestMs)}, sum of best sectors ${lapTime(device.optimumMs)}`;
  return device.laps.length > 0 ? `${aligned(rows, left)}\n  ${best}` : '  no laps';
}

/** `31,527 fixes, 3 refused (2 duplicate, 1 backwards)` */
export function countsLine(fixes: number, rejected: Record<string, number>): string {
  const number = new Intl.NumberFormat('en');
  const parts = Object.entries(rejected).map(([reason, count]) => `${number.format(count)} ${reason}`);
  const total = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  return `${number.format(fixes)} ${fixes === 1 ? 'fix' : 'fixes'}${total > 0 ? `, ${number.format(total)} refused (${parts.join(', ')})` : ''}`;
}
