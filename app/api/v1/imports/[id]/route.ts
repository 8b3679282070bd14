import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { getImport } from '@/lib/services/imports';

export const dynamic = 'force-dynamic';

export const GET = route({
  params: z.object({ id }),
  fn: ({ ctx, params }) => getImport(ctx, params.id),
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
