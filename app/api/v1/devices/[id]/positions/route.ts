import { listPositionsOperation } from '@/lib/api/operations/devices';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(listPositionsOperation);
