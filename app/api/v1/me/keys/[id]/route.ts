import { revokeKeyOperation } from '@/lib/api/operations/me';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(revokeKeyOperation);
