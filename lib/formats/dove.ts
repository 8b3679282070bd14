import { MPH } from './column-roles';
import {
  ACCURACY,
  ALTITUDE,
  CHANNELS,
  type ChannelName,
  COURSE,
  createFixTable,
  deviceRecording,
  fixFault,
  SOLE_DEVICE,
  SPEED,
  TIME,
  X,
  Y,
} from './fix-table';
import type { GrowableColumns } from './growable-columns';
import { NumberRow, SKIP, splitCells } from './number-row';
import { blankRecording, orNull } from './recording';
import { createRejections } from './rejections';
import { decodeLine, decodeText, quoted } from './text';
import { type LineReader, lineReader } from './text-lines';
import { type Format, FormatError, type FormatReader, type RecordedLap, type Recording } from './types';

const HEAD_BYTES = 1024;
const COMMA = 44;

const SLOTS: Record<string, number> = {
  timestamp: TIME,
  lat: Y,
  lng: X,
  speed_mph: SPEED,
  altitude_m: ALTITUDE,
  heading_deg: COURSE,
  h_acc_m: ACCURACY,
};
const UNITS: Record<string, string> = { accel_x: 'g', accel_y: 'g', accel_z: 'g', rpm: '1/min' };

/**
 * Dove and Dovex of DovesLapTimer's loggers: a CSV of `timestamp` (unix ms), `lat`, `lng`, `speed_mph` …; Dovex
 * has a head of exactly 1,024 bytes before it, with the logger's own lap times, padded by blank lines.
 */
export const dove: Format = {
  id: 'dove',
  label: 'Dove / Dovex',
  extensions: ['dovex', 'dove'],
  sniff({ text }) {
    if (/^datetime,driver,course,/.test(text)) return 1;
    return /^timestamp,[^\r\n]*\blat,lng,speed_mph/.test(text) ? 0.95 : 0;
  },
  reader: ({ text }) => new DoveReader(text.startsWith('datetime,')),
};

class DoveReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly head = new Uint8Array(HEAD_BYTES);
  private headLength = 0;
  private lines: LineReader | null;
  private names: string[] = [];
  private channels: ChannelName[] = [];
  private table: GrowableColumns | null = null;
  private row = new NumberRow(new Int32Array(0), 0, COMMA);

  constructor(hasHead: boolean) {
    this.lines = hasHead ? null : this.openLines(1);
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    if (!this.lines) {
      const wanted = Math.min(HEAD_BYTES - this.headLength, chunk.length);
      this.head.set(chunk.subarray(0, wanted), this.headLength);
      this.headLength += wanted;
      if (this.headLength < HEAD_BYTES) return;
      rest = chunk.subarray(wanted);
      this.lines = this.openLines(1 + this.head.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0));
    }
    this.lines.push(rest);
  }

  end(): Recording {
    if (!this.lines) {
      throw new FormatError(
        `The head of a Dovex has ${HEAD_BYTES} bytes, this file ${this.headLength}: it is cut short. Copy it again.`,
      );
    }
    this.lines.end();
    const { table } = this;
    if (!table)
      throw new FormatError(
        'This Dove file ends before its row of column names: it is cut short. Copy it again.',
      );
    if (table.count === 0) throw this.rejections.noFixes('Dove');
    table.convert(SPEED, (mph) => mph * MPH);
    const [, values = '', , laps = ''] = decodeText(this.head.subarray(0, this.headLength)).split(/\r?\n/);
    const [, driver, course, shortName] = splitCells(values, ',');
    return {
      ...blankRecording('dove'),
      devices: [deviceRecording(SOLE_DEVICE, 'wgs84', table, this.channels)],
      recordedLaps: recordedLaps(laps),
      rejected: this.rejections.counts,
      title: orNull([shortName, course].filter(Boolean).join(' ')),
      driver: orNull(driver),
    };
  }

  private openLines(firstLine: number): LineReader {
    return lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line), firstLine);
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (start === end) return;
    const { table } = this;
    if (!table) {
      this.startTable(decodeLine(bytes, start, end), line);
      return;
    }
    const cells = this.row.parse(bytes, start, end);
    const count = this.names.length;
    const fault = fixFault(this.row.values);
    if (cells !== count)
      this.rejections.add(cells < count ? 'short_row' : 'long_row', line, `${cells} cells of ${count}`);
    else if (fault) this.rejections.add(fault, line, 'timestamp, lat or lng is blank or no number');
    else table.push(this.row.values);
  }

  private startTable(text: string, line: number): void {
    if (text.trim() === '') return;
    this.names = splitCells(text, ',');
    const plan = new Int32Array(this.names.length).fill(SKIP);
    this.names.forEach((name, index) => {
      const slot = SLOTS[name];
      plan[index] = slot ?? CHANNELS + this.channels.push({ name, unit: UNITS[name] ?? '' }) - 1;
    });
    const missing = ['timestamp', 'lat', 'lng'].filter((name) => !this.names.includes(name));
    if (missing.length > 0) {
      const found = this.names.slice(0, 40).map(quoted).join(', ');
      throw new FormatError(
        `This Dove file lacks the columns ${missing.join(', ')}; columns found: ${found}. Copy it again.`,
        line,
      );
    }
    this.table = createFixTable(this.channels.length);
    this.row = new NumberRow(plan, CHANNELS + this.channels.length, COMMA);
  }
}

function recordedLaps(line: string): RecordedLap[] {
  const times = splitCells(line, ',').map(Number);
  return times
    .map((timeMs, index) => ({ number: index + 1, timeMs, sectorsMs: [] }))
    .filter(({ timeMs }) => Number.isFinite(timeMs) && timeMs > 0);
}
