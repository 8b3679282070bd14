import type { HeaderValues } from '@/lib/auth/client-address';

/** What of a request decides about its origin. */
export type CorsRequest = { method: string; url: string; headers: HeaderValues };

export type CorsAnswer = {
  /** Whether the page that asks may read the answer. */
  allowed: boolean;
  /** For every answer to the request, errors too. */
  headers: Record<string, string>;
  /** Whether the request only asks whether it may ask; it is answered 204 with the headers. */
  isPreflight: boolean;
};

const NOTHING: CorsAnswer = { allowed: false, headers: {}, isPreflight: false };

const EXPOSED = [
  'X-Request-Id',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'ETag',
  'Link',
  'Deprecation',
];

/**
 * What pages of other origins may do with the API: `origins` is the list of the setting, `*` in it is any. Cookies
 * never count for them: there is no Access-Control-Allow-Credentials.
 */
export function corsAnswer(request: CorsRequest, origins: readonly string[]): CorsAnswer {
  if (origins.length === 0 || !isApiPath(request.url)) return NOTHING;
  const any = origins.includes('*');
  // What is kept for one origin must not be given to another.
  const vary: Record<string, string> = any ? {} : { Vary: 'Origin' };
  const origin = request.headers.origin;
  if (typeof origin !== 'string' || !isSharedOrigin(origin, origins)) return { ...NOTHING, headers: vary };
  const headers = { ...vary, 'Access-Control-Allow-Origin': any ? '*' : origin };
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
    return {
      allowed: true,
      isPreflight: false,
      headers: { ...headers, 'Access-Control-Expose-Headers': EXPOSED.join(', ') },
    };
  return {
    allowed: true,
    isPreflight: true,
    headers: {
      ...headers,
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'authorization, content-type, if-none-match, last-event-id',
      'Access-Control-Max-Age': '600',
    },
  };
}

/** Whether the setting names this origin, to the letter. */
export function isSharedOrigin(origin: string, origins: readonly string[]): boolean {
  return origins.includes('*') || origins.includes(origin.toLowerCase());
}

/** Whether a request target belongs to the API. */
export const isApiPath = (url: string): boolean => url.startsWith('/api/');
