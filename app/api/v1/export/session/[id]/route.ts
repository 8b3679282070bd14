import { exportWholeSessionOperation } from '@/lib/api/operations/exports';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(exportWholeSessionOperation);
