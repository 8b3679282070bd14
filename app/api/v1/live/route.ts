import { listLiveOperation, openLiveOperation } from '@/lib/api/operations/live';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(listLiveOperation, openLiveOperation);
