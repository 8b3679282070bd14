import { z } from 'zod';
import { attachment } from '@/lib/api/csv';
import { methodNotAllowed, route } from '@/lib/api/route';
import { id } from '@/lib/contracts/common';
import { getTrackFile } from '@/lib/services/tracks';

export const dynamic = 'force-dynamic';

export const GET = route({
  params: z.object({ id }),
  async fn({ ctx, params }) {
    const { name, text } = await getTrackFile(ctx, params.id);
    return new Response(text, {
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': attachment(name),
        'Cache-Control': 'no-store',
      },
    });
  },
});

const refuse = methodNotAllowed(['GET']);

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
