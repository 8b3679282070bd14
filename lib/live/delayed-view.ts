import { type BoardView, boardReader } from './board-view';
import type { FrameHistory } from './frame-history';

export type DelayedView = BoardView & {
  /** There is more in the history. */
  wake(): void;
  close(): void;
};

/** The board of a history as it was `delayS` ago, going on from there as time does. */
export function delayedView(history: FrameHistory, delayS: number): DelayedView {
  const reader = boardReader(delayS);
  const delayMs = delayS * 1000;
  let timer: NodeJS.Timeout | null = null;
  /** The number of the next message that becomes visible. */
  let next = history.firstAfter(performance.now() - delayMs);
  // With the newest snapshot and what came after it the board of that time is known.
  for (let at = history.snapshotBefore(next) ?? next; at < next; at++) {
    const past = history.at(at);
    if (past) reader.skip(past.message);
  }
  const pump = (): void => {
    timer = null;
    next = Math.max(next, history.first());
    for (let past = history.at(next); past; past = history.at(next)) {
      const waitMs = past.atMs + delayMs - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(pump, waitMs);
        timer.unref();
        return;
      }
      next++;
      reader.take(past.message);
    }
  };
  const wake = (): void => {
    if (timer === null) pump();
  };
  wake();
  return {
    ...reader,
    wake,
    close(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
