import { logoutOperation } from '@/lib/api/operations/auth';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(logoutOperation);
