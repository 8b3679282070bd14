import type { WebSocket } from 'ws';
import { type FeedDown, type FeedUp, feedDown } from '@/lib/contracts/feeds';
import { FeedRefusal, openFeedSocket } from './feed-socket';

export type Ack = Extract<FeedDown, { type: 'ack' | 'device' }>;

export type FeedLinkOptions = {
  /** The server's http(s) address. */
  url: string;
  key: string;
  hello: Extract<FeedUp, { type: 'hello' }>;
  /** One line about the connection. */
  report?: (line: string) => void;
};

type Item = {
  /** Ids rise in the order in which the messages were given. */
  id: number;
  message: FeedUp;
  /** It went out on a connection that was cut: the server may have done it already. */
  again: boolean;
  resolve: (ack: Ack) => void;
  reject: (error: unknown) => void;
};

const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 5_000];

/**
 * A feed channel that outlives its connections: what was not answered on one is sent again on the next. A server that
 * is busy is asked again after the pause that it names. Only a first connection that fails, and a refusal, end it.
 */
export class FeedLink {
  #options: FeedLinkOptions;
  #socket: WebSocket | null = null;
  #ready = false;
  #lost: unknown = null;
  #connections = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #heldUntilMs = 0;
  #nextId = 0;
  /** Messages that may wait for their answer; the server says how many. */
  #most = 1;
  #queue: Item[] = [];
  #onTheWay = new Map<number, Item>();
  /** What every new connection must be told before anything else. */
  #devices = new Map<string, FeedUp>();
  #waiters = new Set<() => void>();

  constructor(options: FeedLinkOptions) {
    this.#options = options;
    this.#connect();
  }

  /** How often the connection had to be made anew. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  /** Messages without an answer. */
  get pending(): number {
    return this.#queue.length + this.#onTheWay.size;
  }

  /** Gives the answer; rejects with a FeedRefusal, or with the fault that ended the link. */
  ask(message: FeedUp): Promise<Ack> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) reject(this.#lost);
      else this.#queue.push({ id: this.#nextId++, message, again: false, resolve, reject });
      this.#pump();
    });
  }

  /** Waits until at most `count` messages have no answer, or the link is lost. */
  async until(count: number): Promise<void> {
    while (this.#lost === null && this.pending > count)
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  close(): void {
    this.#lost = new FeedRefusal('closed', 'The channel is closed.');
    this.#socket?.close(1000);
  }

  #connect(): void {
    if (this.#lost !== null) return;
    const socket = openFeedSocket(this.#options, {
      opened: () => socket.send(JSON.stringify(this.#options.hello)),
      heard: (answer) => this.#hear(feedDown.parse(JSON.parse(answer))),
      gone: (error) => {
        if (this.#connections > 0 && !(error instanceof FeedRefusal)) this.#comeAgain();
        else this.#lose(error);
      },
    });
    this.#socket = socket;
  }

  #hear(answer: FeedDown): void {
    if (answer.type === 'welcome') {
      if (this.#connections++ > 0) this.#options.report?.('connected again');
      this.#most = answer.limits.unanswered;
      this.#ready = true;
      this.#pauseMs = FIRST_PAUSE_MS;
    } else if (answer.type === 'error' && !this.#ready) {
      this.#lose(new FeedRefusal(answer.error, answer.message));
    } else if (answer.type !== 'command') this.#settle(answer);
    this.#pump();
  }

  #settle(answer: Ack | Extract<FeedDown, { type: 'error' }>): void {
    const item = this.#onTheWay.get(Number(answer.id));
    if (!item) return;
    this.#onTheWay.delete(item.id);
    if (answer.type === 'error' && answer.retry_after_s !== undefined) {
      this.#heldUntilMs = Date.now() + answer.retry_after_s * 1000;
      const after = this.#queue.findIndex(({ id }) => id > item.id);
      this.#queue.splice(after < 0 ? this.#queue.length : after, 0, item);
      return;
    }
    if (isClosedAlready(item, answer)) item.resolve({ type: 'ack', id: item.id });
    else if (answer.type === 'error') item.reject(new FeedRefusal(answer.error, answer.message));
    else {
      if (item.message.type === 'device') this.#devices.set(item.message.ref, item.message);
      item.resolve(answer);
    }
    this.#wake();
  }

  #pump(): void {
    const waitMs = this.#heldUntilMs - Date.now();
    if (waitMs > 0) {
      setTimeout(() => this.#pump(), waitMs);
      return;
    }
    while (this.#ready && this.#onTheWay.size < this.#most) {
      const item = this.#queue.shift();
      if (!item) return;
      this.#onTheWay.set(item.id, item);
      this.#socket?.send(JSON.stringify({ ...item.message, id: item.id }));
    }
  }

  #comeAgain(): void {
    this.#ready = false;
    if (this.#lost !== null) return;
    const ignore = () => {};
    const known = [...this.#devices.values()].map((message) => {
      return { message, again: true, resolve: ignore, reject: ignore };
    });
    this.#devices.clear();
    // One that was refused went out behind later ones.
    const open = [...this.#onTheWay.values()].sort((a, b) => a.id - b.id);
    for (const item of open) item.again = true;
    this.#queue = [...known, ...open, ...this.#queue].map((item) => ({ ...item, id: this.#nextId++ }));
    this.#onTheWay.clear();
    this.#options.report?.(`the connection is cut: trying again in ${this.#pauseMs / 1000} s`);
    setTimeout(() => this.#connect(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #lose(error: unknown): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.#socket?.terminate();
    for (const item of [...this.#onTheWay.values(), ...this.#queue]) item.reject(error);
    this.#onTheWay.clear();
    this.#queue = [];
    this.#wake();
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resume of waiters) resume();
  }
}

/** A session is closed once: the first try did it, and the connection was cut before its answer. */
function isClosedAlready({ again, message }: Item, answer: FeedDown): boolean {
  const isClose = message.type === 'session' && message.action === 'close';
  return again && isClose && answer.type === 'error' && answer.error === 'closed';
}
