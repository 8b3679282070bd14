import type { JobFilter, JobItem } from '@/lib/contracts/system';
import { countRuns, listRuns } from '@/lib/db/job-log';
import { isoOf } from './instants';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

/** Runs of jobs, the newest first. */
export const listJobs = verb('job.list', async (ctx, { status, ...input }: Page & JobFilter) => {
  const page = pageOf(input);
  const rows = await listRuns(ctx.db, page.limit, page.offset, status);
  const counts = await countRuns(ctx.db);
  const total = status ? (counts[status] ?? 0) : Object.values(counts).reduce((sum, runs) => sum + runs, 0);
  return page.list(rows.map(jobItemOf), total);
});

/** A run as the API gives it. */
export function jobItemOf(row: Awaited<ReturnType<typeof listRuns>>[number]): JobItem {
  return {
    id: row.id,
    job: row.jobId,
    status: row.status,
    attempt: row.attempt,
    error: row.error,
    created_at: isoOf(row.createdAt),
    finished_at: row.finishedAt === null ? null : isoOf(row.finishedAt),
  };
}
