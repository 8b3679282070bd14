import { type Db, type OpenDatabase, openDatabase, type Sql } from '@/lib/db/client';

/**
 * What one server process shares. Route handlers, pages and the launcher are bundled apart, so each has its own
 * copy of every module; only globalThis is the same for all.
 */
export type Runtime = {
  databaseUrl: string;
  db: Db;
  sql: Sql;
  /** Whether the server is about to stop: nothing long should begin now. */
  draining: boolean;
  /** Ends streams that would keep their connections open for ever; called when the server stops. */
  closers: Set<() => void>;
  close(): Promise<void>;
};

declare global {
  var pitwallRuntime: Runtime | undefined;
}

export type RuntimeOptions = { databaseUrl: string; dataDir: string };

/** Opens what the server needs; once per process, before the first request. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const open: OpenDatabase = openDatabase(options.databaseUrl);
  const runtime: Runtime = {
    databaseUrl: options.databaseUrl,
    db: open.db,
    sql: open.sql,
    draining: false,
    closers: new Set(),
    close: () => open.close(),
  };
  globalThis.pitwallRuntime = runtime;
  return runtime;
}

/** The runtime of this process. Throws when none was started, as in a build. */
export function runtime(): Runtime {
  if (!globalThis.pitwallRuntime)
    throw new Error('The server is not started: its pages need `npm start`, which opens the database.');
  return globalThis.pitwallRuntime;
}

/** First part of a stop: no new work, every stream ends. */
export function drainRuntime(): void {
  const running = globalThis.pitwallRuntime;
  if (!running) return;
  running.draining = true;
  for (const close of running.closers) close();
}

/** Last part of a stop: what is queued is left for the next start, the pool is closed. */
export async function stopRuntime(): Promise<void> {
  await globalThis.pitwallRuntime?.close();
  globalThis.pitwallRuntime = undefined;
}
