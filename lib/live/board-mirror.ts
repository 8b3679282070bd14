import { LIVE_LIMITS, type SnapshotFrame } from '@/lib/contracts/live';
import { type BoardView, boardMessageOf, boardReader } from './board-view';
import type { Bus, BusMessage } from './bus';
import { idMs } from './bus';
import { type DelayedView, delayedView } from './delayed-view';
import { frameHistory } from './frame-history';
import { askTopic, boardTopic } from './topics';

/** A mirror that is in use. */
export type BoardHold = {
  /** The board as somebody sees it who sees everything so late; the same one for all. */
  view(delayS: number): BoardView;
  /** The board of that view, waited for if need be; null = nobody times the session, or nothing is so old yet. */
  ready(delayS: number, withinMs?: number): Promise<SnapshotFrame | null>;
  release(): void;
};

/** The boards that this process follows, one for each session that somebody looks at. */
export type BoardMirrors = {
  use(sessionId: number): BoardHold;
  /** How many are followed. */
  count(): number;
  close(): void;
};

const READY_WITHIN_MS = 3_000;
const LETS_GO_AFTER_MS = 60_000;
const ASK_AGAIN_MS = [500, 1_000, 2_000] as const;
/** So that who sees it latest finds a snapshot that is old enough; they come every five seconds. */
const HISTORY_MS = LIVE_LIMITS.delayS * 1000 + 15_000;

/** Follows boards over the bus. A board is let go a minute after its last user. */
export function boardMirrors(bus: Bus): BoardMirrors {
  const mirrors = new Map<number, Mirror>();
  return {
    use(sessionId) {
      const known = mirrors.get(sessionId);
      const mirror = known ?? openMirror(bus, sessionId, () => mirrors.delete(sessionId));
      mirrors.set(sessionId, mirror);
      return mirror.use();
    },
    count: () => mirrors.size,
    close() {
      for (const mirror of [...mirrors.values()]) mirror.close();
    },
  };
}

type Mirror = { use(): BoardHold; close(): void };

function openMirror(bus: Bus, sessionId: number, gone: () => void): Mirror {
  const { now, late, history, stop } = followBoard(bus, sessionId);
  let users = 0;
  let lettingGo: NodeJS.Timeout | undefined;

  const close = (): void => {
    clearTimeout(lettingGo);
    now.asking.stop();
    stop();
    gone();
  };
  const release = (views: Iterable<() => void>): void => {
    users -= 1;
    for (const letGo of views) letGo();
    if (users > 0) return;
    now.asking.stop();
    lettingGo = setTimeout(close, LETS_GO_AFTER_MS);
    lettingGo.unref();
  };
  return {
    close,
    use() {
      clearTimeout(lettingGo);
      users += 1;
      if (now.isUnsure()) now.asking.start();
      const held = new Map<number, { view: BoardView; letGo(): void }>();
      let isHeld = true;
      const viewOf = (delayS: number): BoardView => {
        if (delayS === 0) return now.reader;
        const one = held.get(delayS) ?? late.hold(delayS, () => delayedView(history, delayS));
        held.set(delayS, one);
        return one.view;
      };
      return {
        view: viewOf,
        ready: (delayS, withinMs = READY_WITHIN_MS) => stateWithin(viewOf(delayS), withinMs),
        release() {
          if (isHeld) release([...held.values()].map(({ letGo }) => letGo));
          isHeld = false;
        },
      };
    },
  };
}

/** The board of a session as it is now, its history, and the views of those who see it late. */
function followBoard(bus: Bus, sessionId: number) {
  const topic = boardTopic(sessionId);
  const reader = boardReader(0);
  const history = frameHistory(HISTORY_MS);
  const late = heldViews();
  const asking = asker(() => bus.publish(askTopic(sessionId), null));
  /** Whether a frame may have been missed since the newest snapshot. */
  let unsure = true;

  const keep = (message: BusMessage, atMs: number): void => {
    const isSnapshot = boardMessageOf(message)?.type === 'snapshot';
    history.add(message, atMs, isSnapshot);
    const follows = reader.take(message);
    unsure = !follows || (unsure && !isSnapshot);
  };
  for (const message of bus.kept(topic))
    keep(message, performance.now() - Math.max(0, Date.now() - idMs(message.id)));
  const stop = bus.subscribe(
    topic,
    (message) => {
      keep(message, performance.now());
      if (unsure) asking.start();
      else asking.stop();
      late.wake();
    },
    {
      onGap() {
        unsure = true;
        asking.start();
      },
    },
  );
  const now = { reader, asking, isUnsure: () => unsure };
  return { now, late, history, stop };
}

/** Late views by their delay, each as long as somebody holds it. */
function heldViews() {
  const views = new Map<number, { view: DelayedView; holds: number }>();
  return {
    hold(delayS: number, open: () => DelayedView): { view: BoardView; letGo(): void } {
      const one = views.get(delayS) ?? { view: open(), holds: 0 };
      views.set(delayS, one);
      one.holds += 1;
      return {
        view: one.view,
        letGo() {
          one.holds -= 1;
          if (one.holds > 0) return;
          one.view.close();
          views.delete(delayS);
        },
      };
    },
    wake(): void {
      for (const { view } of views.values()) view.wake();
    },
  };
}

/** Asks at once and then again and again, ever less often, until it is stopped. */
function asker(ask: () => void) {
  let timer: NodeJS.Timeout | null = null;
  let times = 0;
  const again = (): void => {
    timer = setTimeout(again, ASK_AGAIN_MS[Math.min(times, ASK_AGAIN_MS.length - 1)]);
    timer.unref();
    times += 1;
    // Last: the answer may come at once, and stop this.
    ask();
  };
  return {
    start: () => (timer === null ? again() : undefined),
    stop(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      times = 0;
    },
  };
}

async function stateWithin(view: BoardView, withinMs: number): Promise<SnapshotFrame | null> {
  if (view.state()) return view.state();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const leave = view.listen(done);
    const timer = setTimeout(done, withinMs);
  });
  return view.state();
}
