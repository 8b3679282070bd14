import { DAY_MS, dayShift, dayStartMs, packedTimeMs } from './day-clock';
import {
  CHANNELS,
  createFixTable,
  deviceRecording,
  fixColumns,
  fixFault,
  SOLE_DEVICE,
  SPEED,
  TIME,
  X,
  Y,
} from './fix-table';
import type { GrowableColumns } from './growable-columns';
import { NumberRow, SKIP } from './number-row';
import { blankRecording, orNull } from './recording';
import { createRejections } from './rejections';
import { decodeLine } from './text';
import { lineReader } from './text-lines';
import { FormatError, type FormatReader, type ReaderOptions, type Recording } from './types';
import { type VboColumns, vboColumns } from './vbo-columns';
import { laptimingGates } from './vbo-laptiming';

const SPACE = 32;
const NO_COLUMNS: VboColumns = { names: [], plan: new Int32Array(0), channels: [], speedScale: 1 };

export class VboReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly lines = lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line));
  private readonly sections = new Map<string, string[]>();
  private section = '';
  private created: RegExpExecArray | null = null;
  private columns = NO_COLUMNS;
  private table: GrowableColumns | null = null;
  private row = new NumberRow(new Int32Array(0), 0, SPACE);
  /** Reads rows that lack their first cell, the satellites. */
  private shiftedRow = this.row;
  private lastTimeMs = Number.NaN;
  private isPadded = false;

  constructor(private readonly options: ReaderOptions) {}

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    const { table, columns } = this;
    if (!table)
      throw new FormatError('This VBO has no [data] section with [column names] before it: it is cut short.');
    if (table.count === 0) throw this.rejections.noFixes('VBO');
    this.toDegrees(table);
    table.convert(SPEED, (speed) => speed * columns.speedScale);
    const firstDayMs = this.firstDayMs(table);
    if (firstDayMs !== null) table.convert(TIME, (time) => time + firstDayMs);
    const gates = laptimingGates(
      (this.sections.get('laptiming') ?? []).filter((line) => line.trim() !== ''),
      fixColumns('wgs84', table),
      this.options.gateHalfWidthM,
    );
    const venue = this.comment('Venue');
    const { checkpoints } = gates;
    return {
      ...blankRecording('vbo'),
      timeBasis: firstDayMs === null ? 'none' : 'utc',
      devices: [deviceRecording(SOLE_DEVICE, 'wgs84', table, columns.channels)],
      track:
        checkpoints.length > 0
          ? {
              name: venue ?? 'Gates of the file',
              location: '',
              frame: 'wgs84',
              checkpoints,
              centreline: null,
            }
          : null,
      rejected: this.rejections.counts,
      notes: [
        ...(firstDayMs === null
          ? ['The file names no date: the times count from midnight of an unknown day.']
          : []),
        ...gates.notes,
      ],
      title: venue,
      driver: this.comment('Driver'),
    };
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (this.section === 'data' && bytes[start] !== 0x5b) {
      this.takeRow(bytes, start, end, line);
      return;
    }
    const text = decodeLine(bytes, start, end).trim();
    const title = /^\[(.+)\]$/.exec(text)?.[1];
    if (title) {
      this.section = title.toLowerCase();
      if (this.section === 'data') this.startData(line);
    } else if (this.section === '') {
      this.created ??= /(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s*(?:@|at)?\s*(\d{1,2}):(\d\d)(?::(\d\d))?)?/i.exec(
        text,
      );
    } else if (text !== '') {
      if (this.section === 'column names' && this.columns === NO_COLUMNS) {
        const linesOf = (section: string) => this.sections.get(section) ?? [];
        this.columns = vboColumns(text, line, linesOf('header'), linesOf('channel units'));
      }
      this.keep(text, line);
    }
  }

  /** Heads are short; a section that never ends is no VBO. */
  private keep(text: string, line: number): void {
    const kept = this.sections.get(this.section) ?? [];
    if (kept.length >= 10_000) {
      throw new FormatError(`The section [${this.section}] does not end: this VBO is damaged.`, line);
    }
    kept.push(text);
    this.sections.set(this.section, kept);
  }

  private startData(line: number): void {
    if (this.table) return;
    const { plan, names, channels } = this.columns;
    if (names.length === 0)
      throw new FormatError('[data] comes before [column names]: this VBO is damaged.', line);
    const width = CHANNELS + channels.length;
    this.table = createFixTable(channels.length);
    this.row = new NumberRow(plan, width, SPACE);
    this.shiftedRow = new NumberRow(plan.slice(1), width, SPACE);
  }

  private takeRow(bytes: Uint8Array, start: number, end: number, line: number): void {
    let last = end;
    while (last > start && bytes[last - 1] === SPACE) last--;
    if (last === start) return;
    const count = this.columns.names.length;
    let cells = this.row.parse(bytes, start, last);
    let { values } = this.row;
    if (cells !== count) {
      const text = decodeLine(bytes, start, last).trim().split(/\s+/);
      cells = text.length;
      if (cells > count || cells < count - 1) {
        this.rejections.add(cells > count ? 'long_row' : 'short_row', line, `${cells} cells of ${count}`);
        return;
      }
      values = this.parseOddRow(text);
    }
    if (this.table?.count === 0) this.isPadded = this.hasPaddedAngle(decodeLine(bytes, start, last));
    this.pushRow(values, line);
  }

  /** Several blanks between cells, or one cell short: the satellites when they come first, else the last. */
  private parseOddRow(cells: readonly string[]): Float64Array {
    const { names } = this.columns;
    const lacksFirst =
      cells.length < names.length && names[0] === 'sats' && /^\d{5,6}(\.|$)/.test(cells[0] ?? '');
    const row = lacksFirst ? this.shiftedRow : this.row;
    const bytes = new TextEncoder().encode(`${cells.join(' ')}\n`);
    row.parse(bytes, 0, bytes.length - 1);
    return row.values;
  }

  private pushRow(values: Float64Array, line: number): void {
    values[TIME] = packedTimeMs(values[TIME] ?? Number.NaN);
    const fault = fixFault(values);
    if (fault) {
      this.rejections.add(fault, line, 'time is no HHMMSS.ss, or lat or long is no number');
      return;
    }
    values[TIME] = this.sinceFirstDay(values[TIME] ?? Number.NaN);
    this.table?.push(values);
  }

  /** Time since 00:00 of the first row's day: goes on over midnight, and may step back a little. */
  private sinceFirstDay(timeOfDayMs: number): number {
    if (!Number.isNaN(this.lastTimeMs)) {
      const time = Math.floor(this.lastTimeMs / DAY_MS) * DAY_MS + timeOfDayMs;
      this.lastTimeMs = time + dayShift(time, this.lastTimeMs) * DAY_MS;
    } else this.lastTimeMs = timeOfDayMs;
    return this.lastTimeMs;
  }

  /** The day of the first row; the clock in the head may lie on the other side of midnight. */
  private firstDayMs(table: GrowableColumns): number | null {
    const [, day, month, year, hours = '12', minutes = '0'] = this.created ?? [];
    if (!year) return null;
    const start = dayStartMs(Number(year), Number(month), Number(day));
    const dayMs = Number.isNaN(start) ? dayStartMs(Number(year), Number(day), Number(month)) : start;
    if (Number.isNaN(dayMs)) return null;
    const createdMs = Number(hours) * 3_600_000 + Number(minutes) * 60_000;
    return dayMs + dayShift(table.column(TIME)[0] ?? 0, createdMs) * DAY_MS;
  }

  private hasPaddedAngle(row: string): boolean {
    const cells = row.trim().split(/\s+/);
    const { plan } = this.columns;
    return plan.some(
      (slot, index) => slot !== SKIP && (slot === X || slot === Y) && /^[+-]?0\d{3}/.test(cells[index] ?? ''),
    );
  }

  /** Minutes with west positive, or (where no value is beyond 90 and 180 and none is padded) signed degrees. */
  private toDegrees(table: GrowableColumns): void {
    const isMinutes =
      this.isPadded ||
      table.column(Y).some((lat) => Math.abs(lat) > 90) ||
      table.column(X).some((lon) => Math.abs(lon) > 180);
    if (!isMinutes) return;
    table.convert(Y, (minutes) => minutes / 60);
    table.convert(X, (minutes) => -minutes / 60);
  }

  private comment(key: string): string | null {
    const line = this.sections
      .get('comments')
      ?.find((text) => text.toLowerCase().startsWith(`${key.toLowerCase()} `));
    return orNull(line?.slice(line.indexOf(':') + 1));
  }
}
