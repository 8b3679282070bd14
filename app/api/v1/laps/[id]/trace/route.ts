import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { getLapTrace } from '@/lib/services/laps';

export const dynamic = 'force-dynamic';

export const GET = route({
  params: z.object({ id }),
  query: z.object({ device_id: id.optional() }),
  fn: ({ ctx, params, query }) => getLapTrace(ctx, { id: params.id, deviceId: query.device_id ?? null }),
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
