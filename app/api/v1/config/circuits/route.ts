import { listCircuitsOperation } from '@/lib/api/operations/statistics';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(listCircuitsOperation);
