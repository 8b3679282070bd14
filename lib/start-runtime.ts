import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import { neededHashes } from '@/lib/db/imports';
import { patiently } from '@/lib/db/patience';
import { messageOf } from '@/lib/errors';
import { LocalQueue } from '@/lib/jobs/local-queue';
import { type CpuWorker, openWorker } from '@/lib/jobs/worker-host';
import { closeStreams } from '@/lib/live/closers';
import { memoryBus } from '@/lib/live/memory-bus';
import { log } from '@/lib/log';
import type { Runtime } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { createFirstDemo } from '@/lib/services/demo';
import { jobsOf } from '@/lib/services/jobs';
import { openSpool, uploadsIn } from '@/lib/spool';

export type RuntimeOptions = {
  databaseUrl: string;
  dataDir: string;
  /** The bundled worker program (scripts/worker.ts). */
  workerFile: string;
  databaseKind: 'embedded' | 'postgresql';
  version: string;
  /** Whether to make the demo when this is the first start; default true. */
  demo?: boolean;
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
  const bus = memoryBus({ report });
  const queue = new LocalQueue({
    db: open.db,
    sql: open.sql,
    jobs: jobsOf(() => services),
    // The embedded database has one launcher: whatever ran before is dead.
    alone: options.databaseKind === 'embedded',
    ...(options.backoffScale === undefined ? {} : { backoffScale: options.backoffScale }),
    report,
  });
  const services: ServiceContext = { db: open.db, queue, bus, spool, worker, report };
  await queue.start();
  if (options.demo ?? true)
    createFirstDemo(services, Date.now()).catch((error: unknown) =>
      report(`The demo could not be asked for: ${messageOf(error)}`),
    );
  const runtime: Runtime = {
    databaseUrl: options.databaseUrl,
    db: open.db,
    sql: open.sql,
    services,
    facts: { version: options.version, startedAtMs: Date.now(), databaseKind: options.databaseKind },
    draining: false,
    pause: () => queue.stop(STEP_ENDS_WITHIN_MS),
    close: () => closeParts(queue, worker, open),
  };
  globalThis.pitwallRuntime = runtime;
  return runtime;
}

/** A running step gets a moment to end; then it is given back to be taken up again at the next start. */
async function closeParts(queue: LocalQueue, worker: CpuWorker, open: OpenDatabase): Promise<void> {
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
