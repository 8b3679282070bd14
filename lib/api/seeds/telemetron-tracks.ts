import { type TrackFile, trackFile } from '@/lib/contracts/track-file';
import type { TrackListItem, TrackShape } from '@/lib/contracts/tracks';
import { AppError } from '@/lib/errors';
import { createTrack, seedTracks } from '@/lib/services/track-edits';
import { getTrack, listTracks } from '@/lib/services/tracks';
import { fieldErrors } from '../parse';
import { readJsonUpload } from './seed-body';
import { type SeedRoute, seedRoute } from './seed-route';
import { wholeList } from './whole-list';

const seed = 'telemetron';

const rowOf = ({ id, name, location }: TrackListItem | TrackShape) => ({ id, name, location });

/** A track with its gates as they stand in a track file; a planar one's points are metres. */
function trackOf(track: TrackShape) {
  const pointOf = ({ x, y }: { x: number; y: number }) =>
    track.frame === 'planar' ? { x, y } : { lat: y, lon: x };
  return {
    ...rowOf(track),
    checkpoints: track.checkpoints.map(({ number, name, type, points, previous }) => ({
      number,
      name,
      type,
      points: points.map(pointOf),
      previous,
    })),
  };
}

/** The track file of a body. Throws an AppError `bad_track` (422) that names the path of each fault. */
async function readTrackFile(request: Request): Promise<TrackFile> {
  const parsed = trackFile.safeParse(await readJsonUpload(request));
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error.issues, 'track file');
  throw new AppError('bad_track', 422, `${errors[0]?.field}: ${errors[0]?.message}`, errors);
}

const listRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/track',
  successor: '/api/v1/tracks',
  action: listTracks.action,
  fn: ({ ctx }) => wholeList((page) => listTracks(ctx, page), rowOf),
});

const createRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/track',
  successor: '/api/v1/tracks',
  action: createTrack.action,
  status: 201,
  fn: async ({ ctx, request }) => trackOf(await createTrack(ctx, await readTrackFile(request))),
});

const getRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/track/{id}',
  successor: '/api/v1/tracks/{id}',
  action: getTrack.action,
  fn: async ({ ctx, id }) => trackOf(await getTrack(ctx, id)),
});

const populateRoute = seedRoute({
  seed,
  method: 'POST',
  path: '/api/db_populate',
  successor: '/api/v1/admin/seed',
  action: seedTracks.action,
  async fn({ ctx }) {
    const track = await seedTracks(ctx, undefined);
    return { message: `The track ${track.name} is there.`, track: trackOf(track) };
  },
});

/** Telemetron's tracks. */
export const TRACKS: readonly SeedRoute[] = [listRoute, createRoute, getRoute, populateRoute];
