import { type Db, inTransaction } from '@/lib/db/client';
import { knownTrack } from '@/lib/db/known-tracks';
import { lockUntilEnd } from '@/lib/db/locks';
import { patiently } from '@/lib/db/patience';
import { type Box, insertTrack, tracksNear } from '@/lib/db/tracks';
import { trackToFile } from '@/lib/formats/track-file';
import { trackLengthM } from '@/lib/timing/plane';
import type { Point, Track } from '@/lib/timing/types';

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

/** The stored track with equal gates, or null. */
export async function equalTrack(db: Db, track: Track): Promise<{ id: number; name: string } | null> {
  const near = await tracksNear(db, track.frame, boxOf(pointsOf(track)), 0);
  return near.find((row) => gatesKey(knownTrack(row).track) === gatesKey(track)) ?? null;
}

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
  const equal = await equalTrack(tx, track);
  if (equal) return { id: equal.id, name: equal.name, made: false };
  const id = await insertTrack(tx, {
    name: track.name,
    location: track.location,
    frame: track.frame,
    box: boxOf(pointsOf(track)),
    lengthM: trackLengthM(track),
    simulated,
    json: JSON.stringify(trackToFile(track)),
    author,
  });
  return { id, name: track.name, made: true };
}
