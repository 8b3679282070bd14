import { createHash, timingSafeEqual } from 'node:crypto';
import net from 'node:net';
import {
  CANCEL_REQUEST,
  closeStatement,
  code,
  fatal,
  GSS_REQUEST,
  message,
  SSL_REQUEST,
  startupPacket,
} from './protocol';
import { type Backend, type TurnStats, Turns } from './turns';
import { newWireClient, type WireClient, WireLimitError } from './wire-client';

export type WireOptions = {
  password: string;
  host?: string;
  /** 0 (the default) takes a free one. */
  port?: number;
  idleInTransactionMs?: number;
  loginMs?: number;
  maxMessageBytes?: number;
  maxClients?: number;
  onBroken?: (error: unknown) => void;
};

export type WireStats = TurnStats & { clients: number };

const AUTHENTICATION_OK = message('R', Buffer.from([0, 0, 0, 0]));
const PASSWORD_REQUEST = message('R', Buffer.from([0, 0, 0, 3]));
/** PostgreSQL's own limit for what a client may send before it is known. */
const MAX_LOGIN_BYTES = 10_000;

/**
 * A PostgreSQL server on loopback in front of one PGlite instance, so that the `postgres` driver is the only code
 * path. It listens at once, says yes or no to the password, and answers queries from `attach` on.
 * Session state (SET, temporary tables, SQL-level PREPARE, LISTEN) is shared by all clients, advisory locks
 * exclude nobody, and a running query cannot be cancelled.
 */
export class WireServer {
  #clients = new Set<WireClient>();
  #logins = new Map<WireClient, 'startup' | 'password' | 'accepted'>();
  #server: net.Server;
  #turns: Turns;
  #options: Required<WireOptions>;
  #greeting: Buffer | null = null;
  #closing = false;
  #count = 0;

  constructor(options: WireOptions) {
    this.#options = {
      host: '127.0.0.1',
      port: 0,
      idleInTransactionMs: 30_000,
      loginMs: 60_000,
      maxMessageBytes: 256 * 1024 * 1024,
      maxClients: 100,
      onBroken: () => {},
      ...options,
    };
    this.#turns = new Turns({
      idleInTransactionMs: this.#options.idleInTransactionMs,
      maxCopyBytes: this.#options.maxMessageBytes,
      notify: (bytes) => {
        for (const client of this.#clients) if (client.started) client.sink.write(bytes);
      },
      onBroken: this.#options.onBroken,
    });
    this.#server = net.createServer((socket) => this.#accept(socket));
  }

  get turns(): Turns {
    return this.#turns;
  }

  /** Starts to listen; resolves to the port. */
  async listen(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The wire server has no TCP port.');
    return address.port;
  }

  /** Puts the opened database behind the server; clients that already logged in are served now. */
  async attach(backend: Backend): Promise<void> {
    this.#turns.attach(backend);
    const greeting = await this.#turns.between((run) => run(startupPacket()));
    // The first message is AuthenticationOk, which a client gets as soon as its password is right.
    this.#greeting = greeting.subarray(1 + greeting.readInt32BE(1));
    for (const [client, login] of this.#logins) if (login === 'accepted') this.#start(client);
  }

  stats(): WireStats {
    return { ...this.#turns.stats(), clients: this.#clients.size };
  }

  /** Sends every client away, rolls back what they had open, and refuses new ones (57P03). */
  async drain(): Promise<void> {
    this.#closing = true;
    for (const client of this.#clients) {
      client.sink.end(fatal('57P01', 'terminating connection: the embedded database is shutting down'));
      this.#turns.forget(client);
    }
    if (this.#greeting) await this.#turns.between(async () => {});
  }

  /** Stops listening. Only after the database is closed: a port that answers says that its folder is in use. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.sink.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: net.Socket): void {
    socket.setNoDelay(true);
    const client = newWireClient(socket, Buffer.from(`c${++this.#count}_`), this.#options.maxMessageBytes);
    socket.on('error', () => this.#forget(client));
    socket.on('close', () => this.#forget(client));
    const refusal = this.#refusal();
    if (refusal) {
      turnAway(socket, refusal);
      return;
    }
    this.#clients.add(client);
    this.#logins.set(client, 'startup');
    client.idleTimer = setTimeout(() => socket.destroy(), this.#options.loginMs).unref();
    socket.on('data', (data: Buffer) => {
      if (!client.gone) this.#receive(client, data);
    });
  }

  #refusal(): Buffer | null {
    if (this.#closing) return fatal('57P03', 'the embedded database is shutting down');
    if (this.#clients.size < this.#options.maxClients) return null;
    return fatal('53300', 'too many connections to the embedded database');
  }

  #receive(client: WireClient, data: Buffer): void {
    client.input.push(data);
    try {
      if (!client.started) this.#login(client);
      if (!client.started) return;
      for (const m of client.input.takeMessages()) client.inbox.push(m);
      this.#turns.enqueue(client);
    } catch (error) {
      if (!(error instanceof WireLimitError)) throw error;
      client.sink.end(fatal(error.sqlState, error.message));
      this.#turns.forget(client);
    }
  }

  /** Takes start-up and password packets as they come in. */
  #login(client: WireClient): void {
    while (client.input.bytes >= 8) {
      const login = this.#logins.get(client);
      const head = client.input.peek();
      if (login === 'accepted') return;
      const asked = login === 'password';
      const length = asked ? 1 + head.readInt32BE(1) : head.readInt32BE(0);
      if (length < 6 || length > MAX_LOGIN_BYTES || (asked && head[0] !== code('p')))
        throw new WireLimitError('08P01', 'invalid start-up packet');
      if (head.length < length) return;
      const packet = Buffer.from(head.subarray(0, length));
      client.input.drop(length);
      if (asked) this.#checkPassword(client, packet.subarray(5, length - 1));
      else this.#greet(client, packet.readInt32BE(4));
      if (client.gone) return;
    }
  }

  #greet(client: WireClient, request: number): void {
    if (request === SSL_REQUEST || request === GSS_REQUEST) {
      client.sink.write(Buffer.from('N'));
    } else if (request === CANCEL_REQUEST) {
      client.sink.end();
      client.gone = true;
    } else {
      this.#logins.set(client, 'password');
      client.sink.write(PASSWORD_REQUEST);
    }
  }

  #checkPassword(client: WireClient, given: Buffer): void {
    const digest = (value: string | Buffer) => createHash('sha256').update(value).digest();
    if (!timingSafeEqual(digest(given), digest(this.#options.password)))
      throw new WireLimitError('28P01', 'password authentication failed');
    this.#logins.set(client, 'accepted');
    clearTimeout(client.idleTimer);
    client.idleTimer = undefined;
    client.sink.write(AUTHENTICATION_OK);
    if (this.#greeting) this.#start(client);
  }

  #start(client: WireClient): void {
    if (!this.#greeting || client.gone) return;
    client.started = true;
    client.sink.write(this.#greeting);
    this.#receive(client, Buffer.alloc(0));
  }

  #forget(client: WireClient): void {
    clearTimeout(client.idleTimer);
    this.#logins.delete(client);
    if (!this.#clients.delete(client)) return;
    this.#turns.forget(client);
    if (client.statements.size === 0 || this.#closing) return;
    // The one session would keep them for ever.
    const close = [...client.statements].map((name) =>
      closeStatement(Buffer.concat([client.prefix, Buffer.from(name, 'latin1')])),
    );
    void this.#turns
      .between((run) => run(Buffer.concat([...close, message('S')])))
      .catch(this.#options.onBroken);
  }
}

/** Says why and closes. What the client still sends is read and dropped: unread, it would keep the socket open. */
function turnAway(socket: net.Socket, why: Buffer): void {
  socket.end(why);
  socket.resume();
}
