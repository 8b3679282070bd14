import { userIdOf } from '@/lib/auth/actor';
import type { TrackFile } from '@/lib/contracts/track-file';
import type { TrackCheck, TrackShape } from '@/lib/contracts/tracks';
import { inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/tracks';
import { AppError, isAppError, notFound } from '@/lib/errors';
import { trackFromFile, trackToFile } from '@/lib/formats/track-file';
import { montmelo } from '@/lib/simulator/track';
import { trackLengthM } from '@/lib/timing/plane';
import type { Track } from '@/lib/timing/types';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { boxOf, keepTrackIn, pointsOf } from './track-store';
import { trackShapeOf } from './tracks';
import { verb } from './verb';

const targetOf = (row: { id: number; name: string }) => ({ noun: 'track', id: row.id, name: row.name });

/** The track of a file; throws an AppError `bad_track` (422). */
export function readTrack(file: unknown): Track {
  try {
    return trackFromFile(file);
  } catch (error) {
    throw new AppError('bad_track', 422, error instanceof Error ? error.message : String(error));
  }
}

/** Who a track's revision is by. */
function authorOf(ctx: ServiceContext): string {
  const id = userIdOf(ctx.caller.actor);
  return id === null ? 'system' : `user:${id}`;
}

/** What a track file would be, without storing it: its faults, or its length and gates. */
export const validateTrack = verb('track.validate', async (_ctx, file: TrackFile): Promise<TrackCheck> => {
  try {
    const track = readTrack(file);
    return { ok: true, message: null, checkpoints: track.checkpoints.length, length_m: trackLengthM(track) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ok: false, message: error.message, checkpoints: file.checkpoints.length, length_m: null };
  }
});

/** Stores a track file's track, or finds the one with equal gates. Throws an AppError `bad_track` (422). */
export const createTrack = verb('track.create', async (ctx, file: TrackFile): Promise<TrackShape> => {
  const track = readTrack(file);
  return keep(ctx, 'track.create', track, false);
});

/** The demo's circuit; asked for again it is the one that is there. */
export const seedTracks = verb('system.seed', async (ctx, _: undefined): Promise<TrackShape> => {
  return keep(ctx, 'system.seed', montmelo(), true);
});

async function keep(
  ctx: ServiceContext,
  action: 'track.create' | 'system.seed',
  track: Track,
  simulated: boolean,
): Promise<TrackShape> {
  const id = await inTransaction(ctx.db, async (tx) => {
    const kept = await keepTrackIn(tx, track, authorOf(ctx), simulated);
    await audit(tx, ctx, { action, target: targetOf(kept), details: { made: kept.made } });
    return kept.id;
  });
  return shapeOf(ctx, id);
}

async function shapeOf(ctx: ServiceContext, id: number): Promise<TrackShape> {
  const row = await store.trackById(ctx.db, id);
  if (!row) throw notFound(`track ${id}`);
  return trackShapeOf(row);
}

/**
 * Puts a new revision of a track in force and has its sessions timed anew. Throws an AppError `conflict` (409) when
 * another revision came meanwhile, `frame` (409) when the new one lies in another kind of plane.
 */
export const updateTrack = verb(
  'track.update',
  async (ctx, { id, file }: { id: number; file: TrackFile }): Promise<TrackShape> => {
    const track = readTrack(file);
    await inTransaction(ctx.db, async (tx) => {
      const row = await store.trackById(tx, id);
      if (!row) throw notFound(`track ${id}`);
      if (row.frame !== track.frame)
        throw new AppError(
          'frame',
          409,
          `Track ${id} is ${row.frame}, the file ${track.frame}: upload it as a new track.`,
        );
      const json = JSON.stringify(trackToFile(track));
      const revision = await store.addRevision(tx, id, row.revision, json, authorOf(ctx));
      if (revision === null)
        throw new AppError('conflict', 409, `Track ${id} was changed meanwhile. Read it again first.`);
      const { name, location } = track;
      await store.setTrackFacts(tx, id, {
        name,
        location,
        box: boxOf(pointsOf(track)),
        lengthM: trackLengthM(track),
      });
      const sessions = await store.sessionsOfTrack(tx, id);
      const events = sessions.map((session) => ({
        name: 'session/recompute',
        data: { session_id: session },
      }));
      if (events.length > 0) await ctx.queue.send(events, tx);
      const details = { revision, sessions: sessions.length };
      await audit(tx, ctx, { action: 'track.update', target: targetOf({ id, name }), details });
    });
    return shapeOf(ctx, id);
  },
);

/** Deletes a track that no session uses. Throws an AppError `in_use` (409) otherwise. */
export const deleteTrack = verb('track.delete', async (ctx, id: number): Promise<void> => {
  await inTransaction(ctx.db, async (tx) => {
    const row = await store.trackById(tx, id);
    if (!row) throw notFound(`track ${id}`);
    const sessions = await store.sessionsOfTrack(tx, id);
    if (sessions.length > 0)
      throw new AppError(
        'in_use',
        409,
        `Track ${id} has sessions (${sessions.length}): delete them first, or change the track instead.`,
      );
    if (!(await store.deleteTrackRow(tx, id))) throw notFound(`track ${id}`);
    await audit(tx, ctx, { action: 'track.delete', target: targetOf(row) });
  });
});
