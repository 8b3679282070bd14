import { once } from 'node:events';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type FeedDown, feedDown } from '@/lib/contracts/feeds';
import type { ServiceContext } from '@/lib/services/context';
import { openFeed } from '@/lib/services/feeds';
import { until } from './until';

export type FeedClient = {
  /** Everything that came down, in order. */
  heard: FeedDown[];
  closed: { code: number; reason: string } | null;
  /** Sends a message as it is, or an object as JSON; settles when the feed would take the next one. */
  send(message: string | object): Promise<void>;
  /** Sends and gives the answer; of a text, whatever comes down next. */
  ask(message: string | object): Promise<FeedDown>;
  /** The other end is gone. */
  leave(): void;
};

/** A feed without a socket: the session as the transport drives it, with every answer checked by its contract. */
export function feedClient(ctx: ServiceContext): FeedClient {
  const heard: FeedDown[] = [];
  const session = openFeed(ctx, {
    send: (text) => {
      heard.push(feedDown.parse(JSON.parse(text)));
    },
    close: (code, reason) => {
      client.closed = { code, reason };
    },
  });
  let ids = 0;
  const client: FeedClient = {
    heard,
    closed: null,
    async send(message) {
      await session.message(typeof message === 'string' ? message : JSON.stringify(message));
    },
    async ask(message) {
      const id = `asked ${++ids}`;
      const before = heard.length;
      await client.send(typeof message === 'string' ? message : { ...message, id });
      const isIt = (one: FeedDown) => 'id' in one && one.id === id;
      return until('the answer is there', () =>
        typeof message === 'string' ? heard[before] : heard.find(isIt),
      );
    },
    leave: () => session.closed(),
  };
  return client;
}

export type FeedServer = {
  url: string;
  /** Ends every connection without a word; gives how many there were. */
  cut(): number;
  /** How many connections were made. */
  connections(): number;
  stop(): Promise<void>;
};

/** A server with nothing but the feed channel, for everybody who shows a key; it takes message after message. */
export async function serveFeeds(ctx: ServiceContext): Promise<FeedServer> {
  const http = createServer((_request, response) =>
    response.writeHead(404).end('{"message":"Nothing here."}'),
  );
  const sockets = new WebSocketServer({ server: http, path: '/api/v1/feeds' });
  let made = 0;
  sockets.on('connection', (socket: WebSocket) => {
    made++;
    const session = openFeed(ctx, {
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    });
    let before = Promise.resolve();
    socket.on('message', (data) => {
      before = before.then(() => session.message(data.toString()));
    });
    socket.on('close', () => session.closed());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      const open = [...sockets.clients];
      for (const socket of open) socket.terminate();
      return open.length;
    },
    connections: () => made,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      http.close();
    },
  };
}
