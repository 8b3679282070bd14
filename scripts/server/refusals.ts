import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '@/lib/api/request-guard';
import { DATA_POLICY, securityHeaders } from '@/lib/api/security-headers';

/** What the front door itself answers. */
export const STARTING: Refusal = {
  status: 503,
  error: 'starting',
  message: 'Pitwall is starting. Try again in a moment.',
};
export const NO_UPGRADE: Refusal = {
  status: 404,
  error: 'not_found',
  message: 'There is no WebSocket at this path.',
};
export const FAILED: Refusal = {
  status: 500,
  error: 'internal',
  message: 'The server failed. Its log says why.',
};
export const EXPECTATION: Refusal = {
  status: 417,
  error: 'expectation_failed',
  message: 'The only Expect header that is understood here is 100-continue.',
};

/** Of what Node's parser or its timers break off: nothing is known of such a request but that. */
export function brokenRequest(error: Error): Refusal {
  const code = 'code' in error ? error.code : '';
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      error: 'headers_too_large',
      message: 'The headers of a request may have 16 KB together. Send fewer or shorter ones.',
    };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      error: 'request_timeout',
      message: 'The request took too long to arrive. Send it again over a better connection.',
    };
  return {
    status: 400,
    error: 'bad_request',
    message: 'This is not an HTTP request as this server reads them.',
  };
}

const BARE = securityHeaders({ policy: DATA_POLICY, scheme: 'http', host: undefined, shared: false });

/** Answers with the refusal in the shape of every error; `headers` are those of every answer to this request. */
export function refuse(
  response: http.ServerResponse,
  refusal: Refusal,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(refusal.status, { ...headers, ...headersOf(refusal, requestId) });
  response.end(bodyOf(refusal, requestId));
}

/** The same on a bare socket, which is closed by it. */
export function refuseSocket(
  socket: Duplex,
  refusal: Refusal,
  requestId: string = randomUUID(),
  headers: Readonly<Record<string, string>> = BARE,
): void {
  writeAnswer(
    socket,
    refusal.status,
    { ...headers, ...headersOf(refusal, requestId) },
    bodyOf(refusal, requestId),
  );
}

/** Answers on a bare socket what a handler would have answered, and closes it. */
export async function answerSocket(socket: Duplex, answer: Response): Promise<void> {
  const headers = Object.fromEntries(answer.headers);
  writeAnswer(socket, answer.status, { ...BARE, ...headers, Connection: 'close' }, await answer.text());
}

function writeAnswer(
  socket: Duplex,
  code: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): void {
  const all = { ...headers, 'Content-Length': String(Buffer.byteLength(text)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${code} ${http.STATUS_CODES[code] ?? ''}`;
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${text}`);
}

function headersOf(refusal: Refusal, requestId: string): Record<string, string> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': DATA_POLICY,
    'X-Request-Id': requestId,
    // The body of a refused upload is not read: the connection cannot serve another request.
    Connection: 'close',
    ...(refusal.status === 503 && { 'Retry-After': '1' }),
  };
}

function bodyOf({ status, error, message }: Refusal, requestId: string): string {
  return JSON.stringify({ error, message, status_code: status, request_id: requestId });
}
