import type { Frame } from '@/lib/timing/types';
import { CHANNELS, type ChannelName, Y } from './fix-table';
import type { ValueBudget } from './growable-columns';
import { OpenFixTable } from './open-fix-table';
import { blankRecording } from './recording';
import type { Rejections } from './rejections';
import { trackFromFile } from './track-file';
import { type DeviceRecording, FormatError, type RecordedLap, type Recording, type TimeBasis } from './types';

export const JSON_FORMAT = 'pitwall-recording';
export const JSON_VERSION = 1;

/** The fixes of one device of a document: rows `[time, x, y, speed, course, altitude, accuracy, channels …]`. */
export class FixRows {
  readonly table;
  private width = 0;

  constructor(
    private readonly rejections: Rejections,
    budget: ValueBudget,
  ) {
    this.table = new OpenFixTable(budget);
  }

  take(row: readonly unknown[], line: number): void {
    const isNumbers = row.every((value) => value === null || typeof value === 'number');
    if (!isNumbers || row.length <= Y || (this.width > 0 && row.length !== this.width)) {
      this.rejections.add(
        'bad_row',
        line,
        'a fix must be a row of numbers and nulls, each row of one length',
      );
      return;
    }
    this.width = row.length;
    this.table.clear();
    row.forEach((value, index) => {
      const number = typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
      if (index < CHANNELS) this.table.set(index, number);
      else this.table.setChannel(String(index), '', number);
    });
    const fault = this.table.push();
    if (fault) this.rejections.add(fault, line, 'the time or the position is null or no finite number');
  }
}

/**
 * The recording of a document whose rows came before: `rest` is the document without its fixes. Throws a
 * FormatError that names the field when the document is of another kind or version.
 */
export function documentRecording(rest: unknown, arrays: readonly FixRows[]): Recording {
  const head = asObject(rest, '$');
  if (head.format !== JSON_FORMAT) {
    throw new FormatError(
      `This JSON is no recording: it lacks "format": "${JSON_FORMAT}". Export it from Pitwall, or give an array of fixes.`,
    );
  }
  if (head.version !== JSON_VERSION) {
    throw new FormatError(
      `This recording has version ${String(head.version)}; only version ${JSON_VERSION} is read. Update Pitwall.`,
    );
  }
  const devices = asArray(head.devices, '$.devices');
  if (devices.length !== arrays.length) {
    throw new FormatError(
      `The recording has ${devices.length} devices but ${arrays.length} arrays of fixes: each device needs one.`,
    );
  }
  const names = new Set(devices.map((device, index) => asObject(device, `$.devices[${index}]`).device));
  if (names.size < devices.length) throw wrong('$.devices', 'must not name a device twice');
  return {
    ...blankRecording('json'),
    timeBasis: timeBasisOf(head.timeBasis),
    devices: devices.flatMap((device, index) =>
      deviceOf(asObject(device, `$.devices[${index}]`), index, arrays[index]),
    ),
    track: head.track ? trackFromFile(head.track) : null,
    recordedLaps: asArray(head.recordedLaps ?? [], '$.recordedLaps').map(recordedLapOf),
    notes: asArray(head.notes ?? [], '$.notes').map(String),
    title: textOrNull(head.title),
    driver: textOrNull(head.driver),
    vehicle: textOrNull(head.vehicle),
  };
}

function deviceOf(device: Fields, index: number, rows: FixRows | undefined): DeviceRecording[] {
  const path = `$.devices[${index}]`;
  const { frame } = device;
  if (frame !== 'wgs84' && frame !== 'planar') throw wrong(`${path}.frame`, 'must be "wgs84" or "planar"');
  if (typeof device.device !== 'string' || device.device === '')
    throw wrong(`${path}.device`, 'must be a name');
  if (!rows || rows.table.count === 0) return [];
  const names = asArray(device.channels ?? [], `${path}.channels`).map((channel, at): ChannelName => {
    const { name, unit } = asObject(channel, `${path}.channels[${at}]`);
    if (typeof name !== 'string' || typeof unit !== 'string')
      throw wrong(`${path}.channels[${at}]`, 'needs name and unit');
    return { name, unit };
  });
  return [rows.table.recording(device.device, frame satisfies Frame, names)];
}

function recordedLapOf(value: unknown, index: number): RecordedLap {
  const path = `$.recordedLaps[${index}]`;
  const { number, timeMs, sectorsMs } = asObject(value, path);
  if (typeof number !== 'number' || typeof timeMs !== 'number') throw wrong(path, 'needs number and timeMs');
  const sectors = asArray(sectorsMs ?? [], `${path}.sectorsMs`).map((sector) => {
    if (typeof sector !== 'number') throw wrong(`${path}.sectorsMs`, 'must hold numbers');
    return sector;
  });
  return { number, timeMs, sectorsMs: sectors };
}

function timeBasisOf(value: unknown): TimeBasis {
  if (value === 'utc' || value === 'local' || value === 'none') return value;
  throw wrong('$.timeBasis', 'must be "utc", "local" or "none"');
}

type Fields = { readonly [key: string]: unknown };

function asObject(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(path, 'must be an object');
  return Object.fromEntries(Object.entries(value));
}

function asArray(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(path, 'must be an array');
  return value;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function wrong(path: string, what: string): FormatError {
  return new FormatError(`The recording is wrong at ${path}: it ${what}. Export it again.`);
}
