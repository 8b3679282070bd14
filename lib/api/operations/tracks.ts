import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { trackFile } from '@/lib/contracts/track-file';
import { trackCheck, trackDetail, trackList, trackShape } from '@/lib/contracts/tracks';
import { createTrack, deleteTrack, seedTracks, updateTrack, validateTrack } from '@/lib/services/track-edits';
import { getTrack, getTrackFile, listTracks } from '@/lib/services/tracks';
import { attachment } from '../csv';
import { operation } from '../operation';

const params = z.object({ id });

export const listTracksOperation = operation('listTracks', {
  method: 'GET',
  path: '/api/v1/tracks',
  summary: 'Tracks with what was driven on them',
  action: listTracks.action,
  query: listQuery,
  csv: { name: 'tracks.csv', omit: ['outline'] },
  answer: trackList,
  fn: ({ ctx, query }) => listTracks(ctx, query),
});

export const createTrackOperation = operation('createTrack', {
  method: 'POST',
  path: '/api/v1/tracks',
  summary: 'Add a track by its file',
  description: 'A track with equal gates that is there already is the answer, and nothing is added.',
  action: createTrack.action,
  body: trackFile,
  answer: trackShape,
  status: 201,
  fn: ({ ctx, body }) => createTrack(ctx, body),
});

export const validateTrackOperation = operation('validateTrack', {
  method: 'POST',
  path: '/api/v1/tracks/validate',
  summary: 'Check a track file without storing it',
  action: validateTrack.action,
  body: trackFile,
  answer: trackCheck,
  fn: ({ ctx, body }) => validateTrack(ctx, body),
});

export const getTrackOperation = operation('getTrack', {
  method: 'GET',
  path: '/api/v1/tracks/{id}',
  summary: 'One track with its gates and records',
  action: getTrack.action,
  params,
  answer: trackDetail,
  fn: ({ ctx, params }) => getTrack(ctx, params.id),
});

export const updateTrackOperation = operation('updateTrack', {
  method: 'PUT',
  path: '/api/v1/tracks/{id}',
  summary: 'Put a new revision of a track in force',
  description: 'Its sessions are timed anew. Earlier revisions stay.',
  action: updateTrack.action,
  params,
  body: trackFile,
  answer: trackShape,
  fn: ({ ctx, params, body }) => updateTrack(ctx, { id: params.id, file: body }),
});

export const deleteTrackOperation = operation('deleteTrack', {
  method: 'DELETE',
  path: '/api/v1/tracks/{id}',
  summary: 'Delete a track that no session uses',
  action: deleteTrack.action,
  params,
  answer: null,
  fn: ({ ctx, params }) => deleteTrack(ctx, params.id),
});

export const getTrackFileOperation = operation('getTrackFile', {
  method: 'GET',
  path: '/api/v1/tracks/{id}/file',
  summary: 'A track as its file',
  action: getTrackFile.action,
  params,
  answer: trackFile,
  async fn({ ctx, params }) {
    const { name, text } = await getTrackFile(ctx, params.id);
    return new Response(text, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': attachment(name),
        'Cache-Control': 'no-store',
      },
    });
  },
});

export const seedOperation = operation('seedTracks', {
  method: 'POST',
  path: '/api/v1/admin/seed',
  summary: 'Add the built-in circuit',
  description: 'Asked for again it is the one that is there.',
  action: seedTracks.action,
  answer: trackShape,
  fn: ({ ctx }) => seedTracks(ctx, undefined),
});
