import { sql } from 'drizzle-orm';
import { type Db, inTransaction } from './client';

/** A claimed run, with its event. */
export type ClaimedRun = {
  id: number;
  jobId: string;
  /** Attempts of the present step that failed. */
  attempt: number;
  leaseToken: string;
  /** The last attempt's error. */
  error: string | null;
  event: { id: string; name: string; data: unknown };
};

export type NewRun = { jobId: string; eventId: string; concurrencyKey: string | null };

// Claims are serialised by this on PostgreSQL; the embedded database serves one transaction at a time anyway.
const CLAIM_LOCK = 7_345_118_202;
/** Channel on which a new event wakes the queues of all processes. */
export const JOBS_CHANNEL = 'pitwall_jobs';

/** Writes events (known ids are left alone) and one run for each pair of job and event; gives the new runs' ids. */
export async function insertEvents(
  db: Db,
  events: readonly { id: string; name: string; json: string }[],
  runs: readonly NewRun[],
): Promise<{ id: number; jobId: string; eventId: string }[]> {
  return inTransaction(db, async (tx) => {
    await tx.execute(sql`
      insert into job_events (id, name, data)
      select * from unnest(
        ${sql.param(events.map((event) => event.id))}::text[],
        ${sql.param(events.map((event) => event.name))}::text[],
        ${sql.param(events.map((event) => event.json))}::text[]::jsonb[])
      on conflict (id) do nothing`);
    const rows = await tx.execute<{ id: string; job_id: string; event_id: string }>(sql`
      insert into jobs (job_id, event_id, concurrency_key, status)
      select job_id, event_id, concurrency_key, 'queued' from unnest(
        ${sql.param(runs.map((run) => run.jobId))}::text[],
        ${sql.param(runs.map((run) => run.eventId))}::text[],
        ${sql.param(runs.map((run) => run.concurrencyKey))}::text[]) as run(job_id, event_id, concurrency_key)
      on conflict (job_id, event_id) do nothing
      returning id, job_id, event_id`);
    await tx.execute(sql`select pg_notify(${JOBS_CHANNEL}, '')`);
    return rows.map((row) => ({ id: Number(row.id), jobId: row.job_id, eventId: row.event_id }));
  });
}

export type ClaimInput = {
  owner: string;
  /** The jobs that this queue can run; limit = runs at a time per concurrency key, null = any number. */
  jobs: readonly { id: string; limit: number | null }[];
  /** The runs at work here; a row of this owner that is none of them was claimed over a connection that broke. */
  active: readonly number[];
  count: number;
  leaseS: number;
};

/**
 * Takes due runs (queued, retrying, or running with a lease that ran out) in one short transaction. A run whose
 * lease ran out counts one attempt more: a job that kills its process ends as failed instead of looping.
 */
export async function claimRuns(db: Db, input: ClaimInput): Promise<ClaimedRun[]> {
  return inTransaction(db, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${CLAIM_LOCK}::bigint)`);
    const rows = await tx.execute<ClaimRow>(claimStatement(input));
    return rows.map((row) => ({
      id: Number(row.id),
      jobId: row.job_id,
      attempt: row.attempt,
      leaseToken: row.lease_token,
      error: row.error,
      event: { id: row.event_id, name: row.name, data: row.data },
    }));
  });
}

type ClaimRow = {
  id: string;
  job_id: string;
  attempt: number;
  lease_token: string;
  error: string | null;
  event_id: string;
  name: string;
  data: unknown;
};

function claimStatement(input: ClaimInput) {
  return sql`
    with known (job_id, most) as (select * from unnest(
      ${sql.param(input.jobs.map((job) => job.id))}::text[],
      ${sql.param(input.jobs.map((job) => job.limit))}::int4[])),
    busy as (
      select job_id, concurrency_key, count(*) as runs from jobs
      where status = 'running' and lease_until >= now() and concurrency_key is not null
      group by job_id, concurrency_key),
    due as (
      select jobs.id, jobs.job_id, jobs.concurrency_key, jobs.run_at, known.most,
        row_number() over (partition by jobs.job_id, jobs.concurrency_key order by jobs.run_at, jobs.id) as place
      from jobs join known using (job_id)
      where (jobs.status in ('queued', 'retrying') and jobs.run_at <= now())
         or (jobs.status = 'running' and jobs.id <> all(${sql.param([...input.active])}::int8[])
             and (jobs.lease_until < now() or jobs.owner = ${input.owner}))),
    chosen as (
      select due.id from due
      left join busy on busy.job_id = due.job_id and busy.concurrency_key = due.concurrency_key
      where due.concurrency_key is null or due.most is null or due.place + coalesce(busy.runs, 0) <= due.most
      order by due.run_at, due.id limit ${input.count}),
    locked as (
      select id from jobs where id in (select id from chosen) for update skip locked)
    update jobs set
      attempt = jobs.attempt + case when jobs.status = 'running' then 1 else 0 end,
      status = 'running', owner = ${input.owner}, lease_token = gen_random_uuid(),
      lease_until = now() + make_interval(secs => ${input.leaseS})
    from locked, job_events
    where jobs.id = locked.id and job_events.id = jobs.event_id
    returning jobs.id, jobs.job_id, jobs.attempt, jobs.lease_token, jobs.error, jobs.event_id, job_events.name, job_events.data`;
}

/** A run as its holder names it: writes of an older holder do nothing. */
export type Lease = { id: number; leaseToken: string };

/** Extends the leases that still hold; gives the runs that do, and whether a person asked to cancel them. */
export async function extendLeases(
  db: Db,
  leases: readonly Lease[],
  leaseS: number,
): Promise<{ id: number; cancelRequested: boolean }[]> {
  const rows = await db.execute<{ id: string; cancel_requested: boolean }>(sql`
    update jobs set lease_until = now() + make_interval(secs => ${leaseS})
    from unnest(${sql.param(leases.map((lease) => lease.id))}::int8[],
      ${sql.param(leases.map((lease) => lease.leaseToken))}::text[]::uuid[]) as held(id, token)
    where jobs.id = held.id and jobs.lease_token = held.token and jobs.status = 'running'
    returning jobs.id, jobs.cancel_requested`);
  return rows.map((row) => ({ id: Number(row.id), cancelRequested: row.cancel_requested }));
}

/** How a claim ended, written only while the lease holds. */
export type RunEnd =
  | { status: 'done'; outputJson: string }
  | { status: 'failed' | 'cancelled'; attempt: number; error: string }
  | { status: 'retrying'; attempt: number; error: string; afterMs: number }
  /** Given back untouched, to be taken up again at once. */
  | { status: 'queued' };

/** Ends a claim; false = the lease was lost and nothing was written. */
export async function endRun(db: Db, lease: Lease, end: RunEnd): Promise<boolean> {
  const over = end.status === 'done' || end.status === 'failed' || end.status === 'cancelled';
  const rows = await db.execute(sql`
    update jobs set status = ${end.status}, owner = null, lease_until = null, lease_token = null,
      attempt = coalesce(${'attempt' in end ? end.attempt : null}::int4, attempt),
      error = ${'error' in end ? end.error : null}::text,
      output = ${end.status === 'done' ? end.outputJson : null}::text::jsonb,
      run_at = now() + make_interval(secs => ${end.status === 'retrying' ? end.afterMs / 1000 : 0}::float8),
      finished_at = case when ${over}::bool then now() end
    where id = ${lease.id} and lease_token = ${lease.leaseToken}::uuid and status = 'running'
    returning id`);
  return rows.length > 0;
}

/**
 * Ends every lease: for a process that knows that it is alone, whose running rows are a dead process's. The next
 * claim takes them at once.
 */
export async function expireLeases(db: Db): Promise<void> {
  await db.execute(sql`update jobs set lease_until = now() - interval '1 second' where status = 'running'`);
}
