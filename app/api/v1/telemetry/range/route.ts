import { getTelemetryRangeOperation } from '@/lib/api/operations/telemetry';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(getTelemetryRangeOperation);
