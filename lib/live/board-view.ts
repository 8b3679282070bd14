import type { EndFrame, LiveFrame, SnapshotFrame } from '@/lib/contracts/live';
import { applyFrame } from '@/lib/contracts/live-state';
import { type BusMessage, busMessage } from './bus';

/** A board as somebody sees it who sees everything `delayS` late. */
export type BoardView = {
  /** The whole board as it shows it now; null = none is known (yet). */
  state(): SnapshotFrame | null;
  /** The same as the message that a receiver begins with; its id is that of the newest frame in it. */
  start(): BusMessage | null;
  /**
   * Every further message: a snapshot, an update that follows on the message before it, or the end of all. The first
   * one is a snapshot when there was no state.
   */
  listen(listener: (message: BusMessage) => void): () => void;
};

/** Takes in the messages of a board in their order and shows the board after them. */
export type BoardReader = BoardView & {
  /** False = it does not follow on what is known: a snapshot is needed. */
  take(message: BusMessage): boolean;
  /** Takes a message in without handing it on. */
  skip(message: BusMessage): void;
};

export function boardReader(delayS: number): BoardReader {
  const listeners = new Set<(message: BusMessage) => void>();
  let state: SnapshotFrame | null = null;
  let lastId = '0-0';
  let begin: BusMessage | null = null;

  const advance = (message: BusMessage, frame: LiveFrame): boolean => {
    const next = applyFrame(state, frame);
    const isOld = frame.type === 'snapshot' && state !== null && frame.seq === state.seq;
    state = next && next.delay_s !== delayS ? { ...next, delay_s: delayS } : next;
    lastId = message.id;
    begin = null;
    return state !== null && !isOld;
  };
  const start = (): BusMessage | null => {
    begin ??= state && busMessage(lastId, state);
    return begin;
  };
  return {
    state: () => state,
    start,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    skip(message) {
      const frame = boardMessageOf(message);
      if (frame && frame.type !== 'end') advance(message, frame);
    },
    take(message) {
      const frame = boardMessageOf(message);
      if (!frame) return true;
      const isNews = frame.type === 'end' || advance(message, frame);
      // Who is late is told so in every snapshot.
      const shown = frame.type === 'snapshot' && frame.delay_s !== delayS ? (start() ?? message) : message;
      if (isNews) for (const listener of [...listeners]) listener(shown);
      return frame.type === 'end' || state !== null;
    },
  };
}

/**
 * What a message of a board's topic says; null = nothing that is known here. Only the engines of this product publish
 * there, by the contract.
 */
export function boardMessageOf({ data }: BusMessage): LiveFrame | EndFrame | null {
  const isKnown =
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    (data.type === 'snapshot' || data.type === 'update' || data.type === 'end');
  return isKnown ? (data as LiveFrame | EndFrame) : null;
}
