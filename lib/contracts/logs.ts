import { z } from 'zod';
import { id, instant, listOf, plainText } from './common';

export const logItem = z.object({
  id,
  at: instant,
  /** nobody: a request without a valid login (a failed one, say). */
  actor: z.enum(['user', 'key', 'system', 'nobody']),
  user_id: id.nullable(),
  username: z.string().nullable(),
  key_name: z.string().nullable(),
  /** As in the list of rights: noun.verb. */
  action: z.string(),
  target: z.string().nullable(),
  target_id: z.string().nullable(),
  target_name: z.string().nullable(),
  /** What was changed, as far as it may be shown: never a password or key. */
  details: z.record(z.string(), z.unknown()),
  ip: z.string().nullable(),
  /** ISO 3166 alpha-2. */
  country: z.string().nullable(),
  user_agent: z.string().nullable(),
  request_id: z.string().nullable(),
});
export type LogItem = z.infer<typeof logItem>;
export const logList = listOf(logItem);

export const logFilter = z.object({
  /** Part of a name, target, address, action, request id or user agent. */
  search: plainText.max(150).optional(),
  action: plainText.max(50).optional(),
  user_id: id.optional(),
  target: plainText.max(50).optional(),
  target_id: plainText.max(50).optional(),
  /** [from, to). */
  from: instant.optional(),
  to: instant.optional(),
});
export type LogFilter = z.infer<typeof logFilter>;

/** How many rows went; the deletion is itself a row. */
export const logsDeleted = z.object({ deleted: z.int() });

/** One person and one action. */
export const usageItem = z.object({
  user_id: id.nullable(),
  username: z.string().nullable(),
  action: z.string(),
  count: z.int(),
  first_at: instant,
  last_at: instant,
});
export type UsageItem = z.infer<typeof usageItem>;

export const usageFilter = z.object({
  user_id: id.optional(),
  from: instant.optional(),
  to: instant.optional(),
});
export type UsageFilter = z.infer<typeof usageFilter>;

export const usage = z.object({
  items: z.array(usageItem),
  total: z.int(),
  next: z.string().nullable(),
  /** Per UTC day, oldest first. */
  days: z.array(z.object({ day: z.iso.date(), count: z.int(), users: z.int() })),
});
export type Usage = z.infer<typeof usage>;
