import { z } from 'zod';
import { counts, id, instant, listOf } from './common';

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

/** Answered without login: 200, or 503 while the database is away. */
export const health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  version: z.string(),
  uptime_s: z.number(),
  database: systemStatus.shape.database,
});
export type Health = z.infer<typeof health>;

const jobStatus = z.enum(['queued', 'running', 'retrying', 'done', 'failed', 'cancelled']);

/** One run of a job. */
export const jobItem = z.object({
  id,
  job: z.string(),
  status: jobStatus,
  attempt: z.number().int(),
  error: z.string().nullable(),
  created_at: instant,
  finished_at: instant.nullable(),
});
export type JobItem = z.infer<typeof jobItem>;
export const jobList = listOf(jobItem);

export const jobFilter = z.object({ status: jobStatus.optional() });
export type JobFilter = z.infer<typeof jobFilter>;

/** How a part of the server does. */
export const partHealth = z.object({
  name: z.string(),
  /** off: not set, or not part of this version. */
  state: z.enum(['ok', 'off', 'failing']),
  /** What it is, or what is wrong and what to do. */
  words: z.string(),
});
export type PartHealth = z.infer<typeof partHealth>;

const bytes = z.number();

/** For administrators. What a part that is away would have said is null. */
export const systemDetail = z.object({
  parts: z.array(partHealth),
  versions: z.object({
    pitwall: z.string(),
    node: z.string(),
    next: z.string(),
    postgresql: z.string().nullable(),
  }),
  started_at: instant,
  uptime_s: z.number(),
  memory: z.object({ process_bytes: bytes, heap_used_bytes: bytes, system_total_bytes: bytes }),
  /** The disk under the data folder, and what the uploads take of it. */
  disk: z.object({ folder: z.string(), free_bytes: bytes, total_bytes: bytes }).nullable(),
  uploads: z.object({ files: z.int(), bytes }).nullable(),
  database_bytes: bytes.nullable(),
  /** Of this process, since its start. */
  live: z.object({
    /** Sessions that it times now. */
    sessions: z.int(),
    ingest: z.object({
      taken: z.int(),
      stored: z.int(),
      duplicates: z.int(),
      /** Fixes that were not stored, by reason. */
      refused: counts,
      /** Fixes that wait to be committed. */
      waiting: z.int(),
      /** Requests that were told to come again. */
      turned_away: z.int(),
      commits: z.int(),
    }),
    streams: z.object({ open: z.int(), ended: counts }),
  }),
  jobs: counts,
  /** The newest first. */
  latest_jobs: z.array(jobItem),
  /** The names of all settings; of a secret only whether it is set. */
  settings: z.array(z.object({ name: z.string(), is_set: z.boolean(), value: z.string().nullable() })),
});
export type SystemDetail = z.infer<typeof systemDetail>;
