/** What of a request tells where it comes from. */
export type GuardedRequest = {
  method: string;
  /** The request target as sent. */
  url: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether it asks for a WebSocket: a browser sends those across sites, so they count as writes. */
  upgrade?: boolean;
};

export type Refusal = { status: number; error: string; message: string };

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/** The hosts under which a server bound to `host` is addressed. */
export function allowedHostsFor(host: string): string[] {
  return ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host];
}

/**
 * Whether a request may go on (null) or is refused. A page elsewhere must not reach a server on loopback: neither
 * under a name of its own that it points here (DNS rebinding; the Host list) nor by a form or a fetch that the
 * browser sends here (the Origin and Sec-Fetch-Site of a write). Programs send neither of the two and pass.
 */
export function checkRequest(request: GuardedRequest, allowedHosts: readonly string[]): Refusal | null {
  const host = single(request.headers.host);
  const hostname = host === undefined ? undefined : AUTHORITY.exec(host)?.[1]?.toLowerCase();
  if (hostname === undefined || !isPath(request.url))
    return { status: 400, error: 'bad_request', message: 'The request has no valid Host header or path.' };
  if (!allowedHosts.some((allowed) => allowed.toLowerCase() === hostname))
    return {
      status: 421,
      error: 'host_not_allowed',
      message: `This server does not answer for ${hostname}. Use http://localhost or http://127.0.0.1 with its port.`,
    };
  if (READS.has(request.method) && !request.upgrade) return null;
  return crossSite(request, host ?? '') ?? unknownMethod(request.method);
}

function unknownMethod(method: string): Refusal | null {
  if (READS.has(method) || WRITES.has(method)) return null;
  return { status: 405, error: 'method_not_allowed', message: `No path here takes ${method}.` };
}

/** What comes after is not prepared for a path whose escapes are no text, nor for the `*` of OPTIONS. */
function isPath(url: string): boolean {
  if (!url.startsWith('/')) return false;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function crossSite({ headers }: GuardedRequest, host: string): Refusal | null {
  const site = single(headers['sec-fetch-site']);
  const origin = single(headers.origin);
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const own = [`http://${host}`, `https://${host}`].map((url) => url.toLowerCase());
  const foreignOrigin = origin !== undefined && !own.includes(origin.toLowerCase());
  if (!foreignSite && !foreignOrigin) return null;
  return {
    status: 403,
    error: 'cross_site',
    message: `Writes from another site are refused (origin ${origin ?? 'not given'}). Use this server's own pages, or a program.`,
  };
}

/** A header's only value; of a header sent twice, all values joined, which nothing matches. */
function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
