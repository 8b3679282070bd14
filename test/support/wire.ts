import { openAsBlob } from 'node:fs';
import net from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import { message, startupPacket } from '@/lib/db/embedded/protocol';
import type { Backend } from '@/lib/db/embedded/turns';
import { type WireOptions, WireServer } from '@/lib/db/embedded/wire-server';
import { sharedPart } from './shared-parts';

export const PASSWORD = 'correct horse battery staple';

export type WireUnderTest = {
  wire: WireServer;
  db: PGlite;
  port: number;
  url: string;
  connect(max?: number): postgres.Sql;
  close(): Promise<void>;
};

/** The wire server in front of a PGlite in this process, which a test may look into or put a fault into. */
export async function wireUnderTest(
  options: Partial<WireOptions> = {},
  wrap: (db: PGlite) => Backend = (db) => db,
): Promise<WireUnderTest> {
  const { dumpFile } = await sharedPart('/embedded');
  const db = await PGlite.create({ dataDir: 'memory://', loadDataDir: await openAsBlob(dumpFile) });
  const wire = new WireServer({ password: PASSWORD, ...options });
  const port = await wire.listen();
  await wire.attach(wrap(db));
  const pools: postgres.Sql[] = [];
  const url = `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  return {
    wire,
    db,
    port,
    url,
    connect(max = 1) {
      const sql = postgres(url, { max, onnotice: () => {}, fetch_types: false });
      pools.push(sql);
      return sql;
    },
    async close() {
      await Promise.all(pools.map((sql) => sql.end({ timeout: 1 })));
      await wire.close();
      await db.close();
    },
  };
}

export type RawClient = {
  socket: net.Socket;
  send(...messages: Buffer[]): void;
  /** Resolves when what came so far contains the text; rejects when the connection closes without it. */
  until(text: string): Promise<string>;
  closed: Promise<string>;
};

/** A client that says what it is told, byte by byte. */
export function rawClient(port: number): RawClient {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  socket.on('error', () => {});
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  return {
    socket,
    closed,
    send: (...messages) => void socket.write(Buffer.concat(messages)),
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (received.includes(text)) resolve(received);
        };
        socket.on('data', look);
        socket.once('close', () =>
          received.includes(text) ? resolve(received) : reject(new Error(`closed: ${received}`)),
        );
        look();
      }),
  };
}

export const passwordMessage = (password: string): Buffer => message('p', Buffer.from(`${password}\0`));

/** A raw client that is logged in. */
export async function loggedIn(port: number): Promise<RawClient> {
  const client = rawClient(port);
  client.send(startupPacket(), passwordMessage(PASSWORD));
  await client.until('Z\0\0\0\x05I');
  return client;
}
