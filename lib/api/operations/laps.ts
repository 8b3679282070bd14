import { z } from 'zod';
import { id } from '@/lib/contracts/common';
import { lapTrace } from '@/lib/contracts/laps';
import { getLapTrace } from '@/lib/services/laps';
import { operation } from '../operation';

export const getLapTraceOperation = operation('getLapTrace', {
  method: 'GET',
  path: '/api/v1/laps/{id}/trace',
  summary: 'What one lap recorded, column by column',
  action: getLapTrace.action,
  params: z.object({ id }),
  query: z.object({ device_id: id.optional() }),
  etag: true,
  answer: lapTrace,
  fn: ({ ctx, params, query }) => getLapTrace(ctx, { id: params.id, deviceId: query.device_id ?? null }),
});
