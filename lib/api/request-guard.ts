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
  if (hostname === undefined || (!request.url.startsWith('/') && request.url !== '*'))
    return { status: 400, error: 'bad_request', message: 'The request has no valid Host header or path.' };
  if (!allowedHosts.some((allowed) => allowed.toLowerCase() === hostname))
    return {
      status: 421,
      error: 'host_not_allowed',
      message: `This server does not answer for ${hostname}. Use http://localhost or http://127.0.0.1 with its port.`,
    };
  if (READS.has(request.method) && !request.upgrade) return null;
  return crossSite(request, host ?? '');
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
