import { once } from 'node:events';
import net from 'node:net';

export type DeafProxy = {
  url: string;
  /** From now on nothing that the server says arrives; what is said to it still does. */
  deafen(): void;
  /** Ends every connection; those that are made from now on are heard. */
  cut(): void;
  close(): Promise<void>;
};

/** Stands before a PostgreSQL server and can make its clients seem hung in the middle of a statement. */
export async function deafProxy(url: string): Promise<DeafProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<net.Socket>();
  let deaf = false;
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port), hostname);
    upstream.on('data', (piece) => deaf || client.write(piece));
    client.on('data', (piece) => upstream.write(piece));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port.');
  const proxied = new URL(url);
  proxied.port = String(address.port);
  const cut = () => {
    deaf = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: proxied.href,
    deafen: () => {
      deaf = true;
    },
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
