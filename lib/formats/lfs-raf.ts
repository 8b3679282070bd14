import type { Checkpoint, Point, Track } from '@/lib/timing/types';
import {
  ALTITUDE,
  CHANNELS,
  createFixTable,
  deviceRecording,
  SOLE_DEVICE,
  SPEED,
  TIME,
  X,
  Y,
} from './fix-table';
import { courseBetween, gateAcross } from './gate-geometry';
import type { GrowableColumns } from './growable-columns';
import { blankRecording, orNull } from './recording';
import {
  type Format,
  FormatError,
  type FormatReader,
  type ReaderOptions,
  type RecordedLap,
  type Recording,
} from './types';

const MAGIC = 'LFSRAF';
const LEAST_HEAD = 256;
const LEAST_FRAME = 64;
const DEFAULT_HALF_WIDTH_M = 6;
const FIXED_POINT = 65_536;
const RPM = 60 / (2 * Math.PI);

const CHANNEL_NAMES = [
  { name: 'throttle', unit: '' },
  { name: 'brake', unit: '' },
  { name: 'clutch', unit: '' },
  { name: 'handbrake', unit: '' },
  { name: 'steer', unit: 'rad' },
  { name: 'gear', unit: '' },
  { name: 'rpm', unit: '1/min' },
  { name: 'g_lateral', unit: 'g' },
  { name: 'g_longitudinal', unit: 'g' },
  { name: 'heading', unit: 'deg' },
  { name: 'distance', unit: 'm' },
];

/**
 * Live for Speed RAF (lfs.net/programmer/raf, version 2): one lap of frames in metres of the game's world, time
 * from 0. The course is not in the file (the nose's heading is a channel). Its own gates are drawn square to the
 * driven line where it was at the split times of the head, 6 m to each side unless set. Gear: -1 reverse, 0 neutral.
 */
export const lfsRaf: Format = {
  id: 'lfs-raf',
  label: 'Live for Speed RAF',
  extensions: ['raf'],
  sniff: ({ bytes }) => (asciiAt(bytes, 0, 6) === MAGIC ? 1 : 0),
  reader: (_head, options) => new RafReader(options),
};

type Head = {
  intervalMs: number;
  headBytes: number;
  frameBytes: number;
  frames: number;
  driver: string | null;
  car: string | null;
  place: string;
  timesMs: number[];
};

class RafReader implements FormatReader {
  private readonly table = createFixTable(CHANNEL_NAMES.length);
  private readonly row = new Float64Array(CHANNELS + CHANNEL_NAMES.length).fill(Number.NaN);
  private head: Head | null = null;
  /** The bytes that do not make a whole head or frame yet. */
  private kept = new Uint8Array(0);
  private offset = 0;

  constructor(private readonly options: ReaderOptions) {}

  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.kept.length + chunk.length);
    bytes.set(this.kept);
    bytes.set(chunk, this.kept.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    if (!this.head) {
      const headBytes = bytes.length >= 14 ? view.getUint16(12, true) : Number.POSITIVE_INFINITY;
      if (bytes.length >= Math.max(headBytes, LEAST_HEAD)) {
        this.head = readHead(bytes, view);
        at = this.head.headBytes;
      }
    }
    if (this.head) {
      const { frameBytes, frames } = this.head;
      for (; at + frameBytes <= bytes.length && this.table.count < frames; at += frameBytes)
        this.takeFrame(view, at);
      if (this.table.count === frames) at = bytes.length;
    }
    this.kept = bytes.slice(at);
    this.offset += at;
  }

  end(): Recording {
    const { head, table, offset, kept } = this;
    if (!head)
      throw new FormatError(
        'This RAF is shorter than its own head: it is cut short. Save the lap again.',
        null,
        offset + kept.length,
      );
    if (table.count < head.frames) {
      throw new FormatError(
        `The head of this RAF promises ${head.frames} frames, but the file ends after ${table.count}: it is cut short or damaged. Save the lap again.`,
        null,
        offset + kept.length,
      );
    }
    const lap = recordedLap(head.timesMs);
    return {
      ...blankRecording('lfs-raf'),
      timeBasis: 'none',
      devices: [deviceRecording(SOLE_DEVICE, 'planar', table, CHANNEL_NAMES)],
      track: lap ? ownTrack(head, table, this.options.gateHalfWidthM ?? DEFAULT_HALF_WIDTH_M) : null,
      recordedLaps: lap ? [lap] : [],
      title: orNull(head.place),
      driver: head.driver,
      vehicle: head.car,
    };
  }

  private takeFrame(view: DataView, at: number): void {
    const { row, table, head } = this;
    const float = (offset: number) => view.getFloat32(at + offset, true);
    const metres = (offset: number) => view.getInt32(at + offset, true) / FIXED_POINT;
    row[TIME] = table.count * (head?.intervalMs ?? 0);
    row[X] = metres(32);
    row[Y] = metres(36);
    row[ALTITUDE] = metres(40);
    row[SPEED] = float(24);
    const noseX = view.getInt16(at + 58, true);
    const noseY = view.getInt16(at + 60, true);
    const channels = [
      float(0),
      float(4),
      float(12),
      float(16),
      float(8),
      view.getUint8(at + 20) - 1,
      float(44) * RPM,
      view.getInt8(at + 21) / 20,
      view.getInt8(at + 22) / 20,
      ((Math.atan2(noseX, noseY) * 180) / Math.PI + 360) % 360,
      float(28),
    ];
    channels.forEach((value, index) => {
      row[CHANNELS + index] = Number.isFinite(value) ? value : Number.NaN;
    });
    if (!Number.isFinite(row[SPEED])) row[SPEED] = Number.NaN;
    table.push(row);
  }
}

function readHead(bytes: Uint8Array, view: DataView): Head {
  const version = view.getUint8(8);
  const head = {
    intervalMs: view.getUint8(9),
    headBytes: view.getUint16(12, true),
    frameBytes: view.getUint16(14, true),
    frames: view.getUint32(20, true),
    car: orNull(asciiAt(bytes, 64, 32)),
    driver: orNull(asciiAt(bytes, 32, 32)),
    place: [asciiAt(bytes, 96, 32), asciiAt(bytes, 128, 16)].filter(Boolean).join(' '),
  };
  const fault = (what: string, offset: number) =>
    new FormatError(`This RAF (version ${version}) is damaged: ${what}. Save the lap again.`, null, offset);
  if (asciiAt(bytes, 0, 6) !== MAGIC) throw fault('it does not begin with LFSRAF', 0);
  if (head.intervalMs === 0) throw fault('its interval is 0 ms', 9);
  if (head.headBytes < LEAST_HEAD) throw fault(`its head claims ${head.headBytes} bytes`, 12);
  if (head.frameBytes < LEAST_FRAME) throw fault(`its frames claim ${head.frameBytes} bytes each`, 14);
  if (head.frames === 0) throw fault('it holds no frames', 20);
  const count = Math.min(view.getUint8(171), 4);
  const timesMs = Array.from({ length: count }, (_, index) => view.getInt32(172 + 4 * index, true));
  const isRising = timesMs.every((time, index) => time > (timesMs[index - 1] ?? 0));
  return { ...head, timesMs: isRising ? timesMs : [] };
}

function asciiAt(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  for (const byte of bytes.subarray(start, start + length)) {
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The head's times are instants from the start: the splits, then the lap. */
function recordedLap(timesMs: readonly number[]): RecordedLap | null {
  const timeMs = timesMs.at(-1);
  if (timeMs === undefined) return null;
  return { number: 1, timeMs, sectorsMs: timesMs.map((time, index) => time - (timesMs[index - 1] ?? 0)) };
}

function ownTrack(
  { place, timesMs, intervalMs }: Head,
  table: GrowableColumns,
  halfWidthM: number,
): Track | null {
  const instants = [0, ...timesMs.slice(0, -1)];
  const checkpoints = instants.flatMap((timeMs, index): Checkpoint[] => {
    const at = Math.floor(timeMs / intervalMs);
    const here = pointAt(table, at);
    const next = pointAt(table, at + 1);
    if (!here || !next || (here.x === next.x && here.y === next.y)) return [];
    const part = timeMs / intervalMs - at;
    const point = { x: here.x + (next.x - here.x) * part, y: here.y + (next.y - here.y) * part };
    return [
      {
        number: index + 1,
        name: index === 0 ? 'Start/Finish' : `Split ${index}`,
        type: index === 0 ? 'start' : 'sector',
        points: gateAcross('planar', point, courseBetween('planar', here, next), halfWidthM),
        previous: null,
        direction: 1,
        closesLap: null,
      },
    ];
  });
  if (checkpoints.length < instants.length) return null;
  return {
    name: place || 'Live for Speed',
    location: 'Live for Speed',
    frame: 'planar',
    checkpoints,
    centreline: null,
  };
}

function pointAt(table: GrowableColumns, index: number): Point | null {
  const x = table.column(X)[index];
  const y = table.column(Y)[index];
  return x === undefined || y === undefined ? null : { x, y };
}
