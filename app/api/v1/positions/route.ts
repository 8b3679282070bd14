import { takePositionsOperation } from '@/lib/api/operations/ingest';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(takePositionsOperation);
