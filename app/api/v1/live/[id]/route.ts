import { updateLiveOperation } from '@/lib/api/operations/live';
import { streamLiveOperation } from '@/lib/api/operations/live-streams';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(streamLiveOperation, updateLiveOperation);
