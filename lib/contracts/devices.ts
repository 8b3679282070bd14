import { z } from 'zod';
import { id, instant, listOf, plainText } from './common';

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
