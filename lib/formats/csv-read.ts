import { type CsvPlan, planCsv } from './csv-plan';
import { numberFault, parseDecimal, secondsToMs } from './decimal';
import { CHANNELS, createFixTable, deviceRecording, SOLE_DEVICE, TIME, X, Y } from './fix-table';
import { type GrowableColumns, ValueBudget } from './growable-columns';
import { NumberRow, splitCells, unquote } from './number-row';
import { blankRecording } from './recording';
import { createRejections } from './rejections';
import { decodeLine, quoted } from './text';
import { lineReader } from './text-lines';
import { FormatError, type FormatReader, type Recording, type TimeBasis } from './types';

const MAX_DEVICES = 1000;
/** Times below this (1973 as epoch ms) are no wall clock: they count from a start of their own. */
export const FIRST_EPOCH_MS = 1e11;

/** Epoch times when the first one can be a wall clock, else times from zero. */
export function basisOf(firstTimeMs: number): TimeBasis {
  return firstTimeMs >= FIRST_EPOCH_MS ? 'utc' : 'none';
}

/** Reads our CSV. A line break inside quotes is not supported: such a row is counted as short. */
export class CsvReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly budget = new ValueBudget();
  private readonly tables = new Map<string, GrowableColumns>();
  private readonly lines = lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line));
  private plan: CsvPlan | null = null;
  private row = new NumberRow(new Int32Array(0), 0, 0);
  /** The table of the row before, which nearly every row shares, and the cell that named it. */
  private table: GrowableColumns | null = null;
  private tableCell = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    if (!this.plan)
      throw new FormatError('This CSV has no header row: it is empty. Record or export it again.');
    if (this.tables.size === 0) throw this.rejections.noFixes('CSV');
    return csvRecording(this.plan, this.tables, this.row, this.rejections.counts);
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (start === end) return;
    const { plan } = this;
    if (!plan) {
      this.takeHeader(decodeLine(bytes, start, end), line);
      return;
    }
    const cells = this.row.parse(bytes, start, end);
    const { values } = this.row;
    const required = (values[TIME] ?? Number.NaN) + (values[X] ?? Number.NaN) + (values[Y] ?? Number.NaN);
    if (cells !== plan.cells.length || Number.isNaN(required)) {
      const text = decodeLine(bytes, start, end);
      if (text.trim() === '') return;
      const fault = rowFault(text, plan);
      if (fault) {
        this.rejections.add(fault.reason, line, fault.detail);
        return;
      }
    }
    const table = this.tableOfRow(bytes, line, plan);
    if (table) table.push(values);
    else this.rejections.add('no_device', line, 'the cell of column "device" is blank');
  }

  private takeHeader(text: string, line: number): void {
    if (text.trim() === '' || text.startsWith('#')) return;
    this.plan = planCsv(text, line);
    const { plan, channels, delimiter } = this.plan;
    this.row = new NumberRow(plan, CHANNELS + channels.length, delimiter.charCodeAt(0));
  }

  private tableOfRow(bytes: Uint8Array, line: number, plan: CsvPlan): GrowableColumns | null {
    const { row, table, tableCell } = this;
    if (table && (plan.deviceCell < 0 || sameBytes(tableCell, bytes, row.textStart, row.textEnd)))
      return table;
    const name = plan.deviceCell < 0 ? SOLE_DEVICE : unquote(decodeLine(bytes, row.textStart, row.textEnd));
    if (name === '') return null;
    this.tableCell = bytes.slice(row.textStart, row.textEnd);
    this.table = this.tableNamed(name, line, plan.channels.length);
    return this.table;
  }

  private tableNamed(name: string, line: number, channels: number): GrowableColumns {
    const known = this.tables.get(name);
    if (known) return known;
    if (this.tables.size === MAX_DEVICES) {
      throw new FormatError(`More than ${MAX_DEVICES} devices: is the column "device" really one?`, line);
    }
    const table = createFixTable(channels, this.budget);
    this.tables.set(name, table);
    return table;
  }
}

function csvRecording(
  plan: CsvPlan,
  tables: ReadonlyMap<string, GrowableColumns>,
  row: NumberRow,
  rejected: Recording['rejected'],
): Recording {
  const devices = [...tables].map(([device, table]) => {
    for (const { slot, scale, seconds } of plan.roles) {
      if (seconds) table.convert(slot, secondsToMs);
      else if (scale !== 1) table.convert(slot, (value) => value * scale);
    }
    return deviceRecording(device, plan.frame, table, plan.channels);
  });
  return {
    ...blankRecording('csv'),
    timeBasis: basisOf(devices[0]?.fixes.timeMs[0] ?? 0),
    devices,
    rejected,
    notes: badCellNotes(plan, row),
  };
}

function badCellNotes(plan: CsvPlan, row: NumberRow): string[] {
  const bad = plan.cells.flatMap((cell, index) => {
    const count = row.badCells[plan.plan[index] ?? -1] ?? 0;
    return count > 0 ? [`${quoted(cell)} (${count})`] : [];
  });
  return bad.length > 0
    ? [`Cells that are no finite number were left unknown in these columns: ${bad.join(', ')}.`]
    : [];
}

/** Why a row holds no fix; null when its only oddity is blank cells after the last column. */
function rowFault(line: string, plan: CsvPlan): { reason: string; detail: string } | null {
  const cells = splitCells(line, plan.delimiter);
  const count = plan.cells.length;
  if (cells.length < count) return { reason: 'short_row', detail: `${cells.length} cells of ${count}` };
  if (cells.slice(count).some((cell) => cell !== '')) {
    return { reason: 'long_row', detail: `${cells.length} cells of ${count}` };
  }
  for (const slot of [TIME, X, Y]) {
    const index = plan.plan.indexOf(slot);
    const cell = cells[index] ?? '';
    const kind = slot === TIME ? 'time' : 'position';
    const fault = numberFault(cell);
    const detail = `${plan.cells[index]} is ${cell === '' ? 'blank' : quoted(cell)}`;
    if (Number.isNaN(parseDecimal(cell))) {
      if (fault === 'blank') return { reason: `no_${kind}`, detail };
      return { reason: fault === 'not_finite' ? 'not_finite' : `bad_${kind}`, detail };
    }
  }
  return null;
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
