import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import type { z } from 'zod';
import { type FeedDown, feedUp } from '@/lib/contracts/feeds';

export type HeardMessage = z.output<typeof feedUp>;

/** Answers a message, or cuts the connection without one. */
type Script = (message: HeardMessage, connection: number) => FeedDown | 'cut';

/** A feed channel whose answers a test writes; it greets by itself. */
export async function scriptedFeed(script: Script) {
  const http = createServer((_request, response) => response.writeHead(404).end('{}'));
  const sockets = new WebSocketServer({ server: http });
  const heard: HeardMessage[] = [];
  let made = 0;
  const welcome: FeedDown = {
    type: 'welcome',
    limits: {
      fixes_per_message: 5_000,
      bytes: 1024 * 1024,
      unanswered: 32,
      malformed: 1_000,
      devices: 2_000,
    },
  };
  sockets.on('connection', (socket) => {
    const connection = ++made;
    socket.on('message', (data) => {
      const message = feedUp.parse(JSON.parse(data.toString()));
      if (message.type === 'hello') return socket.send(JSON.stringify(welcome));
      heard.push(message);
      const answer = script(message, connection);
      if (answer === 'cut') return socket.terminate();
      socket.send(JSON.stringify({ ...answer, id: message.id }));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What came but the greetings, on all connections. */
    heard,
    /** Connections that are open now. */
    open: () => sockets.clients.size,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.close();
    },
  };
}
