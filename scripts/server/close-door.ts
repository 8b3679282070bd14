import { drainRuntime } from '@/lib/start-runtime';
import type { FrontDoor } from './front-door';
import type { Sockets } from './sockets';

const CUT_CONNECTIONS_AFTER_MS = 3_000;

/** Takes nobody in any more, ends every stream and socket with a word, and cuts what is left after three seconds. */
export async function closeDoor(door: FrontDoor, sockets: Sockets | undefined): Promise<void> {
  door.drain();
  const closed = new Promise<void>((done) => door.server.close(() => done()));
  drainRuntime();
  const drained = sockets?.drain();
  const idle = setInterval(() => door.server.closeIdleConnections(), 50);
  const force = setTimeout(() => door.server.closeAllConnections(), CUT_CONNECTIONS_AFTER_MS);
  await drained;
  await closed;
  clearInterval(idle);
  clearTimeout(force);
}
