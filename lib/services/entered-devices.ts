import type { Action } from '@/lib/auth/permissions';
import type { Db } from '@/lib/db/client';
import { devicesById, type StoredDevice } from '@/lib/db/devices';
import { trackById } from '@/lib/db/tracks';
import { AppError, notFound } from '@/lib/errors';
import type { ServiceContext } from './context';
import { requireShared } from './rights';

/** The devices of these ids, which the caller may enter into a session. Throws an AppError 404 or 403. */
export async function devicesToEnter(
  ctx: ServiceContext,
  action: Action,
  ids: readonly number[],
): Promise<StoredDevice[]> {
  if (ids.length === 0) return [];
  const devices = await devicesById(ctx.db, ids);
  const missing = ids.find((id) => devices.every((device) => device.id !== id || !device.ready));
  if (missing !== undefined) throw notFound(`device ${missing}`);
  for (const device of devices) requireShared(ctx, action, device);
  return devices;
}

/** Throws an AppError 404 for an unknown track, 409 `frame` where a device's fixes cannot meet it. */
export async function requireFrame(db: Db, trackId: number, devices: readonly StoredDevice[]): Promise<void> {
  const track = await trackById(db, trackId);
  if (!track) throw notFound(`track ${trackId}`);
  const strange = devices.find((device) => device.frame !== track.frame);
  if (!strange) return;
  throw new AppError(
    'frame',
    409,
    `Device ${strange.name} is ${strange.frame}, track ${track.name} is ${track.frame}: they cannot meet.`,
  );
}
