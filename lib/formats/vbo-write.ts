import type { Track } from '@/lib/timing/types';
import { KMH } from './column-roles';
import { DAY_MS, packTimeMs } from './day-clock';
import { isoText } from './iso-time';
import { type DeviceRecording, FormatError, type Recording } from './types';
import { isVboFixColumn } from './vbo-columns';

const PIECE_ROWS = 500;

type Column = { name: string; long: string; text: (index: number) => string };

/**
 * VBO: time to 1 ms, position to 1e-7 minutes (0.2 mm; west positive), velocity to 0.0001 km/h, heading and
 * height to 0.001; channels keep every digit. A column without any value is left out, a single unknown value
 * is written as `nan`. Gates are written as end points. Not kept: accuracy, recorded laps, directions, the
 * device's name, blanks in channel names. Throws a FormatError when the recording has not exactly one device
 * or is planar, and when two fixes that follow each other lie 12 h or more apart: rows carry only the time of day.
 */
export function* writeVbo(recording: Recording): Iterable<string> {
  const [device, another] = recording.devices;
  if (!device || another)
    throw new FormatError('A VBO holds one device: write each device to a file of its own.');
  if (device.fixes.frame !== 'wgs84')
    throw new FormatError('A VBO holds latitude and longitude: write metres as CSV.');
  checkSteps(device);
  const columns = vboColumnsOf(device);
  const [created = '', clock = ''] = isoText(Math.round(device.fixes.timeMs[0] ?? 0)).split(/[TZ]/);
  const [year, month, day] = created.split('-');
  const channels = device.channels.map(({ unit }) => oneWord(unit) || '-');
  yield [
    `File created on ${day}/${month}/${year} @ ${clock.slice(0, 5)}`,
    section(
      'header',
      columns.map(({ long }) => long),
    ),
    section('channel units', channels),
    section('comments', [
      ...(recording.title ? [`Venue : ${oneLine(recording.title)}`] : []),
      ...(recording.driver ? [`Driver : ${oneLine(recording.driver)}`] : []),
    ]),
    section('laptiming', gateLines(recording.track)),
    section('column names', [columns.map(({ name }) => name).join(' ')]),
    '[data]\n',
  ].join('\n');
  for (let from = 0; from < device.fixes.count; from += PIECE_ROWS) {
    let piece = '';
    for (let i = from; i < Math.min(device.fixes.count, from + PIECE_ROWS); i++) {
      piece += `${columns.map(({ text }) => text(i)).join(' ')}\n`;
    }
    yield piece;
  }
}

function vboColumnsOf({ fixes, channels }: DeviceRecording): Column[] {
  const known = (
    name: string,
    long: string,
    values: Float64Array,
    text: (value: number) => string,
  ): Column[] =>
    values.every(Number.isNaN)
      ? []
      : [{ name, long, text: (i) => (Number.isNaN(values[i]) ? 'nan' : text(values[i] ?? Number.NaN)) }];
  const used = new Set<string>();
  return [
    ...known('time', 'time', fixes.timeMs, (time) => packTimeMs(modulo(Math.round(time), DAY_MS), 3)),
    ...known('lat', 'latitude', fixes.y, (lat) => minutesText(lat)),
    ...known('long', 'longitude', fixes.x, (lon) => minutesText(-lon)),
    ...known('velocity', 'velocity kmh', fixes.speedMps, (speed) => (speed / KMH).toFixed(4)),
    ...known('heading', 'heading', fixes.courseDeg, (course) => course.toFixed(3)),
    ...known('height', 'height', fixes.altitudeM, (altitude) => signed(altitude, 3)),
    ...channels.flatMap(({ name, values }) => {
      const short = freeName(oneWord(name), used);
      return [
        {
          name: short,
          long: short,
          text: (i: number) => (Number.isNaN(values[i]) ? 'nan' : String(values[i])),
        },
      ];
    }),
  ];
}

function freeName(name: string, used: Set<string>): string {
  let free = isVboFixColumn(name) || name === '' || name.startsWith('[') ? `channel-${name}` : name;
  while (used.has(free)) free = `${free}'`;
  used.add(free);
  return free;
}

function gateLines(track: Track | null): string[] {
  if (track?.frame !== 'wgs84') return [];
  return track.checkpoints.flatMap(({ type, points: [a, b], name }) => {
    const kind =
      type === 'start' ? 'Start' : type === 'sector' ? 'Split' : type === 'finish' ? 'Finish' : null;
    if (!kind) return [];
    return [`${kind} ${[a.y, -a.x, b.y, -b.x].map(minutesText).join(' ')} ¬ ${oneLine(name)}`];
  });
}

function checkSteps({ fixes: { timeMs, count } }: DeviceRecording): void {
  for (let i = 1; i < count; i++) {
    if (!(Math.abs((timeMs[i] ?? Number.NaN) - (timeMs[i - 1] ?? Number.NaN)) < DAY_MS / 2)) {
      throw new FormatError(
        `Fixes ${i} and ${i + 1} lie 12 h or more apart, which a VBO cannot tell: write it as CSV.`,
      );
    }
  }
}

function section(name: string, lines: readonly string[]): string {
  return `\n[${name}]\n${lines.map((line) => `${line}\n`).join('')}`;
}

function minutesText(degrees: number): string {
  return signed(degrees * 60, 7, 5);
}

function signed(value: number, decimals: number, digits = 5): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value)
    .toFixed(decimals)
    .padStart(digits + 1 + decimals, '0')}`;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function oneWord(text: string): string {
  return text.trim().replaceAll(/\s+/g, '_');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n¬]+/g, ' ').trim();
}
