import { EventEmitter } from 'node:events';
import type http from 'node:http';
import next from 'next';
import type { Handler, UpgradeHandler } from './front-door';

export type Pages = { handle: Handler; upgrade: UpgradeHandler | undefined; close(): Promise<void> };

/**
 * Next listens for 'upgrade' on the server it is given and ends every WebSocket whose path is also a route's. It
 * is given an emitter that never emits; of an http.Server it uses nothing but `on`.
 */
const silentServer = (): http.Server => new EventEmitter() as http.Server;

/** Next in this process. `dev` serves from the sources, with hot reload over its own WebSocket. */
export async function openPages(options: {
  root: string;
  host: string;
  port: number;
  dev: boolean;
}): Promise<Pages> {
  const { root, host, port, dev } = options;
  const app = next({ dir: root, hostname: host, port, dev, httpServer: silentServer() });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handle: (request, response) => handle(request, response),
    upgrade: dev ? hotReload(app) : undefined,
    close: () => app.close(),
  };
}

/** The getter that serves hot reload; `getUpgradeHandler()` has no implementation behind it. */
function hotReload(app: object): UpgradeHandler | undefined {
  if (!('upgradeHandler' in app) || typeof app.upgradeHandler !== 'function') return undefined;
  const upgrade = app.upgradeHandler;
  return (request, socket, head) => void upgrade.call(app, request, socket, head);
}
