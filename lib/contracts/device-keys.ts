import { z } from 'zod';
import { id, instant, listOf, plainText } from './common';
import type { DeviceItem } from './devices';

/** A key that a phone or tracker puts into its address. The key itself is shown once. */
export const deviceKeyItem = z.object({
  id,
  device_id: id,
  /** What it begins with. */
  prefix: z.string(),
  created_at: instant,
  last_used_at: instant.nullable(),
  revoked_at: instant.nullable(),
});
export type DeviceKeyItem = z.infer<typeof deviceKeyItem>;
export const deviceKeyList = listOf(deviceKeyItem);

/** `path` is what the phone sends to, after the server's address. */
export const deviceKeyCreated = deviceKeyItem.extend({ key: z.string(), path: z.string() });
export type DeviceKeyCreated = z.infer<typeof deviceKeyCreated>;

/** A phone or tracker that will send by its own key. */
export const deviceCreate = z.strictObject({ name: plainText.trim().min(1).max(150) });
export type DeviceCreate = z.infer<typeof deviceCreate>;

/** Whether phones and trackers can send for a device, each by a key of its own. */
export const takesKeys = ({ source, frame }: Pick<DeviceItem, 'source' | 'frame'>): boolean =>
  frame === 'wgs84' && (source === 'osmand' || source === 'api');
