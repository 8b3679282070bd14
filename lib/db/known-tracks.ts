import { trackFromFile, writeTrackFile } from '@/lib/formats/track-file';
import type { Direction, Track } from '@/lib/timing/types';
import type { Db } from './client';
import { addRevision, type TrackRow, trackById } from './tracks';

/** A stored track with the revision in force. */
export type KnownTrack = { id: number; revision: number; track: Track };

export function knownTrack(row: TrackRow): KnownTrack {
  return { id: row.id, revision: row.revision, track: trackFromFile(row.json) };
}

/** The track in force, or null. */
export async function knownTrackById(db: Db, id: number): Promise<KnownTrack | null> {
  const row = await trackById(db, id);
  return row ? knownTrack(row) : null;
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
