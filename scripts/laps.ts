import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseTrackFile } from '@/lib/formats/track-file';
import { type DeviceLaps, lapsOfRecording } from '@/lib/services/recording-laps';
import { checkTrackGraph } from '@/lib/timing/track-graph';
import type { Track } from '@/lib/timing/types';
import { addedCounts } from '@/lib/timing/words';
import { countsLine, lapTable } from './laps/print';
import { readFile } from './laps/read-file';

const USAGE = `Prints the laps of recordings.

  npm run -s laps -- [--track TRACK.json] [--json] FILE...

  --track  the gates to time with; else the file's own gates
  --json   for programs
Formats are found by content: our CSV and JSON, NMEA, VBO, RaceChrono CSV v3, GPX, Dove, TrackAddict CSV, LFS RAF.`;

type FileLaps = {
  file: string;
  format: string;
  fixes: number;
  rejected: Record<string, number>;
  devices: DeviceLaps[];
  hasGates: boolean;
};

/** Two ways a fault can know its place: a line of text or a byte offset. */
function placeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('line' in error && typeof error.line === 'number') return `:${error.line}`;
  return 'offset' in error && typeof error.offset === 'number' ? `@${error.offset}` : '';
}

function complain(file: string, error: unknown): void {
  const systemError = error instanceof Error && 'code' in error ? error.code : null;
  const reason =
    systemError === 'ENOENT'
      ? 'there is no such file.'
      : error instanceof Error
        ? error.message
        : String(error);
  process.stderr.write(`${file}${placeOf(error)}: ${reason.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exitCode = 1;
}

function readTrack(path: string): Track {
  const track = parseTrackFile(readFileSync(path, 'utf8'));
  const [fault] = checkTrackGraph(track);
  if (fault) throw new Error(fault);
  return track;
}

async function lapsOfFile(file: string, track: Track | null): Promise<FileLaps> {
  const recording = await readFile(file);
  const devices = lapsOfRecording(recording, track);
  const rejected = devices.reduce(
    (counts, device) => addedCounts(counts, device.rejected),
    recording.rejected,
  );
  return {
    file,
    format: recording.format,
    fixes: devices.reduce((sum, device) => sum + device.fixes, 0),
    rejected,
    devices,
    hasGates: track !== null || recording.track !== null,
  };
}

/** The shape that programs read; key order as documented. */
function forPrograms({ file, format, fixes, rejected, devices }: FileLaps) {
  const shown = devices.map(({ device, laps, bestMs, optimumMs }) => ({
    device,
    laps: laps.map(
      ({ number, class: lapClass, reason, startMs, endMs, timeMs, estimated, uncertaintyMs, sectors }) => ({
        number,
        class: lapClass,
        reason,
        startMs,
        endMs,
        timeMs,
        estimated,
        uncertaintyMs,
        sectors,
      }),
    ),
    bestMs,
    optimumMs,
  }));
  return { file, format, fixes, rejected, devices: shown };
}

function forPeople(result: FileLaps): string {
  const head = `${result.file}: ${result.format}, ${countsLine(result.fixes, result.rejected)}`;
  const tables = result.devices.map((device) => {
    const name = result.devices.length > 1 ? `  ${device.device}\n` : '';
    return name + lapTable(device);
  });
  return [head, ...tables, ''].join('\n');
}

async function main(): Promise<void> {
  const options = {
    track: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help || positionals.length === 0) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  let track: Track | null = null;
  try {
    track = values.track ? readTrack(values.track) : null;
  } catch (error) {
    complain(values.track ?? '', error);
    return;
  }
  const done: FileLaps[] = [];
  for (const file of positionals) {
    try {
      const result = await lapsOfFile(file, track);
      done.push(result);
      if (!result.hasGates)
        process.stderr.write(`${file}: has no gates of its own: give a track with --track.\n`);
      if (!values.json) process.stdout.write(`${forPeople(result)}\n`);
    } catch (error) {
      complain(file, error);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ files: done.map(forPrograms) })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
