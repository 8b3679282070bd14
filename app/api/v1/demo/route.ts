import { randomUUID } from 'node:crypto';
import { methodNotAllowed, route } from '@/lib/api/route';
import { createDemo } from '@/lib/services/demo';

export const dynamic = 'force-dynamic';

export const POST = route({
  fn: async ({ ctx }) =>
    Response.json(await createDemo(ctx, { key: randomUUID(), nowMs: Date.now() }), { status: 202 }),
});

const refuse = methodNotAllowed(['POST']);

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
