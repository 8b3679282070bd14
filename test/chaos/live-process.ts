import * as deviceKeys from '@/lib/api/operations/device-keys';
import * as ingest from '@/lib/api/operations/ingest';
import * as live from '@/lib/api/operations/live';
import * as liveStreams from '@/lib/api/operations/live-streams';
import * as me from '@/lib/api/operations/me';
import * as robots from '@/lib/api/operations/robots';
import * as sessions from '@/lib/api/operations/sessions';
import * as tracks from '@/lib/api/operations/tracks';
import { route } from '@/lib/api/route';
import { streamCounters } from '@/lib/live/stream-counters';
import { startRuntime, stopRuntime } from '@/lib/start-runtime';
import { closeDoor } from '@/scripts/server/close-door';
import { doorSettings } from '@/scripts/server/door-settings';
import { openFrontDoor } from '@/scripts/server/front-door';
import { openSockets } from '@/scripts/server/sockets';
import { nodeHandler } from '../support/node-handler';
import { makeKey, makePerson } from '../support/people';

/**
 * The server without its pages: front door, the operations of live things, sockets, engines. What it is given comes as
 * JSON (LiveProcessOptions). Under /test a test makes people, holds the process up, and sees what it holds. A number on
 * its output is its port.
 */
export type LiveProcessOptions = {
  databaseUrl: string;
  kind: 'embedded' | 'postgresql';
  dataDir: string;
  workerFile: string;
  redisUrl?: string;
};

const options: LiveProcessOptions = JSON.parse(process.argv[2] ?? '{}');
const runtime = await startRuntime({
  databaseUrl: options.databaseUrl,
  databaseKind: options.kind,
  dataDir: options.dataDir,
  workerFile: options.workerFile,
  version: 'test',
  auth: { secret: 'a secret of the tests, long enough for them', ratePerMinute: 0 },
  redisUrl: options.redisUrl,
  fixesPerSecond: 0,
  demo: false,
  upkeep: false,
  backoffScale: 0.01,
});
const OPERATIONS = [deviceKeys, ingest, live, liveStreams, me, robots, sessions, tracks].flatMap((part) =>
  Object.values(part),
);
const patterns = [...new Set(OPERATIONS.map(({ path }) => path))].map((path) => ({
  handlers: route(...OPERATIONS.filter((one) => one.path === path)),
  names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`),
}));
// What names its parts in full comes before what takes any.
patterns.sort((a, b) => a.names.length - b.names.length);
const door = await openFrontDoor(doorSettings({ HOST: '127.0.0.1', PORT: 0 }));
const sockets = openSockets({});

door.open(sockets.guard(nodeHandler(answerTo)), sockets.upgrade);

async function answerTo(asked: Request): Promise<Response> {
  const { pathname } = new URL(asked.url);
  const [, order, argument] = /^\/test\/(\w+)\/(\w+)$/.exec(pathname) ?? [];
  if (order) return testOrder(order, argument ?? '');
  const found = patterns.find(({ pattern }) => pattern.test(pathname));
  if (!found) return new Response('{}', { status: 404 });
  const values = found.pattern.exec(pathname) ?? [];
  const params = Object.fromEntries(
    found.names.map((name, at) => [name, decodeURIComponent(values[at + 1] ?? '')]),
  );
  const handler = Object.entries(found.handlers).find(([name]) => name === asked.method)?.[1];
  return handler?.(asked, { params: Promise.resolve(params) }) ?? new Response(null, { status: 405 });
}

async function testOrder(order: string, argument: string): Promise<Response> {
  const { services, engines } = runtime;
  if (order === 'person') {
    const person = await makePerson(services, argument === '5' ? 5 : argument === '2' ? 2 : 1);
    const key = await makeKey(services, person.row.id);
    return Response.json({ id: person.row.id, token: person.token, key: key.key, keyId: key.id });
  }
  if (order === 'stall') {
    // An event loop that is blocked: nothing else runs meanwhile.
    const untilMs = performance.now() + Number(argument);
    while (performance.now() < untilMs);
    return Response.json({});
  }
  if (order === 'times') return Response.json(engines.engine(Number(argument)) !== null);
  global.gc?.();
  const { heapUsed, rss, external } = process.memoryUsage();
  return Response.json({
    engines: engines.count(),
    listeners: services.bus.listeners(),
    boards: services.boards.count(),
    streams: streamCounters().open,
    sockets: sockets.count(),
    connections: await new Promise((resolve) => door.server.getConnections((_, count) => resolve(count))),
    heapBytes: heapUsed + external,
    rssBytes: rss,
    ingest: services.ingest.counters(),
  });
}

process.once('SIGTERM', async () => {
  await closeDoor(door, sockets);
  await stopRuntime();
  process.exit(0);
});
process.stdout.write(`${door.port}\n`);
