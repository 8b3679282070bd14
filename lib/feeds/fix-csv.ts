import { type CsvPlan, planCsv } from '@/lib/formats/csv-plan';
import { parseDecimal, secondsToMs } from '@/lib/formats/decimal';
import { ACCURACY, ALTITUDE, CHANNELS, COURSE, SPEED, TIME, X, Y } from '@/lib/formats/fix-table';
import { splitCells } from '@/lib/formats/number-row';
import type { Attributes, IncomingFix } from '@/lib/live/ingest';
import {
  addAttribute,
  attributesOrNull,
  type Fault,
  type FeedFault,
  type FeedLine,
  isFault,
  malformed,
  type ParsedFeed,
  type SenderDevice,
} from './feed-lines';
import { LINES_A_TURN, type Turns } from './in-turns';
import { deviceNamed } from './sent-fix';

/**
 * Fixes of our CSV (lib/formats/csv has its columns), of several devices by the column `device`; other columns of
 * numbers are attributes. Throws a FormatError for a header that has no time or place.
 */
export function* fixesOfCsv(text: string, fallback: SenderDevice | null): Turns<ParsedFeed> {
  const lines: FeedLine[] = [];
  const faults: FeedFault[] = [];
  let plan: CsvPlan | null = null;
  let index = 0;
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '' || (!plan && line.startsWith('#'))) continue;
    if (!plan) {
      plan = planCsv(line, at + 1);
      continue;
    }
    if (index % LINES_A_TURN === LINES_A_TURN - 1) yield;
    const cells = cellsOf(line, plan.delimiter);
    const device = deviceOf(plan, cells, fallback);
    if (isFault(device)) faults.push({ index, device: null, ...device });
    else {
      const fix = fixOfCells(plan, cells);
      if (isFault(fix)) faults.push({ index, device, ...fix });
      else lines.push({ index, device, frame: plan.frame, fix });
    }
    index++;
  }
  return { lines, faults };
}

/** Most lines hold no quote: those are split in one go. */
const cellsOf = (line: string, delimiter: string): string[] =>
  line.includes('"') ? splitCells(line, delimiter) : line.split(delimiter).map((cell) => cell.trim());

function deviceOf(
  plan: CsvPlan,
  cells: readonly string[],
  fallback: SenderDevice | null,
): SenderDevice | Fault {
  const cell = plan.deviceCell < 0 ? '' : (cells[plan.deviceCell] ?? '');
  if (cell !== '') return deviceNamed(cell);
  return fallback ?? malformed('device is missing: add a column device or name it in the query');
}

function fixOfCells(plan: CsvPlan, cells: readonly string[]): IncomingFix | Fault {
  const count = plan.cells.length;
  if (cells.length !== count && !(cells.length > count && cells.slice(count).every((cell) => cell === '')))
    return malformed(`it has ${cells.length} cells, the header ${count}`);
  const values = new Float64Array(CHANNELS).fill(Number.NaN);
  const attributes: Attributes = {};
  for (const [at, name] of plan.cells.entries()) {
    const slot = plan.plan[at] ?? -1;
    const cell = cells[at] ?? '';
    if (slot < 0 || cell === '') continue;
    const value = parseDecimal(cell);
    if (slot >= CHANNELS) {
      const fault = addAttribute(attributes, name, Number.isNaN(value) ? cell : value);
      if (fault) return fault;
    } else if (Number.isNaN(value))
      return malformed(`${name} is no number: ${JSON.stringify(cell.slice(0, 40))}`);
    else values[slot] = value;
  }
  for (const { slot, scale, seconds } of plan.roles) {
    const value = values[slot] ?? Number.NaN;
    values[slot] = seconds ? secondsToMs(value) : value * scale;
  }
  const missing = [TIME, X, Y].find((slot) => Number.isNaN(values[slot]));
  if (missing !== undefined) return malformed(`${nameOf(plan, missing)} is missing`);
  const at = (slot: number): number => values[slot] ?? Number.NaN;
  return {
    ...{ timeMs: at(TIME), x: at(X), y: at(Y) },
    ...{ speedMps: at(SPEED), courseDeg: at(COURSE), altitudeM: at(ALTITUDE), accuracyM: at(ACCURACY) },
    attributes: attributesOrNull(attributes),
  };
}

const nameOf = (plan: CsvPlan, slot: number): string => plan.cells[plan.plan.indexOf(slot)] ?? 'a column';
