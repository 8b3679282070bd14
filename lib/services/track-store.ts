import { type Db, inTransaction } from '@/lib/db/client';
import { lockUntilEnd } from '@/lib/db/locks';
import { patiently } from '@/lib/db/patience';
import { addRevision, type Box, insertTrack, type TrackRow, tracksNear } from '@/lib/db/tracks';
import { trackFromFile, trackToFile, writeTrackFile } from '@/lib/formats/track-file';
import { trackLengthM } from '@/lib/timing/plane';
import type { Direction, Point, Track } from '@/lib/timing/types';

/** A stored track with the revision in force. */
export type KnownTrack = { id: number; revision: number; track: Track };

export function knownTrack(row: TrackRow): KnownTrack {
  return { id: row.id, revision: row.revision, track: trackFromFile(row.json) };
}

/** Smallest box around points. */
export function boxOf(points: Iterable<Point>): Box {
  const box = {
    minX: Number.POSITIVE_INFINITY,
    minY: Number.POSITIVE_INFINITY,
    maxX: Number.NEGATIVE_INFINITY,
    maxY: Number.NEGATIVE_INFINITY,
  };
  for (const { x, y } of points) {
    box.minX = Math.min(box.minX, x);
    box.minY = Math.min(box.minY, y);
    box.maxX = Math.max(box.maxX, x);
    box.maxY = Math.max(box.maxY, y);
  }
  return box;
}

/** Every point by which a track is found. */
export const pointsOf = (track: Track): Point[] => [
  ...track.checkpoints.flatMap((gate) => [...gate.points]),
  ...(track.centreline ?? []),
];

/** What two tracks must share to be the same: the gates, not their directions or names. */
const gatesKey = (track: Track): string =>
  JSON.stringify(track.checkpoints.map(({ number, type, points }) => [number, type, points[0], points[1]]));

export type KeptTrack = { id: number; name: string; made: boolean };

/** Stores a track, or finds the one that has equal gates; waits for a database that is away. */
export const keepTrack = (db: Db, track: Track, author: string, simulated: boolean): Promise<KeptTrack> =>
  patiently(() => inTransaction(db, (tx) => keepTrackIn(tx, track, author, simulated)));

/** The same within a transaction; two that keep the same track at once keep one. */
export async function keepTrackIn(
  tx: Db,
  track: Track,
  author: string,
  simulated: boolean,
): Promise<KeptTrack> {
  await lockUntilEnd(tx, 'tracks');
  const box = boxOf(pointsOf(track));
  const near = await tracksNear(tx, track.frame, box, 0);
  const equal = near.find((row) => gatesKey(knownTrack(row).track) === gatesKey(track));
  if (equal) return { id: equal.id, name: equal.name, made: false };
  const id = await insertTrack(tx, {
    name: track.name,
    location: track.location,
    frame: track.frame,
    box,
    lengthM: trackLengthM(track),
    simulated,
    json: JSON.stringify(trackToFile(track)),
    author,
  });
  return { id, name: track.name, made: true };
}

/** Stores directions that were learnt as a new revision; null when somebody else changed the track meanwhile. */
export async function keepDirections(
  db: Db,
  known: KnownTrack,
  directions: readonly Direction[],
  author: string,
): Promise<KnownTrack | null> {
  const checkpoints = known.track.checkpoints.map((gate, index) => ({
    ...gate,
    direction: directions[index] ?? gate.direction,
  }));
  const track = { ...known.track, checkpoints };
  const revision = await addRevision(db, known.id, known.revision, writeTrackFile(track), author);
  return revision === null ? null : { id: known.id, revision, track };
}
