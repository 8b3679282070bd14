import { revokeDeviceKeyOperation } from '@/lib/api/operations/device-keys';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(revokeDeviceKeyOperation);
