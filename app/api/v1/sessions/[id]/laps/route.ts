import { z } from 'zod';
import { lapsCsv } from '@/lib/api/laps-csv';
import { revisionTag, unchanged } from '@/lib/api/revision-tag';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { lapFilter } from '@/lib/contracts/laps';
import { getSessionLaps } from '@/lib/services/sessions';

export const dynamic = 'force-dynamic';

export const GET = route({
  params: z.object({ id }),
  query: lapFilter,
  async fn({ ctx, request, params, query }) {
    const { revision, ...laps } = await getSessionLaps(ctx, {
      id: params.id,
      deviceId: query.device_id,
      class: query.class,
    });
    if (query.format === 'csv') return lapsCsv(`session-${params.id}-laps.csv`, laps.items);
    const tag = revisionTag(request, revision);
    if (unchanged(request, tag)) return new Response(null, { status: 304, headers: { ETag: tag } });
    return Response.json(laps, { headers: { ETag: tag, 'Cache-Control': 'private, no-cache' } });
  },
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
