import { methodNotAllowed, route } from '@/lib/api/route';
import { listQuery } from '@/lib/contracts/common';
import { sessionFilter } from '@/lib/contracts/sessions';
import { listSessions } from '@/lib/services/sessions';

export const dynamic = 'force-dynamic';

export const GET = route({
  query: listQuery.extend(sessionFilter.shape),
  fn: ({ ctx, query }) => listSessions(ctx, query),
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
