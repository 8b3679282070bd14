import { takePhoneBodyOperation, takePhoneQueryOperation } from '@/lib/api/operations/ingest';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(takePhoneBodyOperation, takePhoneQueryOperation);
