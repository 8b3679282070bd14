import type net from 'node:net';
import { isSyncPoint } from './protocol';

/** Where a client's answers go. */
export type Sink = Pick<net.Socket, 'write' | 'end' | 'destroy'>;

/** One connection as the wire server sees it. */
export type WireClient = {
  sink: Sink;
  input: MessageInput;
  /** Whole messages up to the last sync point. */
  inbox: Buffer[];
  /** Messages of a COPY FROM STDIN in progress. */
  copy: Buffer[] | null;
  copyBytes: number;
  started: boolean;
  waiting: boolean;
  gone: boolean;
  inTransaction: boolean;
  /** PGlite has one session: names of statements and portals get this prefix. */
  prefix: Buffer;
  statements: Set<string>;
  idleTimer: NodeJS.Timeout | undefined;
};

export function newWireClient(sink: Sink, prefix: Buffer, maxMessageBytes: number): WireClient {
  return {
    sink,
    prefix,
    input: new MessageInput(maxMessageBytes),
    inbox: [],
    copy: null,
    copyBytes: 0,
    started: false,
    waiting: false,
    gone: false,
    inTransaction: false,
    statements: new Set(),
    idleTimer: undefined,
  };
}

/** Thrown when a client sends more than this server takes; `sqlState` is PostgreSQL's code for it. */
export class WireLimitError extends Error {
  readonly sqlState: string;
  constructor(sqlState: string, text: string) {
    super(text);
    this.sqlState = sqlState;
  }
}

/** Bytes of one client that are not handed over yet. A large message is joined once, not at every chunk. */
export class MessageInput {
  #chunks: Buffer[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #needed = 0;
  #maxBytes: number;
  bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(data: Buffer): void {
    this.#chunks.push(data);
    this.bytes += data.length;
  }

  /** All bytes in one buffer, without taking them. */
  peek(): Buffer {
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    const all = only ?? Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  /** Drops the first `count` bytes. */
  drop(count: number): void {
    const rest = this.peek().subarray(count);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.bytes = rest.length;
  }

  /**
   * Takes the whole messages up to the last sync point. Throws WireLimitError for a length that is nonsense
   * (08P01) or larger than the server takes (54000).
   */
  takeMessages(): Buffer[] {
    if (this.bytes < this.#needed) return [];
    const input = this.peek();
    let at = 0;
    let ready = 0;
    this.#needed = 0;
    while (input.length - at >= 5) {
      const length = input.readInt32BE(at + 1);
      if (length < 4) throw new WireLimitError('08P01', 'invalid message length');
      const next = at + 1 + length;
      this.#check(length);
      if (input.length < next) {
        this.#needed = 1 + length;
        break;
      }
      const whole = input.subarray(at, next);
      this.#pending.push(whole);
      this.#pendingBytes += whole.length;
      this.#check(0);
      at = next;
      if (isSyncPoint(whole)) ready = this.#pending.length;
    }
    this.drop(at);
    if (ready === 0) return [];
    const taken = this.#pending.splice(0, ready);
    this.#pendingBytes = this.#pending.reduce((sum, part) => sum + part.length, 0);
    return taken;
  }

  #check(length: number): void {
    if (length + this.#pendingBytes > this.#maxBytes)
      throw new WireLimitError('54000', `a message of more than ${this.#maxBytes} bytes`);
  }
}
