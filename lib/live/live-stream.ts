import type { EndFrame, SnapshotFrame } from '@/lib/contracts/live';
import type { BoardMirrors } from './board-mirror';
import { boardMessageOf } from './board-view';
import { type Bus, type BusMessage, isBusId } from './bus';
import { streamClosers } from './closers';
import { followFixes } from './followed-fixes';
import { type StreamEnd, streamCounters } from './stream-counters';
import { boardTopic } from './topics';

/** What goes to a viewer. The same message is the same object for all, so that it can be encoded once. */
export type LiveEvent = {
  event: 'snapshot' | 'update' | 'follow' | 'end';
  /** Where to go on after a break; null = this event is no such place. */
  id: string | null;
  message: Pick<BusMessage, 'json'>;
};

/** The way to one viewer. */
export type LiveSink = {
  send(event: LiveEvent): void;
  /** Bytes that the other side has not taken yet. */
  waitingBytes(): number;
  /** The last event was sent. `slow` = it may never get through. */
  close(how: StreamEnd): void;
};

export type LiveStreamOptions = {
  bus: Bus;
  boards: BoardMirrors;
  sessionId: number;
  /** The id of the last event that the viewer saw. */
  lastEventId?: string | null;
  /** By how much it sees everything late. */
  delayS: number;
  /** The entry whose fixes come at their full rate. */
  follow?: { entryId: number; deviceId: number } | null;
  /** The session has ended: what is known of it, and that. */
  over?: boolean;
  sink: LiveSink;
  /** Called once when the stream is over. */
  release?: () => void;
};

export type LiveStream = {
  /** Ends it with a last word. */
  end(reason: EndFrame['reason']): void;
  /** The viewer has gone. */
  leave(): void;
};

export const STREAM_LIMITS = {
  /** A viewer with more waiting than this beside its last snapshot is dropped. */
  waitingBytes: 256 * 1024,
  /** Who missed more than this gets a snapshot instead. */
  missedBytes: 128 * 1024,
} as const;

const WORDS: Record<EndFrame['reason'], Pick<EndFrame, 'message' | 'come_again'>> = {
  closed: { message: 'The session has ended. Its laps are on its page.', come_again: false },
  slow: { message: 'This connection takes less than is sent. Connect again.', come_again: true },
  stopping: { message: 'The server stops or restarts. Connect again in a moment.', come_again: true },
  access: { message: 'This login has ended. Log in anew.', come_again: false },
  deleted: { message: 'The session was deleted.', come_again: false },
};

/** The last word for a reason. */
export const endFrameOf = (reason: EndFrame['reason']): EndFrame => ({
  type: 'end',
  reason,
  ...WORDS[reason],
});

/**
 * Streams a live board to one viewer: what it missed, or the whole board, then every frame, and an end with its
 * reason; all of it `delayS` late.
 */
export function openLiveStream(options: LiveStreamOptions): LiveStream {
  const { bus, boards, sessionId, delayS, sink, follow } = options;
  const hold = boards.use(sessionId);
  const view = hold.view(delayS);
  const counters = streamCounters();
  const stops: (() => void)[] = [hold.release];
  let allowedBytes: number = STREAM_LIMITS.waitingBytes;
  let over = false;

  const finish = (how: StreamEnd): void => {
    if (over) return;
    over = true;
    for (const stop of stops) stop();
    counters.open -= 1;
    counters.ended[how] += 1;
    sink.close(how);
    options.release?.();
  };
  const end = (reason: EndFrame['reason']): void => {
    if (!over) sink.send(eventOf('end', endFrameOf(reason)));
    finish(reason);
  };
  const send = (event: LiveEvent): void => {
    if (sink.waitingBytes() > allowedBytes) end('slow');
    if (over) return;
    if (event.event === 'snapshot') allowedBytes = STREAM_LIMITS.waitingBytes + 2 * event.message.json.length;
    sink.send(event);
  };
  /** A message of the board, and the end of the stream when the session's is in it. */
  const show = (message: BusMessage): void => {
    const frame = boardMessageOf(message);
    if (!frame) return;
    if (frame.type !== 'end') send({ event: frame.type, id: message.id, message });
    if (frame.type === 'end') end(frame.reason);
    else if (frame.session?.closed) end('closed');
  };

  counters.open += 1;
  const stopping = (): void => end('stopping');
  streamClosers().add(stopping);
  stops.push(() => streamClosers().delete(stopping));
  const start = view.start();
  const missed = delayS === 0 ? missedSince(bus, sessionId, options.lastEventId, view.state()) : null;
  for (const message of missed ?? (start ? [start] : [])) show(message);
  if (options.over && !isToCome(hold.view(0).state(), view.state())) end('closed');
  if (!over) stops.push(view.listen(show));
  if (!over && follow)
    stops.push(followFixes({ bus, ...follow, delayS, send: (frame) => send(eventOf('follow', frame)) }));
  return { end, leave: () => finish('left') };
}

/** Whether who sees a session late has its end still before him. */
const isToCome = (now: SnapshotFrame | null, late: SnapshotFrame | null): boolean =>
  now?.session.closed === true && late?.session.closed !== true;

/** The frames that a viewer missed since an id; null = it begins with a snapshot. */
function missedSince(
  bus: Bus,
  sessionId: number,
  lastEventId: string | null | undefined,
  state: SnapshotFrame | null,
): BusMessage[] | null {
  if (!lastEventId || !isBusId(lastEventId) || !state) return null;
  const missed = bus.since(boardTopic(sessionId), lastEventId);
  const bytes = missed?.reduce((sum, { json }) => sum + json.length, 0) ?? 0;
  return bytes > STREAM_LIMITS.missedBytes ? null : missed;
}

const eventOf = (event: LiveEvent['event'], data: unknown): LiveEvent => ({
  event,
  id: null,
  message: { json: JSON.stringify(data) },
});
