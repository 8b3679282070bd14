import { parseShape } from '@/lib/api/parse';
import { telemetryQuery } from '@/lib/contracts/live';
import { openLiveStream } from '@/lib/live/live-stream';
import type { SocketSession } from '@/lib/live/socket-session';
import type { StreamEnd } from '@/lib/live/stream-counters';
import type { ServiceContext } from '@/lib/services/context';
import { openFeed } from '@/lib/services/feeds';
import { watchLive } from '@/lib/services/live-streams';
import { openUpstream } from '@/lib/services/upstream';
import { CLOSE, type LineEnds } from './socket-line';

export type SocketPath = {
  /** No message may be longer. */
  maxPayload: number;
  /** Whether a GET of the path without an upgrade is somebody's who has forgotten it. */
  only: boolean;
  /**
   * Opens what the socket means, before the handshake is answered: an AppError that it throws is the answer.
   * `ended` aborts when the caller's login ends.
   */
  open(
    ctx: ServiceContext,
    ends: LineEnds,
    query: URLSearchParams,
    ended: AbortSignal,
  ): Promise<SocketSession> | SocketSession;
};

/** Every WebSocket of the server by its path. */
export const SOCKET_PATHS: Readonly<Record<string, SocketPath>> = {
  '/upstream': { maxPayload: 64 * 1024, only: true, open: (ctx, ends) => openUpstream(ctx, ends) },
  '/api/v1/feeds': { maxPayload: 1024 * 1024, only: true, open: (ctx, ends) => openFeed(ctx, ends) },
  '/api/v1/telemetry/live': { maxPayload: 4 * 1024, only: false, open: openTelemetry },
};

const CODES: Record<StreamEnd, number> = {
  closed: CLOSE.done,
  deleted: CLOSE.done,
  left: CLOSE.done,
  stopping: CLOSE.stopping,
  slow: CLOSE.tryLater,
  access: CLOSE.loginEnded,
};

/** The live board of a session, or of the newest that is live; what the viewer says is not heard. */
async function openTelemetry(
  ctx: ServiceContext,
  ends: LineEnds,
  asked: URLSearchParams,
  ended: AbortSignal,
): Promise<SocketSession> {
  const query = parseShape('query', telemetryQuery, Object.fromEntries(asked));
  const watch = await watchLive(ctx, { ...query, sessionId: query.session_id ?? null });
  const stream = openLiveStream({
    ...watch,
    bus: ctx.bus,
    boards: ctx.boards,
    sink: {
      send: ({ message }) => ends.send(message.json),
      waitingBytes: ends.waitingBytes,
      close: (how) => ends.close(CODES[how], how),
    },
  });
  ended.addEventListener('abort', () => stream.end('access'), { once: true });
  return { message() {}, closed: stream.leave };
}
