import { startDemoRaceOperation } from '@/lib/api/operations/system';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(startDemoRaceOperation);
