import { columnHeader } from './column-roles';
import type { DeviceRecording, Recording } from './types';
import { FormatError } from './types';

const PIECE_ROWS = 500;

/** The text of a number that reads back as the same number; blank when it is not known. */
export function numberText(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}

function cellText(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",;\t]|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/**
 * Our CSV, one row a fix, devices one after another. Every number is written so that it reads back exactly
 * (shortest round-trip decimal); -0 becomes 0. Not kept: track, recorded laps, notes, title, driver, vehicle.
 * Throws a FormatError when devices mix degrees and metres: one header cannot name both.
 */
export function* writeCsv(recording: Recording): Iterable<string> {
  const frame = recording.devices[0]?.fixes.frame ?? 'wgs84';
  if (recording.devices.some((device) => device.fixes.frame !== frame)) {
    throw new FormatError(
      'A CSV holds either degrees or metres: write the devices of each frame to a file of their own.',
    );
  }
  const headers = channelHeaders(recording.devices);
  const position = frame === 'wgs84' ? 'lat,lon' : 'x_m,y_m';
  yield `${['device', 'time_ms', position, 'speed_mps', 'course_deg', 'altitude_m', 'accuracy_m', ...headers.map(cellText)].join(',')}\n`;
  for (const device of recording.devices) yield* deviceRows(device, headers);
}

function channelHeaders(devices: readonly DeviceRecording[]): string[] {
  return [
    ...new Set(devices.flatMap(({ channels }) => channels.map(({ name, unit }) => columnHeader(name, unit)))),
  ];
}

function* deviceRows(
  { device, fixes, channels }: DeviceRecording,
  headers: readonly string[],
): Iterable<string> {
  const byHeader = new Map(channels.map(({ name, unit, values }) => [columnHeader(name, unit), values]));
  const [first, second] = fixes.frame === 'wgs84' ? [fixes.y, fixes.x] : [fixes.x, fixes.y];
  const columns = [
    fixes.timeMs,
    first,
    second,
    fixes.speedMps,
    fixes.courseDeg,
    fixes.altitudeM,
    fixes.accuracyM,
    ...headers.map((header) => byHeader.get(header)),
  ];
  const name = cellText(device);
  for (let from = 0; from < fixes.count; from += PIECE_ROWS) {
    let piece = '';
    for (let i = from; i < Math.min(fixes.count, from + PIECE_ROWS); i++) {
      piece += `${name},${columns.map((column) => numberText(column?.[i])).join(',')}\n`;
    }
    yield piece;
  }
}
