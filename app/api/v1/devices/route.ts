import { methodNotAllowed, route } from '@/lib/api/route';
import { listQuery } from '@/lib/contracts/common';
import { listDevices } from '@/lib/services/devices';

export const dynamic = 'force-dynamic';

export const GET = route({ query: listQuery, fn: ({ ctx, query }) => listDevices(ctx, query) });

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
