import type { PGlite } from '@electric-sql/pglite';
import { scopeNames } from './names';
import {
  code,
  fatal,
  isCopyFromStdin,
  isCopyMessage,
  message,
  messagesOf,
  refuseExtendedCopy,
  simpleQuery,
  statementOf,
} from './protocol';
import type { WireClient } from './wire-client';

/** The part of PGlite that serves clients. */
export type Backend = Pick<PGlite, 'runExclusive' | 'execProtocolRawStream'>;

export type TurnOptions = {
  idleInTransactionMs: number;
  maxCopyBytes: number;
  /** Hands a NotificationResponse to every client. */
  notify: (bytes: Buffer) => void;
  /** The backend threw and does not answer a rollback either: nothing more can be served. */
  onBroken: (error: unknown) => void;
};

export type TurnStats = {
  transactions: number;
  /** The longest time one client held the backend, first message to idle, and its first statement. */
  longestTransactionMs: number;
  longestStatement: string;
};

/**
 * Who may talk to PGlite's single backend. A client owns it from its first message until the backend is idle
 * again (ReadyForQuery 'I'), so unnamed statements, portals, transactions and COPY of several clients cannot mix.
 */
export class Turns {
  #options: TurnOptions;
  #backend: Backend | null = null;
  #queue: (WireClient | (() => Promise<void>))[] = [];
  #owner: WireClient | null = null;
  #ownedSinceMs = 0;
  #ownedFor: Buffer | undefined;
  #pumping = false;
  #wanted = false;
  #broken = false;
  #stats: TurnStats = { transactions: 0, longestTransactionMs: 0, longestStatement: '' };
  /** When the backend last served a client, on the performance.now() clock. */
  lastServedMs = 0;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  attach(backend: Backend): void {
    this.#backend = backend;
    void this.#pump();
  }

  stats(): TurnStats {
    return { ...this.#stats };
  }

  resetStats(): void {
    this.#stats = { transactions: 0, longestTransactionMs: 0, longestStatement: '' };
  }

  /** Asks for a turn for a client with messages, or lets its running turn go on. */
  enqueue(client: WireClient): void {
    if (client.inbox.length > 0 && this.#owner !== client && !client.waiting) {
      client.waiting = true;
      this.#queue.push(client);
    }
    void this.#pump();
  }

  /** Runs `work` between two clients' turns, when nobody owns the backend. */
  between<T>(work: (run: (bytes: Buffer) => Promise<Buffer>) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.push(() => work((bytes) => this.#run(bytes)).then(resolve, reject));
      void this.#pump();
    });
  }

  /** The client left: what it had open is rolled back, its named statements are closed. */
  forget(client: WireClient): void {
    client.gone = true;
    this.#rest(client);
    void this.#pump();
  }

  async #run(bytes: Buffer): Promise<Buffer> {
    const backend = this.#backend;
    if (!backend) throw new Error('The embedded database is not open yet.');
    const out: Buffer[] = [];
    const onRawData = (data: Uint8Array) => {
      out.push(Buffer.from(data));
    };
    await backend.runExclusive(() => backend.execProtocolRawStream(bytes, { onRawData }));
    return Buffer.concat(out);
  }

  async #pump(): Promise<void> {
    // A call while a step is still returning must not be lost.
    this.#wanted = true;
    if (this.#pumping || !this.#backend || this.#broken) return;
    this.#pumping = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        while (await this.#step());
      }
    } catch (error) {
      this.#broken = true;
      this.#options.onBroken(error);
    } finally {
      this.#pumping = false;
    }
  }

  /** One step of the pump; false when there is nothing to do until somebody sends something. */
  async #step(): Promise<boolean> {
    if (!this.#owner) return this.#next();
    const client = this.#owner;
    if (client.gone) {
      const answer = await this.#run(Buffer.concat([message('S'), simpleQuery('ROLLBACK')]));
      if (this.#deliver(null, answer) !== code('I')) throw new Error('The backend does not roll back.');
      this.#release();
      return true;
    }
    if (client.inbox.length === 0) {
      this.#watchIdle(client);
      return false;
    }
    this.#rest(client);
    try {
      await this.#serve(client);
    } catch (error) {
      client.gone = true;
      client.sink.end(fatal('XX000', `the embedded database failed: ${String(error)}`));
    }
    return true;
  }

  async #next(): Promise<boolean> {
    const next = this.#queue.shift();
    if (!next) return false;
    if (typeof next === 'function') {
      await next();
      return true;
    }
    next.waiting = false;
    if (next.gone || next.inbox.length === 0) return true;
    this.#owner = next;
    this.#ownedSinceMs = performance.now();
    this.#ownedFor = next.inbox[0];
    return true;
  }

  #release(): void {
    this.#owner = null;
    this.lastServedMs = performance.now();
    const heldMs = this.lastServedMs - this.#ownedSinceMs;
    this.#stats.transactions++;
    if (heldMs > this.#stats.longestTransactionMs) {
      this.#stats.longestTransactionMs = heldMs;
      this.#stats.longestStatement = this.#ownedFor ? statementOf(this.#ownedFor).slice(0, 200) : '';
    }
    this.#ownedFor = undefined;
  }

  async #serve(client: WireClient): Promise<void> {
    const { batch, copied, goodbye } = this.#take(client);
    if (batch.length > 0) {
      let answer = await this.#run(Buffer.concat(batch));
      if (copied && answer[0] === code('G')) answer = answer.subarray(1 + answer.readInt32BE(1));
      client.inTransaction = this.#deliver(client, answer) !== code('I');
    }
    if (!client.copy && !client.inTransaction) {
      this.#release();
      this.enqueue(client);
    }
    if (goodbye) client.sink.end();
  }

  /** What of a client's inbox goes to the backend now. A COPY FROM STDIN is held back until it is whole. */
  #take(client: WireClient): { batch: Buffer[]; copied: boolean; goodbye: boolean } {
    const messages = client.inbox;
    client.inbox = [];
    const batch: Buffer[] = [];
    let copied = false;
    for (const [i, m] of messages.entries()) {
      const type = m[0] ?? 0;
      if (client.copy) {
        if (this.#collectCopy(client, client.copy, m)) {
          batch.push(...client.copy);
          client.copy = null;
          copied = true;
        }
      } else if (isCopyMessage(type)) {
        // The rest of a COPY that failed.
      } else if (type === code('X')) {
        return { batch, copied, goodbye: true };
      } else if (type === code('Q') && isCopyFromStdin(m)) {
        if (batch.length > 0) {
          client.inbox = messages.slice(i);
          break;
        }
        client.copy = [m];
        client.copyBytes = m.length;
        client.sink.write(message('G', Buffer.from([0, 0, 0])));
      } else {
        const safe = type === code('P') && isCopyFromStdin(m) ? refuseExtendedCopy(m) : m;
        batch.push(scopeNames(safe, client.prefix, client.statements));
      }
    }
    return { batch, copied, goodbye: false };
  }

  /** Adds a message to the COPY in progress; true when that completes it. */
  #collectCopy(client: WireClient, copy: Buffer[], m: Buffer): boolean {
    const type = m[0] ?? 0;
    if (!isCopyMessage(type)) return false;
    client.copyBytes += m.length;
    if (client.copyBytes > this.#options.maxCopyBytes)
      throw new Error(`COPY of more than ${this.#options.maxCopyBytes} bytes; send it in pieces`);
    copy.push(m);
    return type !== code('d');
  }

  /** Sends an answer, hands notifications to every client, returns the last transaction status (0: none). */
  #deliver(client: WireClient | null, answer: Buffer): number {
    let status = 0;
    let kept = 0;
    const own: Buffer[] = [];
    for (const { type, from, to } of messagesOf(answer)) {
      if (type === code('A')) {
        own.push(answer.subarray(kept, from));
        kept = to;
        this.#options.notify(answer.subarray(from, to));
      } else {
        status = type === code('Z') ? (answer[from + 5] ?? 0) : 0;
      }
    }
    own.push(answer.subarray(kept));
    if (client && !client.gone) client.sink.write(Buffer.concat(own));
    return status;
  }

  /** A client that holds the only backend and stays silent would stop everybody: end it as PostgreSQL would. */
  #watchIdle(client: WireClient): void {
    client.idleTimer ??= setTimeout(() => {
      const why = 'terminating connection due to idle-in-transaction timeout';
      client.sink.end(fatal('25P03', `${why} (the embedded database serves one transaction at a time)`));
      this.forget(client);
    }, this.#options.idleInTransactionMs).unref();
  }

  #rest(client: WireClient): void {
    clearTimeout(client.idleTimer);
    client.idleTimer = undefined;
  }
}
