import { createHash } from 'node:crypto';

/**
 * A JSON answer with its ETag: 304 without a body when the client has it. The tag is made of the text itself, because
 * much that an answer shows changes without its row: a device's name, an account's.
 */
export function taggedJson(request: Request, value: unknown, cacheControl: string): Response {
  const text = JSON.stringify(value);
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const headers = { ETag: tag, 'Cache-Control': cacheControl };
  if (isKnown(request, tag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { ...headers, 'Content-Type': 'application/json' } });
}

/** Whether the client has this answer already. A compressing proxy makes a tag weak. */
function isKnown(request: Request, tag: string): boolean {
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((one) => one.trim());
  return known.includes('*') || known.some((one) => one.replace(/^W\//, '') === tag);
}
