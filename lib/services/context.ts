import type { Caller } from '@/lib/auth/actor';
import type { AuthParts } from '@/lib/auth/parts';
import type { Db, Sql } from '@/lib/db/client';
import type { JobQueue } from '@/lib/jobs/local-queue';
import type { CpuWorker } from '@/lib/jobs/worker-host';
import type { BoardMirrors } from '@/lib/live/board-mirror';
import type { Bus } from '@/lib/live/bus';
import type { Ingest } from '@/lib/live/ingest';
import type { Spool } from '@/lib/spool';
import type { Channel, FixColumns } from '@/lib/timing/types';

/** What every service works with. */
export type ServiceContext = {
  db: Db;
  /** The client under `db`, for what must not be parsed anew each time. */
  sql: Sql;
  queue: JobQueue;
  bus: Bus;
  /** The live boards that this process follows. */
  boards: BoardMirrors;
  /** The one way in for fixes. */
  ingest: Ingest;
  spool: Spool;
  worker: CpuWorker;
  auth: AuthParts;
  /** Who asks. The jobs' and the start's own context has the product itself. */
  caller: Caller;
  /** One line for the log. */
  report: (line: string) => void;
};

/** What the tasks of the worker thread work with. */
export type WorkerContext = {
  db: Db;
  sql: Sql;
  spool: Spool;
  /**
   * By device what the last import stored, for its next step in the same thread. The same rows read back from the
   * database are equal to the bit, so that it only saves time.
   */
  lastStored: Map<number, { fixes: FixColumns; channels: Channel[] }>;
};

/** Says how far a task is. */
export type SayProgress = (progress: {
  phase: 'reading' | 'detecting' | 'storing';
  /** 0 to 1 within the phase. */
  progress: number;
  message: string;
}) => void;
