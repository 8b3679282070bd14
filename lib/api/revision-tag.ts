import { createHash } from 'node:crypto';

/** The ETag of an answer that depends only on its URL and the session's revision. */
export function revisionTag(request: Request, revision: number): string {
  const { pathname, search } = new URL(request.url);
  const hash = createHash('sha256').update(`${pathname}${search}`).digest('hex').slice(0, 12);
  return `"${revision}-${hash}"`;
}

/** Whether the client has this answer already. */
export function unchanged(request: Request, tag: string): boolean {
  const known = request.headers.get('if-none-match') ?? '';
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** An answer with its tag: 304 without a body when the client has it. */
export function tagged(request: Request, tag: string, answer: unknown): Response {
  if (unchanged(request, tag)) return new Response(null, { status: 304, headers: { ETag: tag } });
  return Response.json(answer, { headers: { ETag: tag, 'Cache-Control': 'private, no-cache' } });
}
