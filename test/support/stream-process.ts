import { streamLiveOperation } from '@/lib/api/operations/live-streams';
import { route } from '@/lib/api/route';
import { startRuntime, stopRuntime } from '@/lib/start-runtime';
import { closeDoor } from '@/scripts/server/close-door';
import { doorSettings } from '@/scripts/server/door-settings';
import { openFrontDoor } from '@/scripts/server/front-door';
import { openSockets } from '@/scripts/server/sockets';
import { fakeEngine } from './fake-engine';
import { nodeHandler } from './node-handler';

/**
 * One instance of several without its pages: the front door, the live streams and the sockets. Database, data folder,
 * worker and Redis come as arguments, and the session that this one times, if any. `POST /update/<n>` sends so many
 * frames. A number on its output is its port.
 */
const [databaseUrl = '', dataDir = '', workerFile = '', redisUrl = '', timed = ''] = process.argv.slice(2);
const runtime = await startRuntime({
  databaseUrl,
  databaseKind: 'postgresql',
  dataDir,
  workerFile,
  version: 'test',
  auth: { secret: 'a secret of the tests, long enough for them' },
  redisUrl,
  demo: false,
  upkeep: false,
});
const engine = timed === '' ? null : fakeEngine(runtime.services.bus, Number(timed));
const { GET } = route(streamLiveOperation);
const door = await openFrontDoor(doorSettings({ HOST: '127.0.0.1', PORT: 0 }));
const sockets = openSockets({});

door.open(
  sockets.guard(
    nodeHandler(async (asked) => {
      const { pathname } = new URL(asked.url);
      const [, count] = /^\/update\/(\d+)$/.exec(pathname) ?? [];
      if (count === undefined)
        return GET(asked, { params: Promise.resolve({ id: pathname.split('/').at(-1) ?? '' }) });
      for (let n = 0; n < Number(count); n++) engine?.update();
      return new Response(String(engine?.seq()));
    }),
  ),
  sockets.upgrade,
);
process.once('SIGTERM', async () => {
  await closeDoor(door, sockets);
  await stopRuntime();
  process.exit(0);
});
process.stdout.write(`${door.port}\n`);
