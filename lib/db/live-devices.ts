import { and, count, eq, inArray } from 'drizzle-orm';
import { devices } from '@/drizzle/schema/sessions';
import type { Frame } from '@/lib/timing/types';
import type { Db } from './client';

/** Where a device's fixes come from while it moves. */
export type LiveSource = 'api' | 'osmand' | 'robot' | 'traccar' | 'insim' | 'replay';

export type LiveDevice = {
  id: number;
  source: typeof devices.$inferSelect.source;
  externalId: string;
  name: string;
  frame: Frame;
  ownerId: number | null;
};

const columns = {
  id: devices.id,
  source: devices.source,
  externalId: devices.externalId,
  name: devices.name,
  frame: devices.frame,
  ownerId: devices.ownerId,
};

/** Of `ids`, the devices that are there for people. */
export function liveDevicesById(db: Db, ids: readonly number[]): Promise<LiveDevice[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .select(columns)
    .from(devices)
    .where(and(inArray(devices.id, [...ids]), eq(devices.ready, true)));
}

/** The devices of a source that have one of these external ids. */
export function liveDevicesNamed(
  db: Db,
  source: LiveSource,
  externalIds: readonly string[],
): Promise<LiveDevice[]> {
  if (externalIds.length === 0) return Promise.resolve([]);
  return db
    .select(columns)
    .from(devices)
    .where(and(eq(devices.source, source), inArray(devices.externalId, [...externalIds])));
}

export type NewLiveDevice = Omit<LiveDevice, 'id' | 'source'> & { source: LiveSource };

/** Makes devices; one that somebody else made at the same moment stays as that one made it. */
export async function insertLiveDevices(db: Db, made: readonly NewLiveDevice[]): Promise<void> {
  if (made.length > 0)
    await db
      .insert(devices)
      .values([...made])
      .onConflictDoNothing();
}

/** How many devices of a source there are; with an owner only that account's. */
export async function countLiveDevices(
  db: Db,
  source: LiveSource,
  ownerId: number | null = null,
): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(devices)
    .where(and(eq(devices.source, source), ownerId === null ? undefined : eq(devices.ownerId, ownerId)));
  return row?.count ?? 0;
}
