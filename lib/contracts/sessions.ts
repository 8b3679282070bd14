import { z } from 'zod';
import { counts, id, instant, listOf, milliseconds, plainText } from './common';
import { trackShape } from './tracks';

export const sessionKind = z.enum(['practice', 'qualifying', 'race']);

/** Who made it; null = nobody who is still here. Spectators without a login are not told. */
const owner = z.object({ id, username: z.string() }).nullable();

export const sessionListItem = z.object({
  id,
  name: z.string(),
  kind: sessionKind,
  track: z.object({ id, name: z.string() }).nullable(),
  started_at: instant,
  ended_at: instant,
  simulated: z.boolean(),
  /** Under way: its end is its newest fix that is timed. */
  live: z.boolean(),
  entries: z.number().int(),
  laps: z.number().int(),
  complete_laps: z.number().int(),
  best_ms: milliseconds.nullable(),
  best_label: z.string().nullable(),
  owner,
  created_at: instant,
});
export type SessionListItem = z.infer<typeof sessionListItem>;
export const sessionList = listOf(sessionListItem);

/** A device in a session. `label` is what people call it: number and driver, else the device's name. */
export const sessionEntry = z.object({
  id,
  device_id: id,
  device_name: z.string(),
  label: z.string(),
  number: z.string().nullable(),
  driver: z.string().nullable(),
  car: z.string().nullable(),
  car_class: z.string().nullable(),
  fixes: z.number().int(),
  rate_hz: z.number().nullable(),
  rejected: counts,
  distance_m: z.number().nullable(),
  laps: z.number().int(),
  complete_laps: z.number().int(),
  best_ms: milliseconds.nullable(),
  best_lap_id: id.nullable(),
  best_uncertainty_ms: milliseconds.nullable(),
  /** Sum of this entry's best sectors; null while a sector has no time. */
  optimum_ms: milliseconds.nullable(),
  /** Standard deviation of its complete laps within 107 % of its best; null under 3 such laps. */
  consistency_ms: milliseconds.nullable(),
});
export type SessionEntry = z.infer<typeof sessionEntry>;

export const sessionDetail = z.object({
  id,
  name: z.string(),
  kind: sessionKind,
  started_at: instant,
  ended_at: instant,
  time_basis: z.enum(['utc', 'local', 'none']),
  simulated: z.boolean(),
  live: z.boolean(),
  revision: z.number().int(),
  notes: z.array(z.string()),
  owner,
  track: trackShape.nullable(),
  /** Best lap first. */
  entries: z.array(sessionEntry),
});
export type SessionDetail = z.infer<typeof sessionDetail>;

export const sessionPatch = z.strictObject({
  name: plainText.trim().min(1).max(150).optional(),
  kind: sessionKind.optional(),
});

export const sessionFilter = z.object({
  track_id: id.optional(),
  search: plainText.max(150).optional(),
  sort: z.enum(['newest', 'oldest', 'best', 'name']).default('newest'),
});
export type SessionFilter = z.infer<typeof sessionFilter>;

export const reprocessAccepted = z.object({ session_id: id, job_id: id });

/** A session over what devices have sent; the window is [from, to) and at most 24 hours. */
export const sessionCreate = z.strictObject({
  device_ids: z.array(id).min(1).max(100),
  track_id: id,
  name: plainText.trim().min(1).max(150),
  from: instant,
  to: instant,
  kind: sessionKind.default('practice'),
});
export type SessionCreate = z.infer<typeof sessionCreate>;

/** `made` is false when the session was there; then no job is asked for. */
export const sessionCreated = z.object({ session_id: id, job_id: id.nullable(), made: z.boolean() });
export type SessionCreated = z.infer<typeof sessionCreated>;

/** A session's id, or the newest. */
export const sessionRef = z.union([z.literal('latest'), id]);
