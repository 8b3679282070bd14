import { randomUUID } from 'node:crypto';

/** What the front door found out about a request. It writes it as headers, of which no client can send any. */
export type RequestStamp = {
  requestId: string;
  ip: string;
  /** Two capitals; null when it is not known. */
  country: string | null;
  scheme: 'http' | 'https';
  /** Whether the client sits at this machine and may claim a new server. */
  isLocal: boolean;
  /** Path and query as asked for. */
  path: string;
};

/** The front door removes every header with this beginning from what clients send. */
export const STAMP_PREFIX = 'x-pitwall-';

/** A stamp as the headers that carry it. */
export function stampHeaders(stamp: RequestStamp): Record<string, string> {
  return {
    [`${STAMP_PREFIX}request-id`]: stamp.requestId,
    [`${STAMP_PREFIX}ip`]: stamp.ip,
    ...(stamp.country !== null && { [`${STAMP_PREFIX}country`]: stamp.country }),
    [`${STAMP_PREFIX}scheme`]: stamp.scheme,
    [`${STAMP_PREFIX}local`]: stamp.isLocal ? '1' : '0',
    [`${STAMP_PREFIX}path`]: escaped(stamp.path),
  };
}

/** Headers carry ASCII; a client may have sent other bytes unescaped, which Node gives as one character each. */
function escaped(path: string): string {
  return path.replace(/[^\x21-\x7e]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Reads the stamp. Without one, as when a test calls a handler, the client is on loopback and has no rights by that. */
export function stampOf(headers: Pick<Headers, 'get'>): RequestStamp {
  const read = (name: string) => headers.get(STAMP_PREFIX + name);
  return {
    requestId: read('request-id') ?? randomUUID(),
    ip: read('ip') ?? '127.0.0.1',
    country: read('country'),
    scheme: read('scheme') === 'https' ? 'https' : 'http',
    isLocal: read('local') === '1',
    path: read('path') ?? '/',
  };
}
