import { readFileSync } from 'node:fs';
import { parseTrackFile, trackToFile } from '@/lib/formats/track-file';
import type { Car, ReadFile } from './cars';
import { type Ask, crossedTrack } from './find-track';
import { ApiRefusal } from './server-api';

/** The track of a replay, as the feed's session names it, and in words where it comes from. */
export type ChosenTrack = { track_id?: number; track?: Record<string, unknown>; words: string };

/**
 * The track that was given (a file or an id of the server), else a known one that the cars cross, else the file's own
 * gates, else none.
 */
export async function chooseTrack(
  ask: Ask,
  given: { track?: string | undefined; trackId?: number | undefined },
  files: readonly ReadFile[],
  cars: readonly Car[],
): Promise<ChosenTrack> {
  if (given.trackId !== undefined)
    return { track_id: given.trackId, words: `track ${given.trackId} of the server` };
  if (given.track !== undefined) {
    const track = readTrack(given.track);
    return { track: { ...trackToFile(track) }, words: `${track.name}, from ${given.track}` };
  }
  const known = await knownTrack(ask, cars);
  if (typeof known === 'object' && known !== null)
    return { track_id: known.id, words: `${known.name}, which the server knows` };
  const own = files.find(({ track }) => track !== null);
  if (own?.track) return { track: { ...trackToFile(own.track) }, words: `the gates in ${own.file}` };
  return {
    words: known ?? 'none: no track of the server is crossed, and the file has no gates (use --track)',
  };
}

function readTrack(path: string) {
  try {
    return parseTrackFile(readFileSync(path, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(`${path}: ${isMissing ? 'there is no such file.' : String(Object(error).message)}`);
  }
}

/** A key for sending alone may read no tracks; then nothing is known of them but why. */
async function knownTrack(ask: Ask, cars: readonly Car[]) {
  try {
    return await crossedTrack(ask, cars);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 403)
      return 'none: this key may not read the server’s tracks (scope read); use --track or --track-id';
    throw error;
  }
}
