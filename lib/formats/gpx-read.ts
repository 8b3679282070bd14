import type { Point } from '@/lib/timing/types';
import { parseDecimal } from './decimal';
import { ACCURACY, ALTITUDE, COURSE, SOLE_DEVICE, SPEED, TIME, X, Y } from './fix-table';
import { type GpxPoint, gpxParser } from './gpx-points';
import { ValueBudget } from './growable-columns';
import { isoTimeMs } from './iso-time';
import { OpenFixTable } from './open-fix-table';
import { blankRecording, orNull } from './recording';
import { createRejections } from './rejections';
import { decodeText, quoted } from './text';
import { FormatError, type FormatReader, type Recording } from './types';

const MAX_DEVICES = 1000;

/** Leaf elements of a track point that are fields of a fix (GPX 1.0 and 1.1, TrackPointExtension v2). */
const SLOTS: Record<string, number> = { ele: ALTITUDE, speed: SPEED, course: COURSE, accuracy: ACCURACY };
const UNITS: Record<string, string> = { atemp: '°C', wtemp: '°C', hr: '1/min', cad: '1/min', bearing: 'deg' };

export class GpxReader implements FormatReader {
  private readonly rejections = createRejections();
  private readonly parser;
  private readonly budget = new ValueBudget();
  private readonly devices = new Map<string, OpenFixTable>();
  /** Points of the track whose name is not known yet go to the device that is chosen by the first of them. */
  private name = SOLE_DEVICE;
  private title: string | null = null;
  private tracks = 0;
  private pointCount = 0;

  constructor(head: string) {
    this.parser = gpxParser(
      {
        track: () => {
          this.tracks++;
          this.name = SOLE_DEVICE;
        },
        trackName: (name) => {
          this.name = name.slice(0, 150) || SOLE_DEVICE;
        },
        point: (point, isRoute) => this.takePoint(point, isRoute),
        title: (name) => {
          this.title ??= orNull(name);
        },
      },
      head,
    );
  }

  push(chunk: Uint8Array): void {
    this.parser.push(chunk);
  }

  end(): Recording {
    this.parser.end();
    if (this.devices.size === 0) throw this.noFixes();
    const { size } = this.devices;
    return {
      ...blankRecording('gpx'),
      devices: [...this.devices].map(([name, table]) => table.recording(name, 'wgs84')),
      rejected: this.rejections.counts,
      notes:
        this.tracks > 1
          ? [`The file holds ${this.tracks} tracks: tracks of one name are one device, which makes ${size}.`]
          : [],
      title: this.title,
    };
  }

  private noFixes(): FormatError {
    const { no_time: noTime = 0 } = this.rejections.counts;
    if (this.pointCount === 0)
      return new FormatError('This GPX holds no track points. Export a track, not waypoints.');
    if (noTime < this.pointCount) return this.rejections.noFixes('GPX');
    return new FormatError(
      `The ${noTime} track points of this GPX carry no time: it is a line, not a recording, and has no laps. Use it as the centreline of a track.`,
    );
  }

  private takePoint({ x, y, line, fields }: GpxPoint, isRoute: boolean): void {
    this.pointCount++;
    const time = fields.get('time');
    if (isRoute) this.rejections.add('route_point', line, 'a route is a plan, not a recording');
    else if (time === undefined) this.rejections.add('no_time', line, 'the point has no <time>');
    else if (Number.isNaN(isoTimeMs(time))) this.rejections.add('bad_time', line, `time is ${quoted(time)}`);
    else if (Number.isNaN(x + y))
      this.rejections.add('bad_position', line, 'lat or lon is missing or no number');
    else this.pushFix(this.deviceNamed(this.name, line), isoTimeMs(time), x, y, fields);
  }

  private pushFix(
    table: OpenFixTable,
    timeMs: number,
    x: number,
    y: number,
    fields: ReadonlyMap<string, string>,
  ): void {
    table.clear();
    table.set(TIME, timeMs);
    table.set(X, x);
    table.set(Y, y);
    for (const [name, text] of fields) {
      const value = parseDecimal(text);
      const slot = SLOTS[name];
      if (slot !== undefined) table.set(slot, value);
      else if (!Number.isNaN(value)) table.setChannel(name, UNITS[name] ?? '', value);
    }
    table.push();
  }

  private deviceNamed(name: string, line: number): OpenFixTable {
    const known = this.devices.get(name);
    if (known) return known;
    if (this.devices.size === MAX_DEVICES) {
      throw new FormatError(`More than ${MAX_DEVICES} tracks of different names: split the file.`, line);
    }
    const table = new OpenFixTable(this.budget);
    this.devices.set(name, table);
    return table;
  }
}

/**
 * The points of a GPX as a line (wgs84), times or not: the track points, or the route points when there are no
 * others. For centrelines. Throws a FormatError when it holds fewer than three.
 */
export function readGpxLine(bytes: Uint8Array): { name: string | null; points: Point[] } {
  const track: Point[] = [];
  const route: Point[] = [];
  let name: string | null = null;
  const sink = {
    track: () => {},
    trackName: (text: string) => {
      name ??= orNull(text);
    },
    point: ({ x, y }: GpxPoint, isRoute: boolean) => {
      if (!Number.isNaN(x + y)) (isRoute ? route : track).push({ x, y });
    },
    title: () => {},
  };
  const parser = gpxParser(sink, decodeText(bytes.subarray(0, 200)));
  parser.push(bytes);
  parser.end();
  const points = track.length > 0 ? track : route;
  if (points.length < 3)
    throw new FormatError(`This GPX holds ${points.length} points: a line needs at least three.`);
  return { name, points };
}
