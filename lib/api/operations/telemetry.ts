import { telemetryRange, telemetryRangeQuery } from '@/lib/contracts/telemetry-range';
import { getTelemetryRange } from '@/lib/services/telemetry-range';
import { operation } from '../operation';

export const getTelemetryRangeOperation = operation('getTelemetryRange', {
  method: 'GET',
  path: '/api/v1/telemetry/range',
  summary: 'What the devices of a session sent within a window',
  description:
    'The window is [start_time, end_time), at most 24 hours, as far as it lies in the session’s. `total` tells of points beyond `limit`; `/api/v1/devices/{id}/positions` turns pages.',
  action: getTelemetryRange.action,
  query: telemetryRangeQuery,
  answer: telemetryRange,
  fn: ({ ctx, query }) => getTelemetryRange(ctx, query),
});
