import { type LiveStreamOptions, openLiveStream } from './live-stream';
import { encodeEvent, encodeShared, eventStream } from './sse';

export type LiveResponseOptions = Omit<LiveStreamOptions, 'sink'> & {
  /** Aborts when the reader goes. */
  left: AbortSignal;
  /** Aborts when the reader may see it no more. */
  ended: AbortSignal;
};

/** A live board as server-sent events `snapshot`, `update`, `follow` and, last, `end`. */
export function liveResponse({ left, ended, ...options }: LiveResponseOptions): Response {
  return eventStream((bytes) => {
    const over = new AbortController();
    const stream = openLiveStream({
      ...options,
      sink: {
        send: ({ event, id, message }) =>
          bytes.write(id === null ? encodeEvent(event, message.json) : encodeShared(event, message, id)),
        waitingBytes: bytes.waitingBytes,
        close() {
          over.abort();
          bytes.close();
        },
      },
    });
    left.addEventListener('abort', stream.leave, { signal: over.signal });
    ended.addEventListener('abort', () => stream.end('access'), { signal: over.signal });
    if (left.aborted) stream.leave();
    else if (ended.aborted) stream.end('access');
    return stream.leave;
  });
}
