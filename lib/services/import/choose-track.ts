import type { Db } from '@/lib/db/client';
import { type KnownTrack, keepDirections, knownTrack } from '@/lib/db/known-tracks';
import { patiently } from '@/lib/db/patience';
import type { StoredFixes } from '@/lib/db/stored-fixes';
import { trackById, tracksNear } from '@/lib/db/tracks';
import { AppError } from '@/lib/errors';
import { trackFromFile } from '@/lib/formats/track-file';
import { checkFrames, type Detection, detectLaps } from '@/lib/timing/detect-laps';
import type { FixColumns, Track } from '@/lib/timing/types';
import { boxOf, keepTrack } from '../track-store';

/** Degrees (about 1 km) or metres around a recording in which a track counts as near. */
const NEAR = { wgs84: 0.01, planar: 1000 } as const;

export type TrackChoice = {
  known: KnownTrack | null;
  /** What a person should know of the choice, in whole sentences. */
  notes: string[];
};

export type ChoiceInput = {
  explicitId: number | null;
  /** The file's own gates as a track file. */
  ownTrack: unknown;
  title: string | null;
  /** Who learns directions or makes a track, for its revisions. */
  author: string;
};

/** The track of a recording: the given one, else a known one that it crosses, else the file's own gates. */
export async function chooseTrack(
  db: Db,
  devices: readonly StoredFixes[],
  input: ChoiceInput,
): Promise<TrackChoice> {
  const chosen = await findTrack(db, devices, input);
  if (!chosen.known) return chosen;
  return { ...chosen, known: await withLearntDirections(db, chosen.known, devices, input.author) };
}

async function findTrack(db: Db, devices: readonly StoredFixes[], input: ChoiceInput): Promise<TrackChoice> {
  if (input.explicitId !== null) return explicitTrack(db, devices, input.explicitId);
  const crossed = await crossedTrack(db, devices);
  if (crossed) return { known: crossed, notes: [] };
  if (input.ownTrack === null || input.ownTrack === undefined) return { known: null, notes: [NO_TRACK] };
  return ownTrack(db, devices, input);
}

const NO_TRACK =
  'Stored without laps: no known track is crossed by this recording, and its file names no gates. Add the track, then reprocess this session.';

async function explicitTrack(db: Db, devices: readonly StoredFixes[], trackId: number): Promise<TrackChoice> {
  const row = await patiently(() => trackById(db, trackId));
  if (!row) throw new AppError('bad_file', 422, `There is no track ${trackId} any more: choose another one.`);
  const known = knownTrack(row);
  for (const { fixes } of devices) checkKind(known.track, fixes);
  return { known, notes: [] };
}

function checkKind(track: Track, fixes: FixColumns): void {
  try {
    checkFrames(track, fixes);
  } catch (error) {
    throw new AppError('bad_file', 422, error instanceof Error ? error.message : String(error));
  }
}

/** Of the tracks near by, the one with the most complete laps, then the most crossings. */
async function crossedTrack(db: Db, devices: readonly StoredFixes[]): Promise<KnownTrack | null> {
  let best: { known: KnownTrack; complete: number; crossings: number } | null = null;
  for (const known of await candidates(db, devices)) {
    const { complete, crossings } = scoreOf(known.track, devices);
    const isBetter =
      !best || complete > best.complete || (complete === best.complete && crossings > best.crossings);
    if (crossings > 0 && isBetter) best = { known, complete, crossings };
  }
  return best?.known ?? null;
}

async function candidates(db: Db, devices: readonly StoredFixes[]): Promise<KnownTrack[]> {
  const found = new Map<number, KnownTrack>();
  for (const { fixes } of devices) {
    if (fixes.count === 0) continue;
    const box = boxOf(pointsOf(fixes));
    const near = await patiently(() => tracksNear(db, fixes.frame, box, NEAR[fixes.frame]));
    for (const row of near) found.set(row.id, knownTrack(row));
  }
  return [...found.values()];
}

function* pointsOf(fixes: FixColumns) {
  for (let row = 0; row < fixes.count; row++) yield { x: fixes.x[row] ?? 0, y: fixes.y[row] ?? 0 };
}

function scoreOf(track: Track, devices: readonly StoredFixes[]) {
  let complete = 0;
  let crossings = 0;
  for (const { fixes } of devices) {
    if (fixes.frame !== track.frame) continue;
    const found = detectLaps(track, fixes);
    complete += completeLaps(found);
    crossings += found.crossings.length;
  }
  return { complete, crossings };
}

const completeLaps = ({ laps }: Detection): number => laps.filter((lap) => lap.class === 'complete').length;

async function ownTrack(db: Db, devices: readonly StoredFixes[], input: ChoiceInput): Promise<TrackChoice> {
  const own = trackFromFile(input.ownTrack);
  if (devices.some(({ fixes }) => fixes.frame !== own.frame)) return { known: null, notes: [NO_TRACK] };
  const kept = await keepTrack(db, { ...own, name: own.name || input.title || 'Track' }, input.author, false);
  const row = await patiently(() => trackById(db, kept.id));
  const note = kept.made ? [`The gates of this file became the track ${kept.name}.`] : [];
  return { known: row ? knownTrack(row) : null, notes: row ? note : [NO_TRACK] };
}

/** Directions that the track does not know are learnt from the entry with the most laps, and kept. */
async function withLearntDirections(
  db: Db,
  known: KnownTrack,
  devices: readonly StoredFixes[],
  author: string,
): Promise<KnownTrack> {
  if (known.track.checkpoints.every((gate) => gate.direction !== null)) return known;
  const found = devices
    .map(({ fixes }) => detectLaps(known.track, fixes))
    .sort((a, b) => completeLaps(b) - completeLaps(a));
  const [best] = found;
  const isNew = best?.directions.some(
    (direction, index) => direction !== null && known.track.checkpoints[index]?.direction === null,
  );
  if (!best || !isNew || completeLaps(best) === 0) return known;
  const kept = await patiently(() => keepDirections(db, known, best.directions, author));
  if (kept) return kept;
  // Another import was quicker: what it stored counts.
  const row = await patiently(() => trackById(db, known.id));
  return row ? knownTrack(row) : known;
}
