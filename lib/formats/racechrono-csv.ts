import { KMH, KNOT, MPH } from './column-roles';
import { secondsToMs } from './decimal';
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
import { NumberRow, splitCells } from './number-row';
import { blankRecording, orNull } from './recording';
import { createRejections } from './rejections';
import { decodeLine, quoted } from './text';
import { lineReader } from './text-lines';
import { type Format, FormatError, type FormatReader, type Recording } from './types';

const COMMA = 44;
const SLOTS: Record<string, number> = {
  timestamp: TIME,
  latitude: Y,
  longitude: X,
  speed: SPEED,
  bearing: COURSE,
  altitude: ALTITUDE,
  accuracy: ACCURACY,
};
const SPEED_SCALES: Record<string, number> = {
  'm/s': 1,
  'km/h': KMH,
  kph: KMH,
  mph: MPH,
  kn: KNOT,
  kts: KNOT,
};

/**
 * RaceChrono's CSV version 3: a head of keys, then three rows of names, units and sources. A column is known by
 * its name and its source. A blank cell means no update: a row without a new position is no fix (counted as
 * `no_position`), and a channel keeps its last value, which the next fix takes over.
 */
export const racechronoCsv: Format = {
  id: 'racechrono-csv',
  label: 'RaceChrono CSV v3',
  extensions: ['csv'],
  sniff: ({ text }) => (/^This file is created using RaceChrono/.test(text) ? 1 : 0),
  reader: () => new RaceChronoReader(),
};

type Plan = { count: number; plan: Int32Array; channels: ChannelName[]; speedScale: number };

class RaceChronoReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly lines = lineReader((bytes, start, end, line) => this.takeLine(bytes, start, end, line));
  private readonly head = new Map<string, string>();
  /** The rows of names and units, until the row of sources completes them. */
  private titles: string[][] = [];
  private plan: Plan | null = null;
  private table: GrowableColumns | null = null;
  private row = new NumberRow(new Int32Array(0), 0, COMMA);
  private held = new Float64Array(0);

  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }

  end(): Recording {
    this.lines.end();
    const { plan, table } = this;
    if (!plan || !table) {
      throw new FormatError(
        'This RaceChrono file ends before its rows of names, units and sources: it is cut short. Export it again.',
      );
    }
    if (table.count === 0) throw this.rejections.noFixes('RaceChrono');
    table.convert(SPEED, (speed) => speed * plan.speedScale);
    const trackName = orNull(this.head.get('Track name'));
    return {
      ...blankRecording('racechrono-csv'),
      devices: [deviceRecording(SOLE_DEVICE, 'wgs84', table, plan.channels)],
      rejected: this.rejections.counts,
      notes: trackName ? [`RaceChrono names the track "${trackName}".`] : [],
      title: orNull(this.head.get('Session title')),
      driver: orNull(this.head.get('Driver name')),
    };
  }

  private takeLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (start === end) return;
    if (this.plan) this.takeRow(this.plan, this.row.parse(bytes, start, end), line);
    else this.takeHead(splitCells(decodeLine(bytes, start, end), ','), line);
  }

  private takeHead(cells: readonly string[], line: number): void {
    if (this.titles.length > 0 || cells.includes('timestamp')) {
      this.titles.push([...cells]);
      if (this.titles.length === 3) this.startTable(line);
      return;
    }
    const [key = '', value = ''] = cells;
    if (key === 'Format' && value !== '3') {
      throw new FormatError(
        `This is RaceChrono CSV version ${quoted(value)}; only version 3 is read. Export it as CSV v3.`,
        line,
      );
    }
    if (!this.head.has(key) && this.head.size < 1000) this.head.set(key, value);
  }

  private startTable(line: number): void {
    if (!this.head.has('Format'))
      throw new FormatError(
        'This RaceChrono file names no Format; only version 3 is read. Export it as CSV v3.',
        line,
      );
    const [names = [], units = [], sources = []] = this.titles;
    const plan = planColumns(names, units, sources, line - 2);
    const width = CHANNELS + plan.channels.length;
    this.plan = plan;
    this.table = createFixTable(plan.channels.length);
    this.row = new NumberRow(plan.plan, width, COMMA);
    this.held = new Float64Array(width).fill(Number.NaN);
  }

  private takeRow({ count }: Plan, cells: number, line: number): void {
    const { values } = this.row;
    if (cells < count) {
      this.refuse('short_row', line, `${cells} cells of ${count}`);
      return;
    }
    for (let slot = CHANNELS; slot < values.length; slot++) {
      if (!Number.isNaN(values[slot])) this.held[slot] = values[slot] ?? Number.NaN;
    }
    values[TIME] = secondsToMs(values[TIME] ?? Number.NaN);
    if (Number.isNaN(values[X]) && Number.isNaN(values[Y])) {
      this.refuse('no_position', line, 'the row has no new position');
      return;
    }
    const fault = fixFault(values);
    if (fault) {
      this.refuse(fault, line, 'timestamp, latitude or longitude is blank or no number');
      return;
    }
    values.set(this.held.subarray(CHANNELS), CHANNELS);
    this.table?.push(values);
  }

  private refuse(reason: string, line: number, detail: string): undefined {
    this.rejections.add(reason, line, detail);
  }
}

function planColumns(
  names: readonly string[],
  units: readonly string[],
  sources: readonly string[],
  line: number,
): Plan {
  const isGps = (index: number) => /gps/i.test(sources[index] ?? '');
  const plan = new Int32Array(names.length).fill(-1);
  let speedScale = 1;
  for (const [name, slot] of Object.entries(SLOTS)) {
    const own = names.flatMap((other, index) => (other === name ? [index] : []));
    const index = own.find(isGps) ?? own[0];
    if (index === undefined) continue;
    plan[index] = slot;
    if (slot === SPEED) speedScale = SPEED_SCALES[(units[index] ?? '').toLowerCase()] ?? 1;
  }
  const missing = ['timestamp', 'latitude', 'longitude'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const found = names.slice(0, 40).map(quoted).join(', ');
    throw new FormatError(
      `This RaceChrono file lacks the columns ${missing.join(', ')}; columns found: ${found}. Export it with GPS.`,
      line,
    );
  }
  const channels: ChannelName[] = [];
  names.forEach((name, index) => {
    if (name === '' || (plan[index] ?? -1) >= 0) return;
    const source = sources[index]?.trim() ?? '';
    const unit = units[index]?.trim().replace(/^\.C$/, '°C') ?? '';
    plan[index] = CHANNELS + channels.push({ name: source ? `${name} ${source}` : name, unit }) - 1;
  });
  return { count: names.length, plan, channels, speedScale };
}
