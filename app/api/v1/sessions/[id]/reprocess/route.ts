import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { recomputeSession } from '@/lib/services/sessions';

export const dynamic = 'force-dynamic';

export const POST = route({
  params: z.object({ id }),
  fn: async ({ ctx, params }) => Response.json(await recomputeSession(ctx, params.id), { status: 202 }),
});

const refuse = methodNotAllowed(['POST']);

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
