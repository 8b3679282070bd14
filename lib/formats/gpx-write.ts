import { isoText } from './iso-time';
import { type DeviceRecording, FormatError, type Recording } from './types';

const PIECE_ROWS = 500;
const OPENING = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Pitwall" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
`;

/**
 * GPX 1.1, one `trk` a device; speed and course as TrackPointExtension v2. Precision: time 1 µs, position 1e-9
 * degrees (0.1 mm), altitude 1 mm, speed 0.0001 m/s, course 0.001 degrees. Not kept: accuracy, channels, gates,
 * recorded laps. Throws a FormatError for a planar device and for two devices of one name, which would read
 * back as one.
 */
export function* writeGpx(recording: Recording): Iterable<string> {
  const names = new Set(recording.devices.map(({ device }) => device));
  if (names.size < recording.devices.length)
    throw new FormatError('Two devices share a name: rename one before writing a GPX.');
  if (recording.devices.some(({ fixes }) => fixes.frame !== 'wgs84')) {
    throw new FormatError('A GPX holds latitude and longitude: write metres as CSV.');
  }
  yield OPENING;
  if (recording.title) yield `<metadata><name>${escaped(recording.title)}</name></metadata>\n`;
  for (const device of recording.devices) yield* trackText(device);
  yield '</gpx>\n';
}

function* trackText({ device, fixes }: DeviceRecording): Iterable<string> {
  yield `<trk><name>${escaped(device)}</name><trkseg>\n`;
  for (let from = 0; from < fixes.count; from += PIECE_ROWS) {
    let piece = '';
    for (let i = from; i < Math.min(fixes.count, from + PIECE_ROWS); i++) {
      const speed = element('gpxtpx:speed', fixes.speedMps[i], 4);
      const course = element('gpxtpx:course', fixes.courseDeg[i], 3);
      const state = speed + course;
      const extensions = state
        ? `<extensions><gpxtpx:TrackPointExtension>${state}</gpxtpx:TrackPointExtension></extensions>`
        : '';
      piece += `<trkpt lat="${fixed(fixes.y[i], 9)}" lon="${fixed(fixes.x[i], 9)}">${element('ele', fixes.altitudeM[i], 3)}<time>${isoText(fixes.timeMs[i] ?? Number.NaN)}</time>${extensions}</trkpt>\n`;
    }
    yield piece;
  }
  yield '</trkseg></trk>\n';
}

function element(name: string, value: number | undefined, decimals: number): string {
  return value === undefined || Number.isNaN(value) ? '' : `<${name}>${fixed(value, decimals)}</${name}>`;
}

function fixed(value: number | undefined, decimals: number): string {
  return (value ?? Number.NaN).toFixed(decimals);
}

/** Text as XML content; characters that XML 1.0 cannot hold become spaces. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
