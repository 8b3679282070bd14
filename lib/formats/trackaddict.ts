import type { Track } from '@/lib/timing/types';
import { durationMs } from './clock-text';
import { FOOT, KMH, MPH, splitColumnName } from './column-roles';
import { basisOf } from './csv-read';
import { parseDecimal, secondsToMs } from './decimal';
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
import { gateAcross } from './gate-geometry';
import type { GrowableColumns } from './growable-columns';
import { NumberRow, splitCells } from './number-row';
import { blankRecording, orNull } from './recording';
import { createRejections } from './rejections';
import { decodeLine, quoted } from './text';
import { lineReader } from './text-lines';
import {
  type Format,
  FormatError,
  type FormatReader,
  type ReaderOptions,
  type RecordedLap,
  type Recording,
} from './types';

const HASH = 35;
const COMMA = 44;
const DEFAULT_HALF_WIDTH_M = 12.5;

/**
 * CSV of TrackAddict (HP Tuners / RaceRender). Only rows with GPS_Update = 1 are fixes; their time is
 * `UTC Time` (else `Time`) less `GPS_Delay`. The app's own laps come from the comment lines; they are often wrong.
 */
export const trackaddict: Format = {
  id: 'trackaddict',
  label: 'TrackAddict CSV',
  extensions: ['csv'],
  sniff: ({ text }) =>
    /^# RaceRender Data: TrackAddict/.test(text) || /^"Time","UTC Time","Lap",.*"GPS_Update"/m.test(text)
      ? 1
      : 0,
  reader: (_head, options) => new TrackAddictReader(options),
};

type Plan = {
  count: number;
  plan: Int32Array;
  channels: ChannelName[];
  scales: Map<number, number>;
  update: number;
  delay: number;
};

class TrackAddictReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly lines = lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line));
  private readonly laps = new Map<number, RecordedLap>();
  private sectorsMs: number[] = [];
  private pitEvents = 0;
  private vehicle: string | null = null;
  private track: Track | null = null;
  private plan: Plan | null = null;
  private table: GrowableColumns | null = null;
  private row = new NumberRow(new Int32Array(0), 0, COMMA);

  constructor(private readonly options: ReaderOptions) {}

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    const { plan, table } = this;
    if (!plan || !table)
      throw new FormatError(
        'This TrackAddict file ends before its row of column names: it is cut short. Export it again.',
      );
    if (table.count === 0) throw this.rejections.noFixes('TrackAddict');
    for (const [slot, scale] of plan.scales) table.convert(slot, (value) => value * scale);
    const device = deviceRecording(SOLE_DEVICE, 'wgs84', table, plan.channels);
    const notes = ['The laps that TrackAddict itself recorded are kept for comparison only.'];
    if (this.pitEvents > 0)
      notes.push(`Its ${this.pitEvents} pit lane comments are its own guess and are not used.`);
    return {
      ...blankRecording('trackaddict'),
      timeBasis: basisOf(device.fixes.timeMs[0] ?? 0),
      devices: [device],
      track: this.track,
      recordedLaps: [...this.laps.values()],
      rejected: this.rejections.counts,
      notes: this.laps.size > 0 ? notes : notes.slice(1),
      vehicle: this.vehicle,
    };
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (start === end) return;
    if (bytes[start] === HASH) this.takeComment(decodeLine(bytes, start + 1, end).trim());
    else if (!this.plan) this.startTable(decodeLine(bytes, start, end), line);
    else this.takeRow(this.plan, this.row.parse(bytes, start, end), line);
  }

  private takeRow({ count, update, delay }: Plan, cells: number, line: number): void {
    const { values } = this.row;
    if (cells !== count) {
      this.rejections.add(cells < count ? 'short_row' : 'long_row', line, `${cells} cells of ${count}`);
    } else if (values[update] !== 1 && update >= 0) {
      this.rejections.add('no_gps_update', line, 'GPS_Update is not 1');
    } else {
      const delayS = values[delay] ?? 0;
      values[TIME] = secondsToMs((values[TIME] ?? Number.NaN) - (Number.isNaN(delayS) ? 0 : delayS));
      const fault = fixFault(values);
      if (fault) this.rejections.add(fault, line, 'the time, Latitude or Longitude is blank or no number');
      else this.table?.push(values);
    }
  }

  private startTable(text: string, line: number): void {
    const plan = planColumns(splitCells(text, ','), line);
    this.plan = plan;
    this.table = createFixTable(plan.channels.length);
    this.row = new NumberRow(plan.plan, CHANNELS + plan.channels.length, COMMA);
  }

  private takeComment(text: string): void {
    const [, key = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(text) ?? [];
    const [, kind, number] = /^(Lap|Sector) (\d+)$/.exec(key) ?? [];
    const timeMs = durationMs(value);
    if (kind === 'Sector' && !Number.isNaN(timeMs) && this.sectorsMs.length < 100)
      this.sectorsMs.push(timeMs);
    else if (kind === 'Lap' && !Number.isNaN(timeMs)) {
      if (!this.laps.has(Number(number)) && this.laps.size < 100_000) {
        this.laps.set(Number(number), { number: Number(number), timeMs, sectorsMs: this.sectorsMs });
      }
      this.sectorsMs = [];
    } else if (key === 'Vehicle') this.vehicle = orNull(value);
    else if (key === 'End Point') this.track = this.trackOf(value);
    else if (/^Pit Lane (Entry|Exit)/.test(text)) this.pitEvents++;
  }

  /** The line square to the heading at the app's end point; -1 means that it knew no heading. */
  private trackOf(value: string): Track | null {
    const numbers = value.match(/[+-]?\d+(?:\.\d+)?/g) ?? [];
    const [lat = Number.NaN, lon = Number.NaN, headingDeg = -1] = numbers.map(parseDecimal);
    if (!(headingDeg >= 0) || Number.isNaN(lat + lon)) return null;
    const points = gateAcross(
      'wgs84',
      { x: lon, y: lat },
      headingDeg,
      this.options.gateHalfWidthM ?? DEFAULT_HALF_WIDTH_M,
    );
    const gate = {
      number: 1,
      name: 'End point',
      type: 'start' as const,
      points,
      previous: null,
      direction: 1 as const,
      closesLap: null,
    };
    return { name: 'Gate of the file', location: '', frame: 'wgs84', checkpoints: [gate], centreline: null };
  }
}

function planColumns(names: readonly string[], line: number): Plan {
  const timeName = names.includes('UTC Time') ? 'UTC Time' : 'Time';
  const channels: ChannelName[] = [];
  const scales = new Map<number, number>();
  const taken = new Set<number>();
  const plan = Int32Array.from(names, (header) => {
    const { name, unit } = splitColumnName(header);
    const slot = header === timeName ? TIME : slotOf(name, unit, scales);
    if (slot === null || taken.has(slot)) return CHANNELS + channels.push({ name, unit }) - 1;
    taken.add(slot);
    return slot;
  });
  const missing = [
    taken.has(TIME) ? '' : 'UTC Time',
    taken.has(Y) ? '' : 'Latitude',
    taken.has(X) ? '' : 'Longitude',
  ].filter(Boolean);
  if (missing.length > 0) {
    const found = names.slice(0, 40).map(quoted).join(', ');
    throw new FormatError(
      `This TrackAddict file lacks the columns ${missing.join(', ')}; columns found: ${found}. Export it again with GPS.`,
      line,
    );
  }
  const channelSlot = (name: string) => {
    const index = channels.findIndex((channel) => channel.name === name);
    return index < 0 ? -1 : CHANNELS + index;
  };
  return {
    count: names.length,
    plan,
    channels,
    scales,
    update: channelSlot('GPS_Update'),
    delay: channelSlot('GPS_Delay'),
  };
}

/** The slot of a column; the first of two units of one value wins, its scale is noted. */
function slotOf(name: string, unit: string, scales: Map<number, number>): number | null {
  const scaled = (slot: number, scale: number) => {
    if (!scales.has(slot)) scales.set(slot, scale);
    return slot;
  };
  if (name === 'Latitude') return Y;
  if (name === 'Longitude') return X;
  if (name === 'Heading') return COURSE;
  if (name === 'Accuracy') return scaled(ACCURACY, unit === 'ft' ? FOOT : 1);
  if (name === 'Altitude') return scaled(ALTITUDE, unit === 'ft' ? FOOT : 1);
  if (name === 'Speed') return scaled(SPEED, /mph/i.test(unit) ? MPH : KMH);
  return null;
}
