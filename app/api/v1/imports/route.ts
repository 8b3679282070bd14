import { randomUUID } from 'node:crypto';
import { methodNotAllowed, route } from '@/lib/api/route';
import { receiveUpload } from '@/lib/api/upload';
import { listQuery, plainText } from '@/lib/contracts/common';
import { acceptUpload, listImports } from '@/lib/services/imports';

export const dynamic = 'force-dynamic';

export const GET = route({
  query: listQuery.extend({ batch: plainText.max(64).optional() }),
  fn: ({ ctx, query }) => listImports(ctx, query),
});

export const POST = route({
  async fn({ ctx, request }) {
    const upload = await receiveUpload(request, ctx);
    const accepted = await acceptUpload(ctx, { ...upload, batch: upload.batch ?? randomUUID() });
    return Response.json(accepted, { status: 202 });
  },
});

const refuse = methodNotAllowed(['GET', 'POST']);

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
