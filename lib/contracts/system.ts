import { z } from 'zod';
import { counts, id, instant } from './common';

/** Answered without login. */
export const systemStatus = z.object({
  name: z.literal('Pitwall'),
  version: z.string(),
  started_at: instant,
  uptime_s: z.number(),
  /** loopback: only this machine can reach the server. */
  reach: z.enum(['loopback', 'network']),
  database: z.object({ kind: z.enum(['embedded', 'postgresql']), ok: z.boolean() }),
  parts: z.object({ redis: z.boolean(), inngest: z.boolean(), traccar: z.boolean(), insim: z.boolean() }),
  sessions_count: z.number().int(),
  laps_count: z.number().int(),
  fixes_count: z.number().int(),
  jobs: counts,
});
export type SystemStatus = z.infer<typeof systemStatus>;

export const jobItem = z.object({
  id,
  job: z.string(),
  status: z.enum(['queued', 'running', 'retrying', 'done', 'failed', 'cancelled']),
  attempt: z.number().int(),
  error: z.string().nullable(),
  created_at: instant,
  finished_at: instant.nullable(),
});
export type JobItem = z.infer<typeof jobItem>;
