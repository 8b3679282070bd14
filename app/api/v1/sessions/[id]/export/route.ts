import { exportSessionOperation } from '@/lib/api/operations/sessions';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(exportSessionOperation);
