import { afterAll, afterEach, beforeAll } from 'vitest';
import { type OpenDatabase, openDatabase } from '@/lib/db/client';
import type { Job } from '@/lib/jobs/define-job';
import { LocalQueue, type LocalQueueOptions } from '@/lib/jobs/local-queue';
import { until } from './until';

/** Queues on one database and a table that jobs leave marks in; emptied after each test of the describe it stands in. */
export function queueTools(url: string) {
  let open: OpenDatabase;
  const queues: LocalQueue[] = [];

  beforeAll(async () => {
    open = openDatabase(url);
    await open.sql`create table marks (id serial primary key, mark text not null)`;
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop()));
    await open.sql`truncate marks, jobs, job_events, job_steps restart identity`;
  });
  afterAll(() => open.close());

  const mark = async (text: string): Promise<void> => {
    await open.sql`insert into marks (mark) values (${text})`;
  };
  const marks = async (): Promise<string[]> => {
    const rows = await open.sql<{ mark: string }[]>`select mark from marks order by id`;
    return rows.map((row) => row.mark);
  };
  const runs = () =>
    open.sql<{ id: string; status: string; attempt: number; error: string | null; event_id: string }[]>`
      select id, status, attempt, error, event_id from jobs order by id`;
  const queueOf = (jobs: Job[], options: Partial<LocalQueueOptions> = {}): LocalQueue => {
    const queue = new LocalQueue({
      db: open.db,
      sql: open.sql,
      jobs,
      alone: false,
      pollMs: 20,
      backoffScale: 0.0005,
      ...options,
    });
    queues.push(queue);
    return queue;
  };
  const allOver = (count: number) =>
    until(`${count} runs are over`, async () => {
      const rows = await runs();
      return rows.length === count && rows.every((row) => ['done', 'failed'].includes(row.status))
        ? rows
        : null;
    });

  return { database: () => open, mark, marks, runs, queueOf, allOver };
}
