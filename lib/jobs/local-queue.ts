import { randomUUID } from 'node:crypto';
import type { Db, Sql } from '@/lib/db/client';
import {
  type ClaimedRun,
  claimRuns,
  endRun,
  expireLeases,
  extendLeases,
  insertEvents,
  JOBS_CHANNEL,
  type NewRun,
} from '@/lib/db/job-runs';
import { patiently } from '@/lib/db/patience';
import { messageOf } from '@/lib/errors';
import type { Job, OutgoingEvent } from './define-job';
import { type ActiveRun, outgoing, withJson } from './durable-step';
import { executeRun } from './execute-run';

/** What services need of a queue. */
export type JobQueue = {
  /**
   * Sends events; gives the runs they started. Within a transaction pass its `tx`: the runs begin after its commit.
   */
  send(
    events: OutgoingEvent | readonly OutgoingEvent[],
    tx?: Db,
  ): Promise<{ id: number; jobId: string; eventId: string }[]>;
};

export type LocalQueueOptions = {
  db: Db;
  /** For waking across processes; without it the queue polls. */
  sql?: Sql;
  jobs: readonly Job[];
  /** True when no other process runs jobs on this database: at start every running row is then a dead one's. */
  alone: boolean;
  /** Runs at a time in this process; default 4. */
  concurrency?: number;
  pollMs?: number;
  leaseS?: number;
  heartbeatMs?: number;
  /** Scales the pauses between attempts, for tests. */
  backoffScale?: number;
  report?: (line: string) => void;
};

type Active = { claim: ClaimedRun; run: ActiveRun; over: Promise<void> };

/** The job queue in the product's own database: claims with leases, durable steps, retries. */
export class LocalQueue implements JobQueue {
  readonly owner = randomUUID();
  #options: LocalQueueOptions;
  #jobs: Map<string, Job>;
  #active = new Map<number, Active>();
  #ticking: Promise<void> | null = null;
  #again = false;
  #started = false;
  #stopping = false;
  #gaveBack = false;
  #away = false;
  #timers: NodeJS.Timeout[] = [];
  #unlisten: (() => Promise<void>) | null = null;

  constructor(options: LocalQueueOptions) {
    this.#options = options;
    this.#jobs = new Map(options.jobs.map((job) => [job.id, job]));
  }

  async send(events: OutgoingEvent | readonly OutgoingEvent[], tx?: Db) {
    const list = outgoing(events);
    const runs = await insertEvents(tx ?? this.#options.db, list.map(withJson), this.#runsFor(list));
    if (!tx) this.wake();
    return runs;
  }

  /** Begins to claim runs. */
  async start(): Promise<void> {
    const { db, sql, alone, pollMs = 500, heartbeatMs = 20_000 } = this.#options;
    if (alone) await patiently(() => expireLeases(db));
    this.#started = true;
    this.#timers = [
      setInterval(() => this.wake(), pollMs),
      setInterval(() => void this.#heartbeat(), heartbeatMs),
    ];
    this.wake();
    if (sql) {
      const listening = await sql.listen(JOBS_CHANNEL, () => this.wake());
      this.#unlisten = () => listening.unlisten();
    }
  }

  /** Looks for due runs now. */
  wake(): void {
    if (!this.#started || this.#stopping) return;
    this.#again = true;
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = null;
    });
  }

  /** Runs at work in this process. */
  get activeCount(): number {
    return this.#active.size;
  }

  /**
   * Claims nothing more, lets running steps end for at most `withinMs`, then gives the rest back to be taken up
   * again at once by whoever starts next.
   */
  async stop(withinMs = 2_000): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#unlisten?.().catch(() => {});
    await this.#ticking?.catch(() => {});
    for (const { run } of this.#active.values()) run.halt ??= 'released';
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([Promise.allSettled([...this.#active.values()].map((one) => one.over)), deadline]);
    clearTimeout(timer);
    this.#gaveBack = true;
    const rest = [...this.#active.values()].map(({ run }) =>
      endRun(this.#options.db, run.lease, { status: 'queued' }),
    );
    await Promise.allSettled(rest);
  }

  #runsFor = (events: readonly { id: string; name: string; data: unknown }[]): NewRun[] =>
    events.flatMap((event) =>
      this.#options.jobs
        .filter((job) => job.triggers.some((trigger) => trigger.event === event.name))
        .map((job) => ({ jobId: job.id, eventId: event.id, concurrencyKey: keyOf(job, event.data) })),
    );

  async #tick(): Promise<void> {
    while (this.#again && !this.#stopping) {
      this.#again = false;
      const free = (this.#options.concurrency ?? 4) - this.#active.size;
      if (free <= 0) return;
      try {
        const claims = await claimRuns(this.#options.db, {
          owner: this.owner,
          jobs: this.#options.jobs.map((job) => ({ id: job.id, limit: job.concurrency?.limit ?? null })),
          active: [...this.#active.keys()],
          count: free,
          leaseS: this.#options.leaseS ?? 60,
        });
        this.#away = false;
        for (const claim of claims) this.#begin(claim);
      } catch (error) {
        if (!this.#away) this.#report(`The job queue cannot reach the database: ${messageOf(error)}`);
        this.#away = true;
      }
    }
  }

  #begin(claim: ClaimedRun): void {
    const job = this.#jobs.get(claim.jobId);
    if (!job) return;
    const run: ActiveRun = {
      lease: { id: claim.id, leaseToken: claim.leaseToken },
      attempt: claim.attempt,
      halt: null,
    };
    const over = this.#execute(job, claim, run).finally(() => {
      this.#active.delete(claim.id);
      this.wake();
    });
    this.#active.set(claim.id, { claim, run, over });
  }

  async #execute(job: Job, claim: ClaimedRun, run: ActiveRun): Promise<void> {
    const { db, backoffScale = 1 } = this.#options;
    try {
      const end = await executeRun(job, claim, run, { db, runsFor: this.#runsFor, backoffScale });
      // A queue that stopped has given it back already.
      if (!end || (end.status === 'queued' && this.#gaveBack)) return;
      if (end.status === 'failed' || end.status === 'retrying')
        this.#report(`Job ${job.id} run ${claim.id}: ${end.status}: ${end.error}`);
      await patiently(() => endRun(db, run.lease, end));
    } catch (error) {
      // Its lease runs out and somebody takes it up again.
      this.#report(`Job ${job.id} run ${claim.id} could not be written: ${messageOf(error)}`);
    }
  }

  async #heartbeat(): Promise<void> {
    const active = [...this.#active.values()];
    if (active.length === 0) return;
    try {
      const leases = active.map(({ run }) => run.lease);
      const held = await extendLeases(this.#options.db, leases, this.#options.leaseS ?? 60);
      const byId = new Map(held.map((row) => [row.id, row]));
      for (const { run } of active) {
        const row = byId.get(run.lease.id);
        // A run that ended meanwhile is not lost.
        if (!row && this.#active.has(run.lease.id)) run.halt ??= 'lost';
        if (row?.cancelRequested) run.halt ??= 'cancelled';
      }
    } catch (error) {
      this.#report(`The job queue could not extend its leases: ${messageOf(error)}`);
    }
  }

  #report(line: string): void {
    this.#options.report?.(line);
  }
}

/** The value of the job's concurrency key in an event's data; events without it are not limited. */
function keyOf(job: Job, data: unknown): string | null {
  if (!job.concurrency || typeof data !== 'object' || data === null) return null;
  const value = Object.entries(data).find(([name]) => name === job.concurrency?.key)?.[1];
  return value === undefined || value === null ? null : String(value);
}
