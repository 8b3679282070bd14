import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { getTrack } from '@/lib/services/tracks';

export const dynamic = 'force-dynamic';

export const GET = route({
  params: z.object({ id }),
  fn: ({ ctx, params }) => getTrack(ctx, params.id),
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
