import * as anyPath from '@/app/api/[[...path]]/route';
import * as anyVersionedPath from '@/app/api/v1/[...path]/route';
import * as redoc from '@/app/redoc/route';
import type { Method } from '@/lib/api/operation';

/** Asks as Next does when no other route has the path; `target` is path and query. */
export function askOldUrl(
  method: Method | 'HEAD',
  target: string,
  init: RequestInit = {},
): Promise<Response> {
  const [path = ''] = target.split('?', 1);
  const [, ...segments] = path.split('/');
  const request = new Request(`http://127.0.0.1:3000${target}`, { ...init, method });
  if (segments[0] === 'redoc') return HANDLERS.redoc(request);
  const below = (count: number) => ({ params: Promise.resolve({ path: segments.slice(count) }) });
  return segments[1] === 'v1' ? HANDLERS.v1(request, below(2)) : HANDLERS.api(request, below(1));
}

/** One handler serves all methods of these routes. */
const HANDLERS = { redoc: redoc.GET, v1: anyVersionedPath.GET, api: anyPath.GET };

/** A JSON body. */
export const jsonBody = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  body: JSON.stringify(value),
  headers: { ...headers, 'content-type': 'application/json' },
});
