import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { sessionPatch } from '@/lib/contracts/sessions';
import { deleteSession } from '@/lib/services/delete-session';
import { getSession, updateSession } from '@/lib/services/sessions';

export const dynamic = 'force-dynamic';

const params = z.object({ id });

export const GET = route({ params, fn: ({ ctx, params }) => getSession(ctx, params.id) });

export const PATCH = route({
  params,
  body: sessionPatch,
  fn: ({ ctx, params, body }) => updateSession(ctx, { id: params.id, ...body }),
});

export const DELETE = route({
  params,
  async fn({ ctx, params }) {
    await deleteSession(ctx, params.id);
    return new Response(null, { status: 204 });
  },
});

const refuse = methodNotAllowed(['GET', 'PATCH', 'DELETE']);

export { refuse as POST, refuse as PUT };
