import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import { type ExportFormat, sessionExport } from '@/lib/contracts/exports';
import { exportLap, exportSession } from '@/lib/services/exports';
import { EXPORT_MEDIA, exportResponse } from '../export-response';
import { type Operation, operation } from '../operation';

const params = z.object({ id });

const lapAs = (format: Extract<ExportFormat, 'csv' | 'json'>, operationId: string): Operation =>
  operation(operationId, {
    method: 'GET',
    path: `/api/v1/export/${format}/{id}`,
    summary: `What one lap recorded, as ${format.toUpperCase()}`,
    description: 'The same as `/api/v1/laps/{id}/export`, which has more formats.',
    action: exportLap.action,
    params,
    answer: null,
    status: 200,
    otherAnswers: EXPORT_MEDIA.filter(({ type }) => type.endsWith(`/${format}`)),
    fn: async ({ ctx, params }) => exportResponse(await exportLap(ctx, { id: params.id, format }), format),
  });

export const exportLapCsvOperation = lapAs('csv', 'exportLapCsv');
export const exportLapJsonOperation = lapAs('json', 'exportLapJson');

export const exportWholeSessionOperation = operation('exportWholeSession', {
  method: 'GET',
  path: '/api/v1/export/session/{id}',
  summary: 'What the devices of a session recorded, as a file',
  description: 'The same as `/api/v1/sessions/{id}/export`.',
  action: exportSession.action,
  params,
  query: sessionExport,
  answer: null,
  status: 200,
  otherAnswers: EXPORT_MEDIA,
  async fn({ ctx, params, query: { format, device_id } }) {
    const file = await exportSession(ctx, { ref: params.id, format, deviceId: device_id ?? null });
    return exportResponse(file, format);
  },
});
