import { getImportOperation } from '@/lib/api/operations/imports';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(getImportOperation);
