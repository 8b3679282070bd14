import { type Bus, type BusMessage, isBusId } from './bus';
import { streamClosers } from './closers';

export type SseOptions = {
  bus: Bus;
  topic: string;
  /** Name of the events. */
  event: string;
  /**
   * What a new listener gets first, or one that was away too long, or all after a time in which messages of other
   * processes may have been lost: data of events without an id.
   */
  initial: () => Promise<readonly unknown[]>;
  /** Which messages this listener wants; default all. */
  wants?: (data: unknown) => boolean;
  /** The id of the last event that the browser saw. */
  lastEventId?: string | null;
  /** The request's; its abort ends the stream. */
  signal?: AbortSignal;
  /** Called once when the stream is over. */
  release?: () => void;
  heartbeatMs?: number;
  /** A listener with more waiting than this is dropped; it comes back by itself and goes on. */
  maxQueuedBytes?: number;
};

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(': still here\n\n');
const HEARTBEAT_MS = 15_000;
/** How long a reader that is too slow may still take what waits for it. */
const CUT_AFTER_MS = 5_000;

/** One event as its bytes on the wire. */
export function encodeEvent(event: string, json: string, id: string | null = null): Uint8Array {
  return encoder.encode(`${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`);
}

const encoded = new WeakMap<object, Uint8Array>();

/** The same for a message that many listeners get: encoded once for all. A message has one event name. */
export function encodeShared(
  event: string,
  message: Pick<BusMessage, 'json'>,
  id: string | null,
): Uint8Array {
  const known = encoded.get(message);
  if (known) return known;
  const made = encodeEvent(event, message.json, id);
  encoded.set(message, made);
  return made;
}

/** The way to one reader of server-sent events. */
export type EventSink = {
  write(bytes: Uint8Array): void;
  /** What the reader has not taken yet. */
  waitingBytes(): number;
  /** Ends it once the reader has taken what waits, or does not do so in time. */
  close(): void;
};

/**
 * A response that streams server-sent events, with a comment every 15 s. `begin` gets the way to the reader and gives
 * what to do when that has gone.
 */
export function eventStream(
  begin: (sink: EventSink) => () => void,
  heartbeatMs: number = HEARTBEAT_MS,
): Response {
  let gone = (): void => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        gone = begin(sinkOf(controller, heartbeatMs));
      },
      cancel: () => gone(),
    },
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  );
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'close',
    },
  });
}

function sinkOf(controller: ReadableStreamDefaultController<Uint8Array>, heartbeatMs: number): EventSink {
  let closed = false;
  const waitingBytes = (): number => Math.max(0, -(controller.desiredSize ?? 0));
  const write = (bytes: Uint8Array): void => {
    if (!closed) controller.enqueue(bytes);
  };
  const heartbeat = setInterval(() => write(HEARTBEAT), heartbeatMs);
  heartbeat.unref();
  // Whoever waits for the head of the answer gets it.
  write(HEARTBEAT);
  return {
    write,
    waitingBytes,
    close() {
      if (closed) return;
      closed = true;
      clearInterval(heartbeat);
      try {
        controller.close();
      } catch {
        // The other side cancelled it first.
        return;
      }
      if (waitingBytes() > 0) setTimeout(() => cut(controller), CUT_AFTER_MS).unref();
    },
  };
}

/** Gives up what a reader does not take; under this name the server drops the connection without a word in its log. */
function cut(controller: ReadableStreamDefaultController<Uint8Array>): void {
  if ((controller.desiredSize ?? 0) < 0)
    controller.error(new DOMException('The reader is too slow.', 'AbortError'));
}

/**
 * A response that streams a topic as server-sent events: first what the browser missed (or `initial`), then every
 * message. Ends with the request, with a graceful stop, or when the listener is too slow.
 */
export function sseResponse(options: SseOptions): Response {
  return eventStream((sink) => runStream(options, sink), options.heartbeatMs);
}

function runStream(options: SseOptions, sink: EventSink): () => void {
  const { bus, topic, event, signal, wants = () => true, maxQueuedBytes = 256 * 1024 } = options;
  let ended = false;
  // Messages that come while the first ones are fetched wait here.
  let waiting: BusMessage[] | null = null;

  const close = (): void => {
    if (ended) return;
    ended = true;
    unsubscribe();
    streamClosers().delete(close);
    signal?.removeEventListener('abort', close);
    options.release?.();
    sink.close();
  };
  const send = (bytes: Uint8Array): void => {
    if (ended) return;
    sink.write(bytes);
    if (sink.waitingBytes() > maxQueuedBytes) close();
  };
  const sendMessage = (message: BusMessage): void => send(encodeShared(event, message, message.id));
  /** Sends what `first` gives and then what came meanwhile, but for what was in it. */
  const beginWith = (first: Promise<readonly Uint8Array[]>, known: readonly BusMessage[] = []): void => {
    waiting ??= [];
    first
      .then((list) => {
        for (const bytes of list) send(bytes);
        for (const message of waiting ?? []) if (!known.includes(message)) sendMessage(message);
        waiting = null;
      })
      // The browser asks again by itself; a stream that cannot begin has nothing to say.
      .catch(close);
  };
  const fetchAll = async () =>
    (await options.initial()).map((data) => encodeEvent(event, JSON.stringify(data)));
  const unsubscribe = bus.subscribe(
    topic,
    (message) => {
      if (!wants(message.data)) return;
      if (waiting) waiting.push(message);
      else sendMessage(message);
    },
    { onGap: () => beginWith(fetchAll()) },
  );
  streamClosers().add(close);
  signal?.addEventListener('abort', close);
  if (signal?.aborted) close();

  const { lastEventId } = options;
  const missed = lastEventId && isBusId(lastEventId) ? bus.since(topic, lastEventId) : null;
  if (missed === null) beginWith(fetchAll());
  else for (const message of missed) if (wants(message.data)) sendMessage(message);
  return close;
}
