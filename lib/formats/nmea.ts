import { KMH, KNOT } from './column-roles';
import { DAY_MS, dayShift, dayStartMs, packedTimeMs } from './day-clock';
import { parseDecimal } from './decimal';
import {
  ALTITUDE,
  CHANNELS,
  COURSE,
  createFixTable,
  deviceRecording,
  SOLE_DEVICE,
  SPEED,
  TIME,
  X,
  Y,
} from './fix-table';
import { nmeaAngle, readSentence, type Sentence } from './nmea-sentence';
import { blankRecording } from './recording';
import { createRejections } from './rejections';
import { decodeLine, quoted } from './text';
import { lineReader } from './text-lines';
import type { Format, FormatReader, Recording } from './types';

const HDOP = CHANNELS;
const SATELLITES = CHANNELS + 1;
const QUALITY = CHANNELS + 2;
const CHANNEL_NAMES = [
  { name: 'hdop', unit: '' },
  { name: 'satellites', unit: '' },
  { name: 'quality', unit: '' },
];

/**
 * NMEA 0183 (field layout: NMEA 0183 v3.01 RMC, GGA, VTG, ZDA). Sentences of one time stamp make one fix:
 * position, speed and course from RMC (GGA's position where there is no RMC), altitude, HDOP, satellites and
 * quality from GGA, course and speed from VTG where RMC has none. The date comes from RMC or ZDA; between
 * them it goes on over midnight. Any talker. A sentence without checksum is taken only while none had one.
 */
export const nmea: Format = {
  id: 'nmea',
  label: 'NMEA 0183',
  extensions: ['nmea', 'nme', 'txt', 'log'],
  sniff: ({ text }) => (/^[^$\n]{0,40}\$[A-Z]{2}(RMC|GGA),/m.test(text) ? 0.95 : 0),
  reader: () => new NmeaReader(),
};

type Epoch = { timeOfDayMs: number; line: number; hasRmc: boolean };

class NmeaReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly table = createFixTable(CHANNEL_NAMES.length);
  private readonly row = new Float64Array(CHANNELS + CHANNEL_NAMES.length).fill(Number.NaN);
  private readonly lines = lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line));
  private epoch: Epoch | null = null;
  private isDated = false;
  /** The newest instant known; until a date comes it counts from 1970-01-01. */
  private lastMs = Number.NaN;
  private sawChecksum = false;

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    this.flush();
    if (this.table.count === 0) throw this.rejections.noFixes('NMEA');
    return {
      ...blankRecording('nmea'),
      timeBasis: this.isDated ? 'utc' : 'none',
      devices: [deviceRecording(SOLE_DEVICE, 'wgs84', this.table, CHANNEL_NAMES)],
      rejected: this.rejections.counts,
      notes: this.isDated
        ? []
        : ['No sentence carries a date: the times count from midnight of an unknown day.'],
    };
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    const text = decodeLine(bytes, start, end);
    if (text.trim() === '') return;
    const sentence = readSentence(text);
    if (typeof sentence === 'string') {
      this.rejections.add(sentence, line, quoted(text));
      return;
    }
    if (this.sawChecksum && !sentence.hasChecksum) {
      this.rejections.add('no_checksum', line, 'the sentence is cut short');
      return;
    }
    this.sawChecksum ||= sentence.hasChecksum;
    if (sentence.type === 'RMC') this.takeRmc(sentence, line);
    else if (sentence.type === 'GGA') this.takeGga(sentence, line);
    else if (sentence.type === 'VTG') this.takeVtg(sentence);
    else if (sentence.type === 'ZDA') this.takeZda(sentence);
  }

  private takeRmc({ fields }: Sentence, line: number): void {
    const timeOfDayMs = this.timeOfDay(fields[1], line);
    if (Number.isNaN(timeOfDayMs)) return;
    if (fields[2] !== 'A') {
      this.rejections.add('no_fix', line, 'the receiver had no fix (RMC status V)');
      return;
    }
    const epoch = this.open(timeOfDayMs, line, true);
    epoch.hasRmc = true;
    const [, day, month, year] = /^(\d\d)(\d\d)(\d\d)$/.exec(fields[9] ?? '') ?? [];
    if (year)
      this.setDate(Number(year) + (Number(year) < 80 ? 2000 : 1900), Number(month), Number(day), timeOfDayMs);
    this.row[Y] = nmeaAngle(fields[3], fields[4]);
    this.row[X] = nmeaAngle(fields[5], fields[6]);
    this.row[SPEED] = parseDecimal(fields[7] ?? '') * KNOT;
    this.row[COURSE] = parseDecimal(fields[8] ?? '');
  }

  private takeGga({ fields }: Sentence, line: number): void {
    const timeOfDayMs = this.timeOfDay(fields[1], line);
    if (Number.isNaN(timeOfDayMs)) return;
    const quality = parseDecimal(fields[6] ?? '');
    if (quality === 0) {
      this.rejections.add('no_fix', line, 'the receiver had no fix (GGA quality 0)');
      return;
    }
    const { row } = this;
    if (!this.open(timeOfDayMs, line, false).hasRmc) {
      row[Y] = nmeaAngle(fields[2], fields[3]);
      row[X] = nmeaAngle(fields[4], fields[5]);
    }
    row[QUALITY] = quality;
    row[SATELLITES] = parseDecimal(fields[7] ?? '');
    row[HDOP] = parseDecimal(fields[8] ?? '');
    row[ALTITUDE] = parseDecimal(fields[9] ?? '');
  }

  /** VTG has no time of its own: it belongs to the epoch that is open. */
  private takeVtg({ fields }: Sentence): void {
    const { row } = this;
    if (!this.epoch) return;
    if (Number.isNaN(row[COURSE])) row[COURSE] = parseDecimal(fields[1] ?? '');
    if (Number.isNaN(row[SPEED])) row[SPEED] = parseDecimal(fields[7] ?? '') * KMH;
  }

  private takeZda({ fields }: Sentence): void {
    const timeOfDayMs = packedTimeMs(parseDecimal(fields[1] ?? ''));
    if (Number.isNaN(timeOfDayMs) || this.isDated) return;
    this.setDate(Number(fields[4]), Number(fields[3]), Number(fields[2]), timeOfDayMs);
  }

  private timeOfDay(field: string | undefined, line: number): number {
    const timeOfDayMs = packedTimeMs(parseDecimal(field ?? ''));
    if (Number.isNaN(timeOfDayMs)) this.rejections.add('bad_time', line, `time is ${quoted(field ?? '')}`);
    return timeOfDayMs;
  }

  /** The first date also dates the fixes before it; each date moves the instant that later ones go by. */
  private setDate(year: number, month: number, day: number, timeOfDayMs: number): void {
    const start = dayStartMs(year, month, day);
    if (Number.isNaN(start)) return;
    if (!this.isDated && this.table.count > 0) {
      const undatedMs = this.instantOf(timeOfDayMs);
      this.table.convert(TIME, (time) => time + start + timeOfDayMs - undatedMs);
    }
    this.isDated = true;
    this.lastMs = start + timeOfDayMs;
  }

  /** The instant of a time of day that lies within half a day of the newest one. */
  private instantOf(timeOfDayMs: number): number {
    if (Number.isNaN(this.lastMs)) return timeOfDayMs;
    const time = Math.floor(this.lastMs / DAY_MS) * DAY_MS + timeOfDayMs;
    return time + dayShift(time, this.lastMs) * DAY_MS;
  }

  private open(timeOfDayMs: number, line: number, isRmc: boolean): Epoch {
    const { epoch } = this;
    if (epoch && (epoch.timeOfDayMs !== timeOfDayMs || (isRmc && epoch.hasRmc))) this.flush();
    this.epoch ??= { timeOfDayMs, hasRmc: false, line };
    return this.epoch;
  }

  /** Ends the open epoch: its row becomes a fix. */
  private flush(): void {
    const { epoch, row } = this;
    if (!epoch) return;
    this.epoch = null;
    this.lastMs = this.instantOf(epoch.timeOfDayMs);
    row[TIME] = this.lastMs;
    const hasPosition = !Number.isNaN((row[X] ?? Number.NaN) + (row[Y] ?? Number.NaN));
    if (hasPosition) this.table.push(row);
    else this.rejections.add('no_position', epoch.line, 'latitude or longitude is blank or no angle');
    row.fill(Number.NaN);
  }
}
