import { JSON_FORMAT, JSON_VERSION } from './json-document';
import { trackToFile } from './track-file';
import type { DeviceRecording, Recording } from './types';

const PIECE_ROWS = 500;

/** Our JSON (see json.ts); every number reads back exactly, but -0 becomes 0. Rejected rows are not kept. */
export function* writeJson(recording: Recording): Iterable<string> {
  const { timeBasis, title, driver, vehicle, notes, recordedLaps, track } = recording;
  const head = {
    format: JSON_FORMAT,
    version: JSON_VERSION,
    timeBasis,
    title,
    driver,
    vehicle,
    notes,
    recordedLaps,
    track: track ? trackToFile(track) : null,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"devices":[\n`;
  for (const [index, device] of recording.devices.entries()) {
    if (index > 0) yield ',\n';
    yield* deviceText(device);
  }
  yield '\n]}\n';
}

function* deviceText({ device, fixes, channels }: DeviceRecording): Iterable<string> {
  const names = channels.map(({ name, unit }) => ({ name, unit }));
  yield `${JSON.stringify({ device, frame: fixes.frame, channels: names }).slice(0, -1)},"fixes":[\n`;
  const { timeMs, x, y, speedMps, courseDeg, altitudeM, accuracyM, count } = fixes;
  const columns = [
    timeMs,
    x,
    y,
    speedMps,
    courseDeg,
    altitudeM,
    accuracyM,
    ...channels.map(({ values }) => values),
  ];
  for (let from = 0; from < count; from += PIECE_ROWS) {
    let piece = from > 0 ? ',\n' : '';
    const to = Math.min(count, from + PIECE_ROWS);
    for (let i = from; i < to; i++)
      piece += `[${columns.map((column) => cell(column[i])).join()}]${i + 1 < to ? ',\n' : ''}`;
    yield piece;
  }
  yield ']}';
}

function cell(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'null' : String(value);
}
