import { methodNotAllowed, route } from '@/lib/api/route';
import { listQuery } from '@/lib/contracts/common';
import { trackFile } from '@/lib/contracts/track-file';
import { createTrack, listTracks } from '@/lib/services/tracks';

export const dynamic = 'force-dynamic';

export const GET = route({ query: listQuery, fn: ({ ctx, query }) => listTracks(ctx, query) });

export const POST = route({
  body: trackFile,
  fn: async ({ ctx, body }) => Response.json(await createTrack(ctx, body), { status: 201 }),
});

const refuse = methodNotAllowed(['GET', 'POST']);

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
