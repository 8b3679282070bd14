import { z } from 'zod';
import { id, instant, listOf, milliseconds, plainText } from './common';

export const importStatus = z.enum(['queued', 'running', 'done', 'failed']);
export const importPhase = z.enum(['queued', 'reading', 'detecting', 'storing', 'done', 'failed']);

/** Answer of the upload, one item per file. */
export const importAccepted = z.object({
  items: z.array(z.object({ id, file: z.string(), status: importStatus })),
});

/** `progress` runs from 0 to 1 within the phase; `message` says what goes on or how it ended, for people. */
export const importItem = z.object({
  id,
  batch: z.string(),
  file: z.string(),
  bytes: z.number().int(),
  status: importStatus,
  phase: importPhase,
  progress: z.number(),
  message: z.string(),
  line: z.number().int().nullable(),
  session_id: id.nullable(),
  created_at: instant,
  result: z
    .object({
      laps: z.number().int(),
      best_ms: milliseconds.nullable(),
      track: z.string().nullable(),
      fixes: z.number().int(),
    })
    .nullable(),
});
export type ImportItem = z.infer<typeof importItem>;

export const importList = listOf(importItem);

/** Fields beside the files of a multipart upload; they must come before the files. */
export const importFields = z.object({
  track_id: id.optional(),
  session_name: plainText.trim().min(1).max(150).optional(),
  batch: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .optional(),
  /** Epoch ms of each file's last change, as JSON: {"name.vbo": 1700000000000}. */
  modified: z.string().max(20_000).optional(),
});
