import { listRobotEventsOperation } from '@/lib/api/operations/robots';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(listRobotEventsOperation);
