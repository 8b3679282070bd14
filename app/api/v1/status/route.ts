import { methodNotAllowed, route } from '@/lib/api/route';
import { runtime } from '@/lib/runtime';
import { systemStatus } from '@/lib/services/status';

export const dynamic = 'force-dynamic';

export const GET = route({ fn: ({ ctx }) => systemStatus(ctx, runtime().facts, Date.now()) });

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
