import { randomBytes, randomUUID } from 'node:crypto';
import type http from 'node:http';
import { isApiPath } from '@/lib/api/cors';
import { type RequestStamp, STAMP_PREFIX, stampHeaders } from '@/lib/api/request-stamp';
import { DATA_POLICY, pagePolicy } from '@/lib/api/security-headers';
import { clientOf } from '@/lib/auth/client-address';
import { countryOf } from '@/lib/auth/country';
import type { DoorSettings } from './door-settings';

/** What is known of a request before anything else sees it. */
export type Admission = { stamp: RequestStamp; policy: string };

/** Headers by which only a proxy may speak; once read they are spent, whoever sent them. */
const SPENT = new Set([
  'forwarded',
  'via',
  'true-client-ip',
  'x-real-ip',
  // Next takes its nonce from these two.
  'content-security-policy',
  'content-security-policy-report-only',
]);
const isSpent = (name: string): boolean =>
  SPENT.has(name) || /^(x-forwarded-|cf-)/.test(name) || name.startsWith(STAMP_PREFIX);

/** Finds out who asks, takes from the request what only the front door may say, and writes that itself. */
export function stampRequest(request: http.IncomingMessage, settings: DoorSettings): Admission {
  const { hostIsLoopback, trusted, security } = settings;
  const client = clientOf({
    peer: request.socket.remoteAddress,
    headers: request.headers,
    hostIsLoopback,
    trusted,
  });
  const path = request.url ?? '/';
  const stamp: RequestStamp = {
    requestId: randomUUID(),
    ip: client.ip,
    country: client.country ?? countryOf(client.ip),
    scheme: isPublicTls(request, settings) ? 'https' : client.scheme,
    isLocal: client.isLocal,
    path,
  };
  const isApi = isApiPath(path);
  const policy = isApi ? DATA_POLICY : pagePolicy(randomBytes(16).toString('base64'), security);
  replaceHeaders(request, {
    ...stampHeaders(stamp),
    // What Next and whatever runs in it reads of the client, in place of what the client says.
    'x-forwarded-for': stamp.ip,
    'x-forwarded-proto': stamp.scheme,
    ...(!isApi && { 'content-security-policy': policy }),
  });
  return { stamp, policy };
}

/** A proxy that is not trusted says nothing of TLS; that people come by the public address does. */
function isPublicTls({ headers }: http.IncomingMessage, { publicTlsHost }: DoorSettings): boolean {
  return publicTlsHost !== null && headers.host?.toLowerCase() === publicTlsHost;
}

/** In each of the three forms in which Node keeps headers. */
function replaceHeaders(request: http.IncomingMessage, own: Record<string, string>): void {
  const raw = request.rawHeaders;
  for (let at = raw.length - 2; at >= 0; at -= 2)
    if (isSpent((raw[at] ?? '').toLowerCase())) raw.splice(at, 2);
  for (const name of Object.keys(request.headers)) if (isSpent(name)) delete request.headers[name];
  for (const [name, value] of Object.entries(own)) {
    request.headers[name] = value;
    raw.push(name, value);
  }
  // Node would make these of as many raw headers as came in, whatever has become of them.
  const distinct = new Map<string, string[]>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    distinct.set(name, [...(distinct.get(name) ?? []), raw[at + 1] ?? '']);
  }
  request.headersDistinct = Object.fromEntries(distinct);
}
