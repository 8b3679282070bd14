import { exportLapOperation } from '@/lib/api/operations/laps';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(exportLapOperation);
