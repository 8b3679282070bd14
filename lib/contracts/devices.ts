import { z } from 'zod';
import { counts, id, instant, listOf, milliseconds, plainText } from './common';
import { trips } from './robots';

/** Seconds after its last sign of life for which a device counts as online; phones send seldom. */
export const DEVICE_ONLINE_S = 60;

/** What is known of a device that sends by itself. */
export const deviceLive = z.object({
  /** Its newest fix, by its own clock; null = none yet. */
  time_ms: milliseconds.nullable(),
  /** When the server last heard of it. */
  last_seen: instant.nullable(),
  online: z.boolean(),
  odometer_m: z.number(),
  trips,
  /** Percent, where it says so. */
  battery_pct: z.number().nullable(),
  /** Fixes that came in live and are stored. */
  stored: z.number().int(),
  duplicates: z.number().int(),
  /** Fixes that were not stored, by reason. */
  refused: counts,
});
export type DeviceLive = z.infer<typeof deviceLive>;

export const deviceItem = z.object({
  id,
  source: z.string(),
  external_id: z.string(),
  name: z.string(),
  frame: z.enum(['wgs84', 'planar']),
  sessions: z.number().int(),
  /** Who may open sessions on it beside level 2; null = everybody. */
  owner: z.object({ id, username: z.string() }).nullable(),
  created_at: instant,
  /** null = it has sent nothing by itself: a file brought it, or it is new. */
  live: deviceLive.nullable(),
});
export type DeviceItem = z.infer<typeof deviceItem>;
export const deviceList = listOf(deviceItem);

export const devicePatch = z.strictObject({
  name: plainText.trim().min(1).max(150).optional(),
  /** null shares it. */
  owner_id: id.nullish(),
  /** The same by name; "" shares it. */
  owner_username: z.string().max(200).optional(),
});
export type DevicePatch = z.infer<typeof devicePatch>;
