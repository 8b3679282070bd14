import { z } from 'zod';
import { methodNotAllowed, route } from '@/lib/api/route';
import { plainText } from '@/lib/contracts/common';
import { sseResponse } from '@/lib/live/sse';
import { IMPORTS_TOPIC, isOfBatch } from '@/lib/services/import/progress';
import { listImports } from '@/lib/services/imports';

export const dynamic = 'force-dynamic';

export const GET = route({
  query: z.object({ batch: plainText.max(64).optional() }),
  fn: async ({ ctx, request, query }) =>
    sseResponse({
      bus: ctx.bus,
      topic: IMPORTS_TOPIC,
      event: 'import',
      // Oldest first, as they came.
      initial: async () => (await listImports(ctx, { ...query, limit: 100 })).items.reverse(),
      wants: (data) => query.batch === undefined || isOfBatch(data, query.batch),
      lastEventId: request.headers.get('last-event-id'),
      signal: request.signal,
    }),
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
