import { isIPv4, isIPv6 } from 'node:net';
import { isLoopback } from '@/lib/auth/client-address';
import { isApiPath, isSharedOrigin } from './cors';

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

/** For whom this server answers. */
export type HostPolicy = {
  /** The names in the Host header, lower case, IPv6 in brackets. */
  names: readonly string[];
  /** Whether any address may stand there too: DNS cannot turn an address into another. */
  anyAddress: boolean;
  /** The origin under which people reach it, when that is not the Host. */
  publicOrigin: string | null;
  /** The origins whose pages may use the API. */
  corsOrigins: readonly string[];
};

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;
/** A name may have 253 characters, a port needs six more. */
const MAX_HOST_LENGTH = 260;

/** The hosts and origins of a server that is bound to `host`. */
export function hostPolicyFor(settings: {
  host: string;
  publicUrl?: string | undefined;
  allowedHosts?: readonly string[];
  corsOrigins?: readonly string[];
}): HostPolicy {
  const { host, publicUrl, allowedHosts = [], corsOrigins = [] } = settings;
  const names = ['localhost', '127.0.0.1', '::1', host, ...allowedHosts];
  if (publicUrl) names.push(new URL(publicUrl).hostname);
  return {
    names: names.map((name) =>
      (name.includes(':') && !name.startsWith('[') ? `[${name}]` : name).toLowerCase(),
    ),
    anyAddress: !isLoopback(host),
    publicOrigin: publicUrl ?? null,
    corsOrigins,
  };
}

/**
 * Whether a request may go on (null) or is refused. A page elsewhere must not reach this server: neither under a name
 * of its own that it points here (DNS rebinding; the Host list) nor by a form or a fetch that the browser sends here
 * (the Origin and Sec-Fetch-Site of a write). Programs send neither of the two and pass.
 */
export function checkRequest(request: GuardedRequest, policy: HostPolicy): Refusal | null {
  const host = single(request.headers.host);
  const hostname =
    host === undefined || host.length > MAX_HOST_LENGTH
      ? undefined
      : AUTHORITY.exec(host)?.[1]?.toLowerCase();
  if (hostname === undefined || !isPath(request.url))
    return { status: 400, error: 'bad_request', message: 'The request has no valid Host header or path.' };
  if (!policy.names.includes(hostname) && !(policy.anyAddress && isAddress(hostname)))
    return { status: 421, error: 'host_not_allowed', message: hostRemedy(hostname) };
  if (READS.has(request.method) && !request.upgrade) return null;
  return crossSite(request, host ?? '', policy) ?? unknownMethod(request.method);
}

const hostRemedy = (hostname: string): string =>
  `This server does not answer for ${hostname}. Use its address or http://localhost with its port, or let whoever runs it add the name to ALLOWED_HOSTS or set PUBLIC_URL.`;

function isAddress(hostname: string): boolean {
  return isIPv4(hostname) || (hostname.startsWith('[') && isIPv6(hostname.slice(1, -1)));
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

/** A page that the setting lets in acts for its own key or token, never for whoever is logged in here. */
const COOKIE_FROM_ELSEWHERE: Refusal = {
  status: 403,
  error: 'cross_site',
  message:
    'A write from another origin may carry no cookie. Send it without credentials, with an Authorization header.',
};

function crossSite({ headers, url }: GuardedRequest, host: string, policy: HostPolicy): Refusal | null {
  const site = single(headers['sec-fetch-site']);
  const origin = single(headers.origin);
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const own = [`http://${host}`, `https://${host}`, policy.publicOrigin ?? ''].map((one) =>
    one.toLowerCase(),
  );
  const foreignOrigin = origin !== undefined && !own.includes(origin.toLowerCase());
  if (!foreignSite && !foreignOrigin) return null;
  if (origin !== undefined && isApiPath(url) && isSharedOrigin(origin, policy.corsOrigins))
    return headers.cookie === undefined ? null : COOKIE_FROM_ELSEWHERE;
  return {
    status: 403,
    error: 'cross_site',
    message: `Writes from another site are refused (origin ${origin ?? 'not given'}). Use this server's own pages, a program, or let whoever runs it set PUBLIC_URL or CORS_ORIGINS.`,
  };
}

/** A header's only value; of a header sent twice, all values joined, which nothing matches. */
function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
