import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { sessionExport } from '@/lib/contracts/exports';
import { lapList } from '@/lib/contracts/laps';
import { crossingList } from '@/lib/contracts/positions';
import {
  reprocessAccepted,
  sessionCreate,
  sessionCreated,
  sessionDetail,
  sessionFilter,
  sessionList,
  sessionPatch,
  sessionRef,
} from '@/lib/contracts/sessions';
import { createSession } from '@/lib/services/create-session';
import { CROSSING_FILTERS, listCrossings } from '@/lib/services/crossings';
import { deleteSession } from '@/lib/services/delete-session';
import { exportSession } from '@/lib/services/exports';
import { SESSION_FILTERS } from '@/lib/services/session-filters';
import {
  getSession,
  getSessionLaps,
  listSessions,
  recomputeSession,
  updateSession,
} from '@/lib/services/sessions';
import { EXPORT_MEDIA, exportResponse } from '../export-response';
import { lapColumns, lapRow, mostSectors } from '../laps-csv';
import { type Operation, operation, withStatus } from '../operation';

const params = z.object({ id });
const byRef = z.object({ id: sessionRef });

export const listSessionsOperation = operation('listSessions', {
  method: 'GET',
  path: '/api/v1/sessions',
  summary: 'Sessions',
  action: listSessions.action,
  query: listQuery.extend(sessionFilter.shape),
  filters: SESSION_FILTERS,
  csv: { name: 'sessions.csv' },
  answer: sessionList,
  fn: ({ ctx, query, filters }) => listSessions(ctx, { ...query, filters }),
});

const created = (path: string, operationId: string): Operation =>
  operation(operationId, {
    method: 'POST',
    path,
    summary: 'Make a session out of what devices have sent',
    description:
      'The window is [from, to). Level 1 may use shared devices and its own. The same window again is the session that is there (200).',
    action: createSession.action,
    body: sessionCreate,
    answer: sessionCreated,
    status: 202,
    otherStatus: { status: 200, description: 'The session was there already.' },
    async fn({ ctx, body }) {
      const answer = await createSession(ctx, body);
      return answer.made ? answer : withStatus(200, answer);
    },
  });

export const createSessionOperation = created('/api/v1/sessions', 'createSession');
export const processSessionOperation = created('/api/v1/sessions/process', 'processSession');

export const getSessionOperation = operation('getSession', {
  method: 'GET',
  path: '/api/v1/sessions/{id}',
  summary: 'One session with its track and entries',
  description: '`latest` as its id is the newest.',
  action: getSession.action,
  params: byRef,
  answer: sessionDetail,
  etag: true,
  fn: ({ ctx, params }) => getSession(ctx, params.id),
});

export const updateSessionOperation = operation('updateSession', {
  method: 'PATCH',
  path: '/api/v1/sessions/{id}',
  summary: 'Rename a session or change its kind',
  action: updateSession.action,
  params,
  body: sessionPatch,
  answer: sessionDetail,
  fn: ({ ctx, params, body }) => updateSession(ctx, { ...body, id: params.id }),
});

export const deleteSessionOperation = operation('deleteSession', {
  method: 'DELETE',
  path: '/api/v1/sessions/{id}',
  summary: 'Delete a session with its laps and the files that it came from',
  action: deleteSession.action,
  params,
  answer: null,
  fn: ({ ctx, params }) => deleteSession(ctx, params.id),
});

export const listSessionLapsOperation = operation('listSessionLaps', {
  method: 'GET',
  path: '/api/v1/sessions/{id}/laps',
  summary: 'All laps of a session, entry by entry in driving order',
  action: getSessionLaps.action,
  params: byRef,
  filters: {
    device_id: 'number',
    entry_id: 'number',
    number: 'number',
    class: 'text',
    reason: 'text',
    lap_time_ms: 'number',
    uncertainty_ms: 'number',
    estimated: 'flag',
    started_at: 'instant',
    stint: 'number',
  },
  csv: {
    name: ({ id }) => `session-${id}-laps.csv`,
    columns: (_ctx, _given, laps) => lapColumns(mostSectors(laps)),
    row: lapRow,
  },
  etag: true,
  answer: lapList,
  async fn({ ctx, params, filters }) {
    const { items } = await getSessionLaps(ctx, { ref: params.id, filters });
    return { items, total: items.length, next: null };
  },
});

export const listCrossingsOperation = operation('listCrossings', {
  method: 'GET',
  path: '/api/v1/sessions/{id}/crossings',
  summary: 'Every passage of a gate in a session, in order of time',
  action: listCrossings.action,
  params: byRef,
  query: listQuery,
  filters: CROSSING_FILTERS,
  csv: { name: ({ id }) => `session-${id}-crossings.csv` },
  answer: crossingList,
  fn: ({ ctx, params, query, filters }) => listCrossings(ctx, { ...query, ref: params.id, filters }),
});

export const reprocessSessionOperation = operation('reprocessSession', {
  method: 'POST',
  path: '/api/v1/sessions/{id}/reprocess',
  summary: 'Time a session anew from its stored positions',
  action: recomputeSession.action,
  params,
  answer: reprocessAccepted,
  status: 202,
  fn: ({ ctx, params }) => recomputeSession(ctx, params.id),
});

export const exportSessionOperation = operation('exportSession', {
  method: 'GET',
  path: '/api/v1/sessions/{id}/export',
  summary: 'What the devices of a session recorded, as a file',
  description:
    'csv and json hold every device, gpx and vbo one: name it with `device_id` where there are several. A saved csv or json can be imported again.',
  action: exportSession.action,
  params: byRef,
  query: sessionExport,
  answer: null,
  status: 200,
  otherAnswers: EXPORT_MEDIA,
  async fn({ ctx, params, query: { format, device_id } }) {
    const file = await exportSession(ctx, { ref: params.id, format, deviceId: device_id ?? null });
    return exportResponse(file, format);
  },
});
