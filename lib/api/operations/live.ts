import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import { liveSessionList } from '@/lib/contracts/live';
import { liveEntry, liveOpen, livePatch, markCreate } from '@/lib/contracts/live-requests';
import { listLive } from '@/lib/services/live-list';
import { addEntry, addMark, closeLive, openLive, updateLive } from '@/lib/services/live-sessions';
import { operation } from '../operation';

const params = z.object({ id });
const opened = z.object({ session_id: id });

export const listLiveOperation = operation('listLive', {
  method: 'GET',
  path: '/api/v1/live',
  summary: 'What is live now',
  action: listLive.action,
  answer: liveSessionList,
  fn: ({ ctx }) => listLive(ctx, undefined),
});

export const openLiveOperation = operation('openLive', {
  method: 'POST',
  path: '/api/v1/live',
  summary: 'Open a live session',
  description:
    'The fixes of its entries are timed as they come, those since `from` too. A device is in one open session at most (409 in_session). Level 1 may enter shared devices and its own.',
  action: openLive.action,
  body: liveOpen,
  answer: opened,
  status: 201,
  fn: ({ ctx, body }) => openLive(ctx, body),
});

export const updateLiveOperation = operation('updateLive', {
  method: 'PATCH',
  path: '/api/v1/live/{id}',
  summary: 'Change the length of a live race or the spectators’ delay',
  action: updateLive.action,
  params,
  body: livePatch,
  answer: null,
  fn: ({ ctx, params: { id: session_id }, body }) => updateLive(ctx, { ...body, session_id }),
});

export const addEntryOperation = operation('addEntry', {
  method: 'POST',
  path: '/api/v1/live/{id}/entries',
  summary: 'Enter a device into a live session, or write anew who drives it',
  action: addEntry.action,
  params,
  body: liveEntry,
  answer: z.object({ entry_id: id }),
  status: 201,
  fn: ({ ctx, params: { id: session_id }, body }) => addEntry(ctx, { ...body, session_id }),
});

export const addMarkOperation = operation('addMark', {
  method: 'POST',
  path: '/api/v1/live/{id}/marks',
  summary: 'Show a flag, or write a note of race control',
  description:
    'Level 2. The first green of a race is its start; after chequered each entry finishes at the line.',
  action: addMark.action,
  params,
  body: markCreate,
  answer: z.object({ id }),
  status: 201,
  fn: ({ ctx, params: { id: session_id }, body }) => addMark(ctx, { ...body, session_id }),
});

export const closeLiveOperation = operation('closeLive', {
  method: 'POST',
  path: '/api/v1/live/{id}/close',
  summary: 'Close a live session',
  description: 'A job times it once more as a whole. A session also closes ten minutes after its last fix.',
  action: closeLive.action,
  params,
  answer: z.object({ session_id: id, job_id: id.nullable() }),
  status: 202,
  fn: ({ ctx, params: { id: session_id } }) => closeLive(ctx, { session_id }),
});
