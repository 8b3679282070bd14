import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { isAppError } from '@/lib/errors';
import type { SocketEnds, SocketSession } from '@/lib/live/socket-session';
import { log } from '@/lib/log';
import { inbox } from './socket-inbox';

/** Close codes; 4401 is ours. */
export const CLOSE = {
  done: 1000,
  stopping: 1001,
  notText: 1003,
  failed: 1011,
  tryLater: 1013,
  loginEnded: 4401,
} as const;

export const LINE_LIMITS = {
  /** Nothing more is done for a peer that leaves so much unread. */
  unreadBytes: 1024 * 1024,
  /** How long it may leave it. */
  unreadMs: 60_000,
  /** How long a peer may take to answer a close. */
  closeMs: 2_000,
  /** How long what has come in may still be handled when the server stops. */
  drainMs: 1_000,
} as const;

export type LineEnds = SocketEnds & {
  /** Bytes that the peer has not taken yet. */
  waitingBytes(): number;
};

/** One WebSocket and what it means. */
export type Line = {
  ends: LineEnds;
  /** Joins the session to its open socket; what it has said already goes out first. */
  attach(socket: WebSocket, session: SocketSession): void;
  /** Asks the peer whether it is there; drops one that did not answer the last two times. */
  ping(): void;
  /** Handles what has come in, then closes. */
  drain(): Promise<void>;
  /** Cuts the connection. */
  cut(): void;
};

/** `gone` is called once when the socket is gone, after the session has heard it. */
export function socketLine(stamp: SocketEnds['stamp'], carrier: Duplex, gone: () => void): Line {
  const early: ((socket: WebSocket) => void)[] = [];
  let open: { socket: WebSocket; take: Taking } | null = null;
  let isClosing = false;
  let unanswered = 0;

  /** Does it on the open socket, or as soon as there is one. */
  const onOpen = (act: (socket: WebSocket) => void): void => {
    if (open) act(open.socket);
    else early.push(act);
  };
  const close = (code: number, reason: string): void => {
    if (isClosing) return;
    isClosing = true;
    open?.take.stop();
    onOpen((socket) => closeSocket(socket, code, reason));
  };
  const ends: LineEnds = {
    stamp,
    send(text) {
      if (!isClosing) onOpen((socket) => socket.send(text));
    },
    close,
    waitingBytes: () => open?.socket.bufferedAmount ?? 0,
  };
  return {
    ends,
    attach(socket, session) {
      const take = taking(socket, session, carrier, close);
      open = { socket, take };
      socket.on('message', (data, isBinary) => {
        unanswered = 0;
        take.message(data, isBinary);
      });
      socket.on('pong', () => {
        unanswered = 0;
      });
      // What breaks the rules of WebSockets closes it by itself, with its code.
      socket.on('error', () => {});
      socket.on('close', () => {
        isClosing = true;
        take.stop();
        session.closed();
        gone();
      });
      for (const act of early.splice(0)) act(socket);
    },
    ping() {
      // The answers of one that is not read cannot be seen.
      if (!open || open.socket.isPaused) return;
      if (unanswered >= 2) open.socket.terminate();
      else open.socket.ping();
      unanswered += 1;
    },
    async drain() {
      await open?.take.finish();
      close(CLOSE.stopping, 'The server stops or restarts. Connect again in a moment.');
    },
    cut: () => (open ? open.socket.terminate() : carrier.destroy()),
  };
}

/** Takes what comes over a socket in to its session. */
type Taking = {
  message(data: RawData, isBinary: boolean): void;
  /** Takes no more, and waits a moment until what has come in is handled. */
  finish(): Promise<void>;
  /** Takes no more. */
  stop(): void;
};

function taking(
  socket: WebSocket,
  session: SocketSession,
  carrier: Duplex,
  close: LineEnds['close'],
): Taking {
  let isOver = false;
  const messages = inbox({
    async handle(text) {
      await session.message(text);
      if (socket.bufferedAmount <= LINE_LIMITS.unreadBytes || (await isReadOn(carrier))) return;
      close(CLOSE.tryLater, 'The answers are not read. Read them, and connect again.');
    },
    flow: { pause: () => socket.pause(), resume: () => (isOver ? undefined : socket.resume()) },
    failed: (error) => fail(error, close),
  });
  return {
    message(data, isBinary) {
      // Always whole buffers: the socket's binaryType is Node's own.
      if (isOver || !Buffer.isBuffer(data)) return;
      if (isBinary && !isUtf8(data)) close(CLOSE.notText, 'Messages are text in UTF-8.');
      else messages.put(data.toString());
    },
    async finish() {
      // One that is closing must still hear its peer's answer.
      if (isOver) return;
      isOver = true;
      socket.pause();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LINE_LIMITS.drainMs);
      });
      await Promise.race([messages.idle(), late]);
      clearTimeout(timer);
    },
    stop() {
      isOver = true;
      messages.clear();
    },
  };
}

function closeSocket(socket: WebSocket, code: number, reason: string): void {
  // The peer's answer to the close must be read.
  socket.resume();
  socket.close(code, shortened(reason));
  setTimeout(() => socket.terminate(), LINE_LIMITS.closeMs).unref();
}

/** A reason has at most 123 bytes. */
function shortened(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}

/** A session that cannot go on: too much at once is worth another try, a fault is logged. */
function fail(error: unknown, close: LineEnds['close']): void {
  const isBusy = isAppError(error) && (error.status === 429 || error.status === 503);
  if (!isBusy) log.error('A WebSocket message failed', { error });
  if (isBusy) close(CLOSE.tryLater, error.message);
  else close(CLOSE.failed, 'The server failed. Its log says why.');
}

/** Waits until the peer has read what was sent, or is gone; false = it leaves it. */
function isReadOn(carrier: Duplex): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isRead: boolean): void => {
      clearTimeout(timer);
      carrier.off('drain', read);
      carrier.off('close', read);
      resolve(isRead);
    };
    const read = (): void => done(true);
    const timer = setTimeout(() => done(false), LINE_LIMITS.unreadMs);
    carrier.once('drain', read);
    carrier.once('close', read);
  });
}
