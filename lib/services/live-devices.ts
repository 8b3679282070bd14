import { userIdOf } from '@/lib/auth/actor';
import {
  countLiveDevices,
  insertLiveDevices,
  type LiveDevice,
  type LiveSource,
  liveDevicesNamed,
} from '@/lib/db/live-devices';
import { AppError } from '@/lib/errors';
import type { IngestDevice } from '@/lib/live/ingest';
import type { Frame } from '@/lib/timing/types';
import type { ServiceContext } from './context';

/** So many devices an account may make by sending; robots, which may come without one, so many in all. */
const MOST_DEVICES = { api: 5_000, replay: 5_000, insim: 5_000, robot: 10_000 } as const;

/** What a sender says of a device. */
export type NamedDevice = { name: string; frame: Frame };

/** What the way in has to know of a device. A robot's clock counts from anywhere, and its past is dropped. */
export function ingestDeviceOf({ id, frame, source }: LiveDevice): IngestDevice {
  const isRobot = source === 'robot';
  return { id, frame, late: isRobot ? 'drop' : 'backfill', wallClock: !isRobot };
}

/**
 * The devices of these external ids, by it; those that are new are made and belong to the caller. `met` = what was
 * found of them before. Throws an AppError 409 `too_many_devices` when they would be too many.
 */
export async function findOrMakeDevices(
  ctx: Pick<ServiceContext, 'db' | 'caller'>,
  source: keyof typeof MOST_DEVICES,
  wanted: ReadonlyMap<string, NamedDevice>,
  met?: ReadonlyMap<string, LiveDevice>,
): Promise<Map<string, LiveDevice>> {
  const known = new Map(met ?? (await devicesNamed(ctx, source, [...wanted.keys()])));
  const missing = [...wanted].filter(([externalId]) => !known.has(externalId));
  if (missing.length === 0) return known;
  const ownerId = userIdOf(ctx.caller.actor);
  const most = MOST_DEVICES[source];
  const there = await countLiveDevices(ctx.db, source, source === 'robot' ? null : ownerId);
  if (there + missing.length > most)
    throw new AppError(
      'too_many_devices',
      409,
      `There are ${there} devices made by sending; with ${missing.length} more they would exceed ${most}. Send under names that are there.`,
    );
  await insertLiveDevices(
    ctx.db,
    missing.map(([externalId, device]) => ({ source, externalId, ...device, ownerId })),
  );
  const names = missing.map(([externalId]) => externalId);
  for (const [name, row] of await devicesNamed(ctx, source, names)) known.set(name, row);
  return known;
}

/** The devices of a source that have these names, by name. */
export async function devicesNamed(
  ctx: Pick<ServiceContext, 'db'>,
  source: LiveSource,
  names: readonly string[],
): Promise<Map<string, LiveDevice>> {
  const rows = await liveDevicesNamed(ctx.db, source, names);
  return new Map(rows.map((row) => [row.externalId, row]));
}

const REASONS: Readonly<Record<string, string>> = {
  past: 'A newer fix of the device is stored already.',
  conflict: 'Another fix of the device has that time already; the first one stays.',
  future: 'It lies more than a minute ahead of the server’s clock: set the sender’s clock.',
  out_of_range:
    'Its place or time is none: check latitude, longitude and the unit of the time (milliseconds).',
  not_finite: 'A number of it is not finite.',
  null_island: 'Its place is 0, 0, which receivers send without a position.',
};

/** Why a fix was not stored, for people. */
export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;
