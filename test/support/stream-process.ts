import { once } from 'node:events';
import { streamLiveOperation } from '@/lib/api/operations/live-streams';
import { route } from '@/lib/api/route';
import { startRuntime, stopRuntime } from '@/lib/start-runtime';
import { closeDoor } from '@/scripts/server/close-door';
import { doorSettings } from '@/scripts/server/door-settings';
import { openFrontDoor } from '@/scripts/server/front-door';
import { openSockets } from '@/scripts/server/sockets';
import { fakeEngine } from './fake-engine';

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
  sockets.guard(async (request, response) => {
    const { pathname, href } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, count] = /^\/update\/(\d+)$/.exec(pathname) ?? [];
    if (count !== undefined) {
      for (let n = 0; n < Number(count); n++) engine?.update();
      return void response.end(String(engine?.seq()));
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const asked = new Request(href, { headers, signal: gone.signal });
    const answer = await GET(asked, { params: Promise.resolve({ id: pathname.split('/').at(-1) ?? '' }) });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const reader = answer.body?.getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      if (!response.write(piece.value))
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
    response.end();
  }),
  sockets.upgrade,
);
process.once('SIGTERM', async () => {
  await closeDoor(door, sockets);
  await stopRuntime();
  process.exit(0);
});
process.stdout.write(`${door.port}\n`);
