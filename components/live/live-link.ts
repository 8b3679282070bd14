import type { EndFrame, FollowedFixes, LiveFrame } from '@/lib/contracts/live';

/**
 * The line to the server that brings a board: opens it, notices when it is cut or silent, and opens it again by
 * itself. What it stands on is given, so that it can be tried without a browser, a server or a clock.
 */

/** Why no more comes, as the server's last word or its refusal of a line. forbidden: logged in, but without the right. */
export type LinkEnd = Pick<EndFrame, 'message'> & { reason: EndFrame['reason'] | 'forbidden' };

/** connecting: for the first time · stale: open, but no news since an instant · asleep: closed while nobody looks. */
export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'stale'; sinceMs: number }
  | { kind: 'reconnecting' }
  | { kind: 'asleep' }
  | { kind: 'ended'; end: LinkEnd };

export type LinkEvents = {
  /** Takes a frame: `lost` = it does not follow on the one before, a snapshot is needed; `news` = a car has moved. */
  frame(frame: LiveFrame): 'news' | 'same' | 'lost';
  follow(fixes: FollowedFixes): void;
  state(state: LinkState): void;
};

type LinkSource = { close(): void };
export type SourceHandlers = {
  event(name: 'snapshot' | 'update' | 'follow' | 'end', data: string): void;
  error(): void;
};

export type LinkWorld = {
  open(url: string, handlers: SourceHandlers): LinkSource;
  /** Calls back after so many milliseconds; gives what calls it off. */
  after(ms: number, run: () => void): () => void;
  nowMs(): number;
  /** 0 to 1. */
  random(): number;
  /** Tells each change of whether the page is seen; gives what stops it. */
  watchSeen(changed: (isSeen: boolean) => void): () => void;
  /** Why the server takes no connection; null = it did not say, try again. */
  whyRefused(): Promise<LinkEnd | null>;
};

export type LinkOptions = {
  /** How long a line may take to its first frame: one that shows everything late has nothing to tell at first. */
  firstWithinMs?: number;
};

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
const STALE_MS = 3_000;
/** Receivers that send seldom are not stale between two fixes. */
const LONGEST_STALE_MS = 60_000;
/** Once it has begun, the server sends a whole board every few seconds: a line that is silent for so long is dead. */
export const SILENT_MS = 15_000;
const HIDDEN_MS = 60_000;
/** One long pause does not make a slow sender. */
const LONGEST_STEP_MS = 30_000;

/** Keeps a line to `url` open; gives what closes it for good. */
export function openLiveLink(
  url: string,
  world: LinkWorld,
  events: LinkEvents,
  options: LinkOptions = {},
): () => void {
  const link = new LiveLink(url, world, events, options.firstWithinMs ?? SILENT_MS);
  return () => link.close();
}

/** What the status of an ordinary request says of a refused line; null = nothing that would stay so. */
export function endOfStatus(status: number): LinkEnd | null {
  if (status === 401) return { reason: 'access', message: 'Your login has ended.' };
  if (status === 403) return { reason: 'forbidden', message: 'You may not see this session.' };
  return status === 404 ? { reason: 'deleted', message: 'The session has been deleted.' } : null;
}

type TimerName = 'retry' | 'stale' | 'silent' | 'hidden';

class LiveLink {
  private source: LinkSource | null = null;
  private state: LinkState = { kind: 'connecting' };
  private failures = 0;
  private news: { atMs: number; everyMs: number };
  private over = false;
  private readonly timers = new Map<TimerName, () => void>();
  private readonly unwatch: () => void;

  constructor(
    private readonly url: string,
    private readonly world: LinkWorld,
    private readonly events: LinkEvents,
    private readonly firstWithinMs: number,
  ) {
    this.news = { atMs: world.nowMs(), everyMs: 0 };
    this.unwatch = world.watchSeen((isSeen) => this.seen(isSeen));
    this.connect();
  }

  close(): void {
    this.over = true;
    this.hangUp();
    this.calm('hidden');
    this.unwatch();
  }

  private connect(): void {
    this.hangUp();
    this.wait('silent', this.firstWithinMs, () => this.again());
    this.source = this.world.open(this.url, {
      event: (name, data) => this.take(name, data),
      error: () => this.failed(),
    });
  }

  private take(name: string, data: string): void {
    if (this.over) return;
    if (name === 'follow') this.events.follow(followIn(data));
    else if (name === 'end') this.heardEnd(endIn(data));
    else this.heardFrame(frameIn(data));
  }

  private heardEnd(end: EndFrame): void {
    if (end.come_again) this.again();
    else this.end(end);
  }

  private heardFrame(frame: LiveFrame): void {
    const taken = this.events.frame(frame);
    if (taken === 'lost') {
      this.again();
      return;
    }
    this.failures = 0;
    this.wait('silent', SILENT_MS, () => this.again());
    // The first frame of a line is news in any case: it is there.
    const isFirst = this.state.kind === 'connecting' || this.state.kind === 'reconnecting';
    if (taken === 'news' || isFirst) this.hearNews();
  }

  private hearNews(): void {
    const nowMs = this.world.nowMs();
    const { atMs, everyMs } = this.news;
    this.news = { atMs: nowMs, everyMs: everyMs * 0.8 + Math.min(nowMs - atMs, LONGEST_STEP_MS) * 0.2 };
    this.say({ kind: 'live' });
    const patienceMs = Math.min(LONGEST_STALE_MS, Math.max(STALE_MS, 2.5 * this.news.everyMs));
    this.wait('stale', patienceMs, () => this.say({ kind: 'stale', sinceMs: nowMs }));
  }

  private failed(): void {
    this.again();
    this.world.whyRefused().then(
      (why) => {
        if (why && this.state.kind === 'reconnecting') this.end(why);
      },
      () => {},
    );
  }

  private again(): void {
    if (this.over) return;
    this.hangUp();
    this.say({ kind: 'reconnecting' });
    const wholeMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    this.wait('retry', wholeMs * (0.75 + this.world.random() / 2), () => this.connect());
  }

  private end(end: LinkEnd): void {
    if (this.over) return;
    this.say({ kind: 'ended', end });
    this.close();
  }

  private seen(isSeen: boolean): void {
    if (this.over) return;
    this.calm('hidden');
    if (!isSeen)
      this.wait('hidden', HIDDEN_MS, () => {
        this.hangUp();
        this.say({ kind: 'asleep' });
      });
    else if (this.state.kind === 'asleep') {
      this.say({ kind: 'reconnecting' });
      this.connect();
    }
  }

  private say(next: LinkState): void {
    if (this.over || (next.kind === this.state.kind && next.kind !== 'stale')) return;
    this.state = next;
    this.events.state(next);
  }

  private hangUp(): void {
    this.source?.close();
    this.source = null;
    this.calm('retry', 'stale', 'silent');
  }

  private wait(name: TimerName, ms: number, run: () => void): void {
    this.timers.get(name)?.();
    this.timers.set(name, this.world.after(ms, run));
  }

  private calm(...names: TimerName[]): void {
    for (const name of names) this.timers.get(name)?.();
  }
}

/** A message of this server's own stream, which sends the contract's frames. */
function frameIn(data: string): LiveFrame {
  const frame: LiveFrame = JSON.parse(data);
  return frame;
}

/** The same for the fixes of the followed entry. */
function followIn(data: string): FollowedFixes {
  const fixes: FollowedFixes = JSON.parse(data);
  return fixes;
}

/** The same for the reason of an end. */
function endIn(data: string): EndFrame {
  const end: EndFrame = JSON.parse(data);
  return end;
}
