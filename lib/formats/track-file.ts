import { geoTrackFile, planarTrackFile, type TrackFile } from '@/lib/contracts/track-file';
import { checkTrackGraph } from '@/lib/timing/track-graph';
import type { Checkpoint, Point, Track } from '@/lib/timing/types';
import { type FileHead, FormatError } from './types';

const REMEDY = 'Correct the track file and try again.';

/** True when a file begins like a track file (a JSON object with checkpoints or a centreline), not a recording. */
export function looksLikeTrackFile({ text }: FileHead): boolean {
  return (
    /^\s*\{/.test(text) &&
    /"(checkpoints|centreline)"\s*:\s*\[/.test(text) &&
    !/^\s*\{\s*"format"\s*:/.test(text)
  );
}

/**
 * Reads a track file (shape: lib/contracts/track-file). An empty or absent `previous` is null. Throws a
 * FormatError that names the JSON path: wrong shape, two equal points, a number used twice, not exactly one
 * start, gates that cannot be driven in turn (lib/timing/track-graph).
 */
export function parseTrackFile(text: string): Track {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    throw new FormatError(`The track file is no valid JSON (${reason}). ${REMEDY}`);
  }
  return trackFromFile(value);
}

/** A track from the value of a track file; the same errors as parseTrackFile. */
export function trackFromFile(value: unknown): Track {
  const isPlanar =
    typeof value === 'object' && value !== null && 'frame' in value && value.frame === 'planar';
  if (isPlanar) {
    const file = checked(planarTrackFile.safeParse(value));
    return checkedTrack({
      ...trackHead(file),
      frame: 'planar',
      checkpoints: file.checkpoints.map((gate) => checkpoint(gate, gate.points)),
      centreline: file.centreline ?? null,
    });
  }
  const file = checked(geoTrackFile.safeParse(value));
  return checkedTrack({
    ...trackHead(file),
    frame: 'wgs84',
    checkpoints: file.checkpoints.map((gate) =>
      checkpoint(gate, [geoPoint(gate.points[0]), geoPoint(gate.points[1])]),
    ),
    centreline: file.centreline?.map(geoPoint) ?? null,
  });
}

/** The value of the track file that trackFromFile reads back as this track. */
export function trackToFile({ name, location, frame, checkpoints, centreline }: Track): TrackFile {
  const gate = ({ number, name, type, previous, direction, closesLap }: Checkpoint) => ({
    number,
    name,
    type,
    previous: previous ? [...previous] : null,
    ...(direction ? { direction } : {}),
    ...(closesLap === null ? {} : { closesLap }),
  });
  const head = { schema: 1 as const, track: { name, location } };
  if (frame === 'planar') {
    return {
      ...head,
      frame,
      checkpoints: checkpoints.map((c) => ({ ...gate(c), points: [{ ...c.points[0] }, { ...c.points[1] }] })),
      ...(centreline ? { centreline: centreline.map(({ x, y }) => ({ x, y })) } : {}),
    };
  }
  const geo = ({ x, y }: Point) => ({ lat: y, lon: x });
  return {
    ...head,
    frame,
    checkpoints: checkpoints.map((c) => ({ ...gate(c), points: [geo(c.points[0]), geo(c.points[1])] })),
    ...(centreline ? { centreline: centreline.map(geo) } : {}),
  };
}

/** A track as the text of a track file; every number reads back exactly. */
export function writeTrackFile(track: Track): string {
  return `${JSON.stringify(trackToFile(track), null, 2)}\n`;
}

type Parsed<T> =
  | { success: true; data: T }
  | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };

function checked<T>(result: Parsed<T>): T {
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const more = result.error.issues.length - 1;
  const rest = more > 0 ? ` (and ${more} more faults)` : '';
  throw fault(first?.path ?? [], `${first?.message ?? 'wrong shape'}${rest}`);
}

function fault(path: readonly PropertyKey[], message: string): FormatError {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return new FormatError(`The track file is wrong at $${place}: ${message}. ${REMEDY}`);
}

function geoPoint({ lat, lon }: { lat: number; lon: number }): Point {
  return { x: lon, y: lat };
}

function trackHead({ track }: TrackFile): { name: string; location: string } {
  return { name: track.name, location: track.location };
}

function checkpoint(gate: TrackFile['checkpoints'][number], points: readonly [Point, Point]): Checkpoint {
  const { number, name, type, previous, direction, closesLap } = gate;
  return {
    number,
    name,
    type,
    points,
    previous: previous && previous.length > 0 ? previous : null,
    direction: direction ?? null,
    closesLap: closesLap ?? null,
  };
}

function checkedTrack(track: Track): Track {
  const { checkpoints } = track;
  const seen = new Map<number, number>();
  checkpoints.forEach(({ number, points: [a, b] }, index) => {
    if (a.x === b.x && a.y === b.y)
      throw fault(['checkpoints', index, 'points'], 'a gate needs two distinct points');
    const other = seen.get(number);
    if (other !== undefined) {
      throw fault(
        ['checkpoints', index, 'number'],
        `${number} is already the number of checkpoint [${other}]`,
      );
    }
    seen.set(number, index);
  });
  const starts = checkpoints.filter(({ type }) => type === 'start').length;
  if (starts !== 1)
    throw fault(['checkpoints'], `there must be exactly one gate of type start, not ${starts}`);
  const [graphFault] = checkTrackGraph(track);
  if (graphFault) throw fault(['checkpoints'], graphFault.replace(/\.$/, ''));
  return track;
}
