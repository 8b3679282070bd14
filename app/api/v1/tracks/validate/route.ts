import { validateTrackOperation } from '@/lib/api/operations/tracks';
import { route } from '@/lib/api/route';

export const dynamic = 'force-dynamic';

export const { GET, POST, PUT, PATCH, DELETE } = route(validateTrackOperation);
