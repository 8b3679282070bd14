import { deleteLogOperation } from '@/lib/api/operations/logs';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(deleteLogOperation);
