import { randomUUID } from 'node:crypto';
import { SYSTEM } from '@/lib/auth/actor';
import { type AuthSettings, openAuthParts } from '@/lib/auth/open-parts';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { neededHashes } from '@/lib/db/imports';
import { patiently } from '@/lib/db/patience';
import { messageOf } from '@/lib/errors';
import { LocalQueue } from '@/lib/jobs/local-queue';
import { type CpuWorker, openWorker } from '@/lib/jobs/worker-host';
import { boardMirrors } from '@/lib/live/board-mirror';
import { closeStreams } from '@/lib/live/closers';
import { type EngineHost, startEngines } from '@/lib/live/engine/engine-host';
import type { Ingest } from '@/lib/live/ingest';
import { openIngest } from '@/lib/live/ingest-writer';
import { memoryBus } from '@/lib/live/memory-bus';
import { openRedis } from '@/lib/live/redis';
import { redisBus } from '@/lib/live/redis-bus';
import { log } from '@/lib/log';
import type { Runtime } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { createFirstDemo } from '@/lib/services/demo';
import { jobsOf } from '@/lib/services/jobs';
import { openByItself } from '@/lib/services/live-by-itself';
import { closeLive } from '@/lib/services/live-sessions';
import { makeNamedAdministrator, type NamedAdministrator } from '@/lib/services/setup';
import { startUpkeep } from '@/lib/services/upkeep';
import { openSpool, uploadsIn } from '@/lib/spool';

export type RuntimeOptions = {
  databaseUrl: string;
  dataDir: string;
  /** The bundled worker program (scripts/worker.ts). */
  workerFile: string;
  databaseKind: 'embedded' | 'postgresql';
  /** Who can reach the server; default loopback. */
  reach?: 'loopback' | 'network';
  version: string;
  /** How logins are checked. */
  auth: Omit<AuthSettings, 'redis' | 'report'>;
  /** The administrator to make when there was never one. */
  administrator?: NamedAdministrator | undefined;
  /** What several instances share; without it each counts alone. */
  redisUrl?: string | undefined;
  /** Days that the audit log is kept; default 365. */
  logRetentionDays?: number;
  /** Fixes a second that a device may send on the long run; 0 = as many as it likes. Default 2,000. */
  fixesPerSecond?: number | undefined;
  /** Whether to make the demo when this is the first start; default true. */
  demo?: boolean;
  /** Whether to do the day's upkeep; default true. */
  upkeep?: boolean;
  /** Scales the pauses between a job's attempts, for tests. */
  backoffScale?: number;
};

const STEP_ENDS_WITHIN_MS = 1_000;

/** Opens what the server needs and starts the job queue; once per process, before the first request. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const open = openDatabase(options.databaseUrl);
  const spool = openSpool(uploadsIn(options.dataDir));
  await spool.sweep(await patiently(() => neededHashes(open.db)));
  const worker = openWorker({
    file: options.workerFile,
    data: { databaseUrl: options.databaseUrl, dataDir: options.dataDir },
  });
  const report = (line: string): void => log.warn(line);
  const { redis, bus, boards } = openBus(options.redisUrl, report);
  const auth = openAuthParts({ ...options.auth, redis, report });
  const ingest = openIngest({ sql: open.sql, bus, report, fixesPerSecond: options.fixesPerSecond ?? 2_000 });
  const queue = new LocalQueue({
    db: open.db,
    sql: open.sql,
    jobs: jobsOf(() => services, { logRetentionDays: options.logRetentionDays ?? 365 }),
    // The embedded database has one launcher: whatever ran before is dead.
    alone: options.databaseKind === 'embedded',
    ...(options.backoffScale === undefined ? {} : { backoffScale: options.backoffScale }),
    report,
  });
  const services: ServiceContext = {
    db: open.db,
    sql: open.sql,
    queue,
    bus,
    boards,
    ingest,
    spool,
    worker,
    auth,
    caller: SYSTEM,
    report,
  };
  if (options.administrator) await makeNamedAdministrator(services, options.administrator);
  await queue.start();
  const engines = await startTiming(services, options);
  const upkeep = (options.upkeep ?? true) ? startUpkeep(services) : null;
  if (options.demo ?? true)
    createFirstDemo(services, Date.now()).catch((error: unknown) =>
      report(`The demo could not be asked for: ${messageOf(error)}`),
    );
  const runtime: Runtime = {
    databaseUrl: options.databaseUrl,
    db: open.db,
    sql: open.sql,
    services,
    engines,
    facts: {
      version: options.version,
      startedAtMs: Date.now(),
      databaseKind: options.databaseKind,
      reach: options.reach ?? 'loopback',
      redis: redis !== undefined,
    },
    pingRedis: redis ? () => redis.client.ping() : null,
    draining: false,
    pause: () => queue.stop(STEP_ENDS_WITHIN_MS),
    async close() {
      upkeep?.stop();
      await closeParts({ engines, ingest, queue, worker, open });
      boards.close();
      await bus.close();
      await redis?.close();
    },
  };
  globalThis.pitwallRuntime = runtime;
  return runtime;
}

/** Times what is live, under a name that no other process has. */
function startTiming(services: ServiceContext, options: RuntimeOptions): Promise<EngineHost> {
  return startEngines({
    db: services.db,
    bus: services.bus,
    holder: randomUUID(),
    report: services.report,
    now: Date.now,
    // The embedded database has one launcher: whoever held a session is dead.
    alone: options.databaseKind === 'embedded',
    openItself: (found) => openByItself(services, found),
    closeSilent: async (sessionId) => {
      await closeLive(services, { session_id: sessionId });
    },
  });
}

/** What happens now, shared with the other instances when there is a Redis. */
function openBus(url: string | undefined, report: (line: string) => void) {
  const redis = url === undefined ? undefined : openRedis(url, report);
  const bus = redis && url !== undefined ? redisBus({ url, redis, report }) : memoryBus({ report });
  return { redis, bus, boards: boardMirrors(bus) };
}

type Parts = {
  engines: EngineHost;
  ingest: Ingest;
  queue: LocalQueue;
  worker: CpuWorker;
  open: OpenDatabase;
};

/**
 * What streams out or in ends first, as a demo race does. A running step gets a moment to end; then it is given back
 * to be taken up again at the next start.
 */
async function closeParts({ engines, ingest, queue, worker, open }: Parts): Promise<void> {
  closeStreams();
  await engines.stop();
  await ingest.drain().catch(() => {});
  await queue.stop(STEP_ENDS_WITHIN_MS);
  await worker.stop();
  await open.close();
}

/** First part of a stop: no new work, every stream ends. */
export function drainRuntime(): void {
  if (globalThis.pitwallRuntime) globalThis.pitwallRuntime.draining = true;
  closeStreams();
}

/** Last part of a stop: what is queued is left for the next start, the pool is closed. */
export async function stopRuntime(): Promise<void> {
  await globalThis.pitwallRuntime?.close();
  globalThis.pitwallRuntime = undefined;
}
