import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { allowedHostsFor, checkRequest, type Refusal } from '@/lib/api/request-guard';
import { log } from '@/lib/log';

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void;

export type FrontDoor = {
  server: http.Server;
  port: number;
  /** Hands requests on from now; until then they are answered 503. */
  open(handler: Handler, upgrade?: UpgradeHandler): void;
  /** Tells every further client to close its connection after its answer. */
  drain(): void;
};

const STARTING: Refusal = {
  status: 503,
  error: 'starting',
  message: 'Pitwall is starting. Try again in a moment.',
};
const NO_UPGRADE: Refusal = {
  status: 404,
  error: 'not_found',
  message: 'There is no WebSocket at this path.',
};

/** Listens and checks every request before anything else sees it. Rejects in one clear line when it cannot listen. */
export async function openFrontDoor(host: string, port: number): Promise<FrontDoor> {
  const allowed = allowedHostsFor(host);
  let handler: Handler | null = null;
  let upgradeHandler: UpgradeHandler | undefined;
  let draining = false;
  const server = http.createServer((request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    const refusal = check(request, allowed) ?? (handler ? null : STARTING);
    if (refusal || !handler) return refuse(response, refusal ?? STARTING);
    handler(request, response).catch((error: unknown) => {
      log.error('A request failed', { method: request.method, url: request.url, error });
      if (!response.headersSent) refuse(response, FAILED);
      else response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = check(request, allowed, true) ?? (upgradeHandler ? null : NO_UPGRADE);
    if (refusal) refuseUpgrade(socket, refusal);
    else upgradeHandler?.(request, socket, head);
  });
  server.keepAliveTimeout = 65_000;
  await listen(server, host, port);
  const address = server.address();
  return {
    server,
    port: address && typeof address === 'object' ? address.port : port,
    open(next, upgrade) {
      handler = next;
      upgradeHandler = upgrade;
    },
    drain() {
      draining = true;
    },
  };
}

const FAILED: Refusal = { status: 500, error: 'internal', message: 'The server failed. Its log says why.' };

function check(request: http.IncomingMessage, allowed: readonly string[], upgrade = false): Refusal | null {
  const { method = 'GET', url = '', headers } = request;
  return checkRequest({ method, url, headers, upgrade }, allowed);
}

function bodyOf({ status, error, message }: Refusal): { json: string; requestId: string } {
  const requestId = randomUUID();
  const json = JSON.stringify({ error, message, status_code: status, request_id: requestId });
  return { json, requestId };
}

function refuse(response: http.ServerResponse, refusal: Refusal): void {
  const { json, requestId } = bodyOf(refusal);
  response.writeHead(refusal.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
    // The body of a refused upload is not read: the connection cannot serve another request.
    Connection: 'close',
    ...(refusal.status === 503 && { 'Retry-After': '1' }),
  });
  response.end(json);
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const { json } = bodyOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${http.STATUS_CODES[refusal.status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(json)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`);
}

async function listen(server: http.Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw new Error(
        `Port ${port} on ${host} is in use by another program. Stop that one, or set PORT to another number, for example PORT=${port + 1}.`,
      );
    if (code === 'EACCES')
      throw new Error(`This user may not listen on port ${port}. Set PORT to a number above 1023.`);
    throw error;
  }
}
