import type { Db, Sql } from '@/lib/db/client';
import type { EngineHost } from '@/lib/live/engine/engine-host';
import type { ServiceContext } from '@/lib/services/context';
import type { ProcessFacts } from '@/lib/services/status';

/**
 * What one server process shares. Route handlers, pages and the launcher are bundled apart, so each has its own
 * copy of every module; only globalThis is the same for all.
 */
export type Runtime = {
  databaseUrl: string;
  db: Db;
  sql: Sql;
  services: ServiceContext;
  /** What times the live sessions in this process. */
  engines: EngineHost;
  facts: ProcessFacts;
  /** Asks Redis whether it is there; null when none is set. */
  pingRedis: (() => Promise<unknown>) | null;
  /** Whether the server is about to stop: nothing long should begin now. */
  draining: boolean;
  /** Works on no job any more; what is queued is left for another process or the next start. */
  pause(): Promise<void>;
  close(): Promise<void>;
};

declare global {
  var pitwallRuntime: Runtime | undefined;
}

/** The runtime of this process. Throws when none was started, as in a build. */
export function runtime(): Runtime {
  if (!globalThis.pitwallRuntime)
    throw new Error('The server is not started: its pages need `npm start`, which opens the database.');
  return globalThis.pitwallRuntime;
}

/** What pages and routes hand to the services. */
export const serviceContext = (): ServiceContext => runtime().services;
