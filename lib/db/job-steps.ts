import { sql } from 'drizzle-orm';
import { type Db, inTransaction } from './client';
import { insertEvents, type Lease, type NewRun } from './job-runs';

/** The results of a run's finished steps. */
export async function finishedSteps(db: Db, runId: number): Promise<Map<string, unknown>> {
  const rows = await db.execute<{ step_id: string; result: unknown }>(
    sql`select step_id, result from job_steps where run_id = ${runId} and finished_at is not null`,
  );
  return new Map(rows.map((row) => [row.step_id, row.result]));
}

/**
 * Keeps a step's result and begins to count attempts anew; false = the lease was lost and nothing was written.
 */
export async function finishStep(
  db: Db,
  lease: Lease,
  step: { id: string; startedAt: string; json: string },
): Promise<boolean> {
  const rows = await db.execute(sql`
    with held as (
      update jobs set attempt = 0
      where id = ${lease.id} and lease_token = ${lease.leaseToken}::uuid and status = 'running'
      returning id)
    insert into job_steps (run_id, step_id, result, started_at, finished_at)
    select id, ${step.id}::text, ${step.json}::text::jsonb, ${step.startedAt}::text::timestamptz, now() from held
    on conflict (run_id, step_id) do update set
      result = excluded.result, attempts = job_steps.attempts + 1, error = null, finished_at = excluded.finished_at
    returning run_id`);
  return rows.length > 0;
}

/** Notes that a step failed, for people to read; false = the lease was lost. */
export async function failStep(
  db: Db,
  lease: Lease,
  step: { id: string; startedAt: string; error: string },
): Promise<boolean> {
  const rows = await db.execute(sql`
    insert into job_steps (run_id, step_id, error, started_at)
    select id, ${step.id}::text, ${step.error}::text, ${step.startedAt}::text::timestamptz from jobs
    where id = ${lease.id} and lease_token = ${lease.leaseToken}::uuid and status = 'running'
    on conflict (run_id, step_id) do update set
      attempts = job_steps.attempts + 1, error = excluded.error, started_at = excluded.started_at
    returning run_id`);
  return rows.length > 0;
}

/** Sends events and keeps the step in one transaction; false = the lease was lost and nothing was written. */
export async function finishSendStep(
  db: Db,
  lease: Lease,
  step: { id: string; startedAt: string },
  events: readonly { id: string; name: string; json: string }[],
  runs: readonly NewRun[],
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const held = await finishStep(tx, lease, { ...step, json: 'null' });
    if (held) await insertEvents(tx, events, runs);
    return held;
  });
}
