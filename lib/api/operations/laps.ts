import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { lapExport } from '@/lib/contracts/exports';
import { lapFilter, lapListItem, lapsOfSessions, lapTrace } from '@/lib/contracts/laps';
import { exportLap } from '@/lib/services/exports';
import { countSectors, getLap, LAP_FILTERS, listLaps } from '@/lib/services/lap-list';
import { getLapTrace } from '@/lib/services/laps';
import { EXPORT_MEDIA, exportResponse } from '../export-response';
import { lapColumns, lapRow } from '../laps-csv';
import { operation } from '../operation';
import { parseShape } from '../parse';

const params = z.object({ id });

/** The columns of a table of laps that tell where and by whom. */
const WHERE_DRIVEN = [
  'session_id',
  'session_name',
  'simulated',
  'track_id',
  'track_name',
  'label',
  'car_number',
  'driver',
  'track_revision',
  'source',
];

export const listLapsOperation = operation('listLaps', {
  method: 'GET',
  path: '/api/v1/laps',
  summary: 'Laps of all sessions',
  description:
    'Newest first, or by lap time (`sort=fastest`; with `class=complete&estimated=false` those that count). `session_id=latest` is the newest session.',
  action: listLaps.action,
  query: listQuery.extend(lapFilter.shape),
  filters: LAP_FILTERS,
  csv: {
    name: 'laps.csv',
    async columns(ctx, { query, filters }) {
      const asked = parseShape('query', lapFilter, query);
      const sectors = await countSectors(ctx, { ...asked, filters });
      return lapColumns(sectors, WHERE_DRIVEN);
    },
    row: lapRow,
  },
  answer: lapsOfSessions,
  fn: ({ ctx, query, filters }) => listLaps(ctx, { ...query, filters }),
});

export const getLapOperation = operation('getLap', {
  method: 'GET',
  path: '/api/v1/laps/{id}',
  summary: 'One lap with its sectors and where it was driven',
  action: getLap.action,
  params,
  etag: true,
  answer: lapListItem,
  fn: ({ ctx, params }) => getLap(ctx, params.id),
});

export const getLapTraceOperation = operation('getLapTrace', {
  method: 'GET',
  path: '/api/v1/laps/{id}/trace',
  summary: 'What one lap recorded, column by column',
  action: getLapTrace.action,
  params,
  query: z.object({ device_id: id.optional() }),
  etag: true,
  answer: lapTrace,
  fn: ({ ctx, params, query }) => getLapTrace(ctx, { id: params.id, deviceId: query.device_id ?? null }),
});

export const exportLapOperation = operation('exportLap', {
  method: 'GET',
  path: '/api/v1/laps/{id}/export',
  summary: 'What one lap recorded, as a file',
  description:
    'With two seconds before and after it and all channels (gpx has none). A lap without positions is an empty file.',
  action: exportLap.action,
  params,
  query: lapExport,
  answer: null,
  status: 200,
  otherAnswers: EXPORT_MEDIA,
  fn: async ({ ctx, params, query: { format } }) =>
    exportResponse(await exportLap(ctx, { id: params.id, format }), format),
});
