import { and, count, desc, eq } from 'drizzle-orm';
import { jobs } from '@/drizzle/schema/jobs';
import type { Db } from './client';

/** Runs by status. */
export async function countRuns(db: Db): Promise<Record<string, number>> {
  const rows = await db.select({ status: jobs.status, runs: count() }).from(jobs).groupBy(jobs.status);
  return Object.fromEntries(rows.map((row) => [row.status, row.runs]));
}

export type RunStatus = typeof jobs.$inferSelect.status;

/** Runs, the newest first; of one status or all. */
export function listRuns(db: Db, limit: number, offset = 0, status?: RunStatus) {
  return db
    .select({
      id: jobs.id,
      jobId: jobs.jobId,
      eventId: jobs.eventId,
      status: jobs.status,
      attempt: jobs.attempt,
      error: jobs.error,
      createdAt: jobs.createdAt,
      finishedAt: jobs.finishedAt,
    })
    .from(jobs)
    .where(status === undefined ? undefined : eq(jobs.status, status))
    .orderBy(desc(jobs.id))
    .limit(limit)
    .offset(offset);
}

/** Asks a run to stop at its next step; one that waits is cancelled at once. False = it is over already. */
export async function cancelRun(db: Db, runId: number): Promise<boolean> {
  const [run] = await db
    .update(jobs)
    .set({ cancelRequested: true })
    .where(eq(jobs.id, runId))
    .returning({ status: jobs.status });
  if (!run || ['done', 'failed', 'cancelled'].includes(run.status)) return false;
  if (run.status !== 'running') await db.update(jobs).set({ status: 'cancelled' }).where(eq(jobs.id, runId));
  return true;
}

/** The newest run of a job for one value of its concurrency key. */
export async function lastRunOf(db: Db, jobId: string, key: string) {
  const [run] = await db
    .select({ status: jobs.status, error: jobs.error })
    .from(jobs)
    .where(and(eq(jobs.jobId, jobId), eq(jobs.concurrencyKey, key)))
    .orderBy(desc(jobs.id))
    .limit(1);
  return run ?? null;
}
