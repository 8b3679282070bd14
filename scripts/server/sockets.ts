import type http from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { failureResponse } from '@/lib/api/failure';
import { contextFor, credentialsOf, watchCredentials } from '@/lib/api/request-context';
import type { Refusal } from '@/lib/api/request-guard';
import { stampOf } from '@/lib/api/request-stamp';
import { rateHeaders } from '@/lib/auth/rate-limits';
import { AppError } from '@/lib/errors';
import { serviceContext } from '@/lib/runtime';
import { authenticate, type Credentials } from '@/lib/services/authenticate';
import type { Handler, UpgradeHandler } from './front-door';
import { answerSocket, NO_UPGRADE, refuse, refuseSocket } from './refusals';
import { CLOSE, type Line, socketLine } from './socket-line';
import { SOCKET_PATHS, type SocketPath } from './socket-paths';

const PING_EVERY_MS = 20_000;
/** How long the peers may take to answer the close of a stop. */
const CUT_AFTER_MS = 1_500;

export type Sockets = {
  upgrade: UpgradeHandler;
  /** Answers a plain request for what is a WebSocket alone; hands on everything else. */
  guard(next: Handler): Handler;
  /** How many are open. */
  count(): number;
  /** Lets each finish what it has read, closes it, and cuts what does not close. */
  drain(): Promise<void>;
};

/** The server's WebSockets. `others` takes upgrades of further paths, as of hot reload. */
export function openSockets(options: { others?: UpgradeHandler | undefined; pingEveryMs?: number }): Sockets {
  const { others, pingEveryMs = PING_EVERY_MS } = options;
  const lines = new Set<Line>();
  let draining = false;
  const servers = new Map(
    Object.values(SOCKET_PATHS).map((path) => [path, webSocketServer(path.maxPayload)]),
  );
  const pinging = setInterval(() => {
    for (const line of lines) line.ping();
  }, pingEveryMs);
  pinging.unref();

  const accept = async (
    found: SocketPath,
    request: http.IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> => {
    if (draining) throw STOPPING();
    const { ctx, credentials } = await callerOf(request);
    const left = new AbortController();
    const { ended, release } = await watchCredentials(ctx, credentials, left.signal);
    const line = socketLine(stampOf(headersOf(request)), socket, () => {
      lines.delete(line);
      release();
    });
    try {
      const session = await found.open(ctx, line.ends, queryOf(request), ended);
      let isOpen = false;
      // It does all at once, or answers what is no handshake, or finds the peer gone.
      servers.get(found)?.handleUpgrade(request, socket, head, (ws) => {
        isOpen = true;
        lines.add(line);
        line.attach(ws, session);
      });
      if (!isOpen) session.closed();
      if (!isOpen) release();
    } catch (error) {
      release();
      throw error;
    }
    const end = (): void => line.ends.close(CLOSE.loginEnded, 'This login has ended. Log in anew.');
    if (ended.aborted) end();
    else ended.addEventListener('abort', end, { once: true });
    if (draining) void line.drain();
  };
  return {
    upgrade(request, socket, head) {
      const found = SOCKET_PATHS[pathOf(request)];
      if (found) accept(found, request, socket, head).catch((error) => answerError(request, socket, error));
      else if (others) others(request, socket, head);
      else refuseSocket(socket, NO_UPGRADE, stampOf(headersOf(request)).requestId);
    },
    guard: (next) => async (request, response) => {
      if (!SOCKET_PATHS[pathOf(request)]?.only) return next(request, response);
      const { requestId } = stampOf(headersOf(request));
      refuse(response, UPGRADE_REQUIRED, requestId, { Upgrade: 'websocket' });
    },
    count: () => lines.size,
    async drain() {
      draining = true;
      clearInterval(pinging);
      await Promise.all([...lines].map((line) => line.drain()));
      const cut = setTimeout(() => {
        for (const line of lines) line.cut();
      }, CUT_AFTER_MS);
      cut.unref();
    },
  };
}

const UPGRADE_REQUIRED: Refusal = {
  status: 426,
  error: 'upgrade_required',
  message: 'This path is a WebSocket: connect to it with ws:// or wss://.',
};

const STOPPING = (): AppError =>
  new AppError('stopping', 503, 'The server stops or restarts. Connect again in a moment.', [], {
    retryAfterS: 2,
  });

function webSocketServer(maxPayload: number): WebSocketServer {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
  server.on('wsClientError', (error, socket, request) =>
    refuseSocket(
      socket,
      { status: 400, error: 'bad_handshake', message: `This is no WebSocket handshake: ${error.message}.` },
      stampOf(headersOf(request)).requestId,
    ),
  );
  return server;
}

/** Who shakes hands, within his limit; what a page sends by cookie must say which page. */
async function callerOf(request: http.IncomingMessage) {
  const headers = headersOf(request);
  const stamp = stampOf(headers);
  const parts = serviceContext();
  const limit = await parts.auth.limiter.take(`ip:${stamp.ip}`);
  if (!limit.allowed)
    throw new AppError(
      'too_many_requests',
      429,
      `More than ${limit.limit} connections and requests a minute. Come again in ${limit.retryAfterS} s.`,
      [],
      { retryAfterS: limit.retryAfterS, headers: rateHeaders(limit) },
    );
  const credentials = handshakeCredentials(request);
  const actor = await authenticate(parts, credentials);
  const isByCookie = credentials.authorization === null && actor.kind === 'user';
  if (isByCookie && !headers.get('origin'))
    throw new AppError(
      'csrf',
      403,
      'A WebSocket by cookie must name its Origin, as browsers do. Programs send the token as Bearer, or as ?token=.',
    );
  return { ctx: contextFor(stamp, actor, headers.get('user-agent')), credentials };
}

/** Programs whose WebSocket can send no header put their key or token into the address. */
function handshakeCredentials(request: http.IncomingMessage): Credentials {
  const sent = credentialsOf(headersOf(request));
  const query = queryOf(request);
  const secret = query.get('key') ?? query.get('token');
  return sent.authorization === null && secret !== null
    ? { ...sent, authorization: `Bearer ${secret}` }
    : sent;
}

/** What went wrong as an answer in place of the handshake. The log gets the path alone: a key may follow it. */
function answerError(request: http.IncomingMessage, socket: Duplex, error: unknown): void {
  const { requestId } = stampOf(headersOf(request));
  answerSocket(socket, failureResponse(error, requestId, pathOf(request))).catch(() => socket.destroy());
}

function headersOf({ headers }: http.IncomingMessage): Pick<Headers, 'get'> {
  return {
    get(name) {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  };
}

const urlOf = ({ url = '/' }: http.IncomingMessage): URL => new URL(`http://server${url}`);
const queryOf = (request: http.IncomingMessage): URLSearchParams => urlOf(request).searchParams;
const pathOf = (request: http.IncomingMessage): string => urlOf(request).pathname.replace(/(.)\/$/, '$1');
