import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns';

/** Names and small JSON only: ids, never positions or files. */
export const jobEvents = pgTable('job_events', {
  id: text().primaryKey(),
  name: text().notNull(),
  data: jsonb().notNull(),
  at: instant('at').notNull().defaultNow(),
});

/** One run of one job for one event. */
export const jobs = pgTable(
  'jobs',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    jobId: text('job_id').notNull(),
    eventId: text('event_id').notNull(),
    status: text({ enum: ['queued', 'running', 'retrying', 'done', 'failed', 'cancelled'] }).notNull(),
    attempt: integer().notNull().default(0),
    runAt: instant('run_at').notNull().defaultNow(),
    concurrencyKey: text('concurrency_key'),
    owner: text(),
    leaseUntil: instant('lease_until'),
    /** Renewed by each claim: a write with an older token does nothing. */
    leaseToken: uuid('lease_token'),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    error: text(),
    output: jsonb(),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    unique('jobs_job_event').on(table.jobId, table.eventId),
    index('jobs_due').on(table.status, table.runAt),
  ],
);

/** Finished steps are not repeated by a run that starts again. */
export const jobSteps = pgTable(
  'job_steps',
  {
    runId: bigint('run_id', { mode: 'number' })
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    stepId: text('step_id').notNull(),
    result: jsonb(),
    attempts: integer().notNull().default(1),
    error: text(),
    startedAt: instant('started_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.stepId] })],
);

/** Small facts of this installation (the demo was made, …). */
export const settings = pgTable('settings', { key: text().primaryKey(), value: jsonb().notNull() });
