import http from 'node:http';
import type { Duplex } from 'node:stream';
import { type CorsAnswer, corsAnswer } from '@/lib/api/cors';
import { loggedUrl } from '@/lib/api/logged-url';
import { checkRequest, type Refusal } from '@/lib/api/request-guard';
import { securityHeaders } from '@/lib/api/security-headers';
import { log } from '@/lib/log';
import type { DoorSettings } from './door-settings';
import { phoneAddress } from './phone-address';
import { brokenRequest, EXPECTATION, FAILED, NO_UPGRADE, refuse, refuseSocket, STARTING } from './refusals';
import { stampRequest } from './stamp-request';

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

/** Listens and checks every request before anything else sees it. Rejects in one clear line when it cannot listen. */
export async function openFrontDoor(settings: DoorSettings): Promise<FrontDoor> {
  const { host, port } = settings;
  let handler: Handler | null = null;
  let upgradeHandler: UpgradeHandler | undefined;
  let draining = false;
  const server = makeServer(settings);
  server.on('request', (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    const entry = admit(request, settings);
    const refusal = entry.refusal ?? (handler ? null : STARTING);
    if (refusal || !handler) return refuse(response, refusal ?? STARTING, entry.requestId, entry.headers);
    for (const [name, value] of Object.entries(entry.headers)) response.setHeader(name, value);
    if (entry.cors.isPreflight) return void response.writeHead(204).end();
    request.url = phoneAddress(request.url ?? '/');
    handler(request, response).catch((error: unknown) => {
      const url = loggedUrl(request.url ?? '');
      log.error('A request failed', { method: request.method, url, error });
      if (!response.headersSent) refuse(response, FAILED, entry.requestId, entry.headers);
      else response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const entry = admit(request, settings, true);
    const refusal = entry.refusal ?? (upgradeHandler ? null : NO_UPGRADE);
    if (refusal) refuseSocket(socket, refusal, entry.requestId, entry.headers);
    else upgradeHandler?.(request, socket, head);
  });
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

type Entry = {
  refusal: Refusal | null;
  requestId: string;
  cors: CorsAnswer;
  /** Of every answer to this request. */
  headers: Record<string, string>;
};

/** Stamps a request and says whether it may go on. */
function admit(request: http.IncomingMessage, settings: DoorSettings, upgrade = false): Entry {
  const { stamp, policy } = stampRequest(request, settings);
  const { method = 'GET', url = '' } = request;
  // Of two Host headers Node shows the first; a proxy in front may go by the other.
  const headers = { ...request.headers, host: request.headersDistinct.host?.join(', ') };
  const cors = corsAnswer({ method, url, headers }, settings.policy.corsOrigins);
  return {
    refusal: checkRequest({ method, url, headers, upgrade }, settings.policy),
    requestId: stamp.requestId,
    cors,
    headers: {
      ...securityHeaders({ policy, scheme: stamp.scheme, host: headers.host, shared: cors.allowed }),
      ...cors.headers,
    },
  };
}

/** An http server with its limits, which answers in our shape what it refuses by itself. */
function makeServer(settings: DoorSettings): http.Server {
  const { headersMs, requestMs, checkEveryMs } = settings.timeouts;
  const server = http.createServer({
    // The check of every request refuses one without a Host, in the shape of every refusal.
    requireHostHeader: false,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
    keepAliveTimeout: 65_000,
  });
  const answering = new WeakMap<Duplex, number>();
  const count = (socket: Duplex, change: number) =>
    answering.set(socket, (answering.get(socket) ?? 0) + change);
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.on('clientError', (error, socket) => {
    // Nothing may be written into the middle of an answer.
    if (!socket.writable || answering.get(socket)) return void socket.destroy();
    socket.once('finish', () => socket.destroy());
    refuseSocket(socket, brokenRequest(error));
  });
  server.on('checkExpectation', (request, response) => {
    const entry = admit(request, settings);
    refuse(response, entry.refusal ?? EXPECTATION, entry.requestId, entry.headers);
  });
  return server;
}

async function listen(server: http.Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw listenError(error, host, port);
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new Error(
      `Port ${port} on ${host} is in use by another program. Stop that one, or set PORT to another number, for example PORT=${port + 1}.`,
    );
  if (code === 'EACCES')
    return new Error(`This user may not listen on port ${port}. Set PORT to a number above 1023.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(
      `${host} is no address of this machine. Set HOST to one of its own, 127.0.0.1 (this machine alone) or 0.0.0.0 (every network it is in).`,
    );
  return error;
}
