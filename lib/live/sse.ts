import { type Bus, type BusMessage, isBusId } from './bus';
import { streamClosers } from './closers';

export type SseOptions = {
  bus: Bus;
  topic: string;
  /** Name of the events. */
  event: string;
  /** What a new listener gets first, or one that was away too long: data of events without an id. */
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
const frames = new WeakMap<BusMessage, Uint8Array>();

/** One event as its bytes on the wire. */
export function encodeEvent(event: string, data: unknown, id?: string): Uint8Array {
  return encoder.encode(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The bytes of a message: encoded once, shared by all listeners. A topic has one event name. */
function frameOf(event: string, message: BusMessage): Uint8Array {
  const known = frames.get(message);
  if (known) return known;
  const made = encodeEvent(event, message.data, message.id);
  frames.set(message, made);
  return made;
}

/**
 * A response that streams a topic as server-sent events: first what the browser missed (or `initial`), then every
 * message, a comment every 15 s. Ends with the request, with a graceful stop, or when the listener is too slow.
 */
export function sseResponse(options: SseOptions): Response {
  let end = (): void => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = runStream(options, controller);
      },
      cancel: () => end(),
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

function runStream(options: SseOptions, controller: ReadableStreamDefaultController<Uint8Array>): () => void {
  const { bus, topic, event, signal, wants = () => true, maxQueuedBytes = 256 * 1024 } = options;
  let ended = false;
  // Messages that come while the first ones are fetched wait here.
  let waiting: BusMessage[] | null = [];

  const close = (): void => {
    if (ended) return;
    ended = true;
    unsubscribe();
    clearInterval(heartbeat);
    streamClosers().delete(close);
    signal?.removeEventListener('abort', close);
    options.release?.();
    try {
      controller.close();
    } catch {
      // The other side cancelled it first.
    }
  };
  const send = (bytes: Uint8Array): void => {
    if (ended) return;
    controller.enqueue(bytes);
    if (-(controller.desiredSize ?? 0) > maxQueuedBytes) close();
  };
  const unsubscribe = bus.subscribe(topic, (message) => {
    if (!wants(message.data)) return;
    if (waiting) waiting.push(message);
    else send(frameOf(event, message));
  });
  const heartbeat = setInterval(() => send(HEARTBEAT), options.heartbeatMs ?? 15_000);
  heartbeat.unref();
  streamClosers().add(close);
  signal?.addEventListener('abort', close);
  if (signal?.aborted) close();

  const missed = options.lastEventId && isBusId(options.lastEventId) && bus.since(topic, options.lastEventId);
  const first = missed
    ? Promise.resolve(missed.filter((m) => wants(m.data)).map((m) => frameOf(event, m)))
    : options.initial().then((list) => list.map((data) => encodeEvent(event, data)));
  first
    .then((list) => {
      const seen = new Set(missed || []);
      send(HEARTBEAT);
      for (const bytes of list) send(bytes);
      for (const message of waiting ?? []) if (!seen.has(message)) send(frameOf(event, message));
      waiting = null;
    })
    // The browser asks again by itself; a stream that cannot begin has nothing to say.
    .catch(close);
  return close;
}
