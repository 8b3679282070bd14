import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { deviceStates } from '@/drizzle/schema/live';
import { users } from '@/drizzle/schema/people';
import { devices, sessionEntries } from '@/drizzle/schema/sessions';
import type { Frame } from '@/lib/timing/types';
import type { Db } from './client';

export type NewDevice = {
  source: 'file' | 'simulator';
  externalId: string;
  name: string;
  frame: Frame;
  ownerId: number | null;
};

/** Gives the device of this source and external id, made hidden (not ready) when there was none. */
export async function ensureDevice(db: Db, device: NewDevice): Promise<{ id: number; ready: boolean }> {
  await db
    .insert(devices)
    .values({ ...device, ready: false })
    .onConflictDoNothing();
  const [row] = await db
    .select({ id: devices.id, ready: devices.ready })
    .from(devices)
    .where(and(eq(devices.source, device.source), eq(devices.externalId, device.externalId)));
  if (!row) throw new Error(`Device ${device.name} could not be stored.`);
  return row;
}

export function publishDevices(db: Db, ids: readonly number[]) {
  return db
    .update(devices)
    .set({ ready: true })
    .where(inArray(devices.id, [...ids]));
}

export type StoredDevice = { id: number; name: string; frame: Frame; ownerId: number | null; ready: boolean };

export function devicesById(db: Db, ids: readonly number[]): Promise<StoredDevice[]> {
  return db
    .select({
      id: devices.id,
      name: devices.name,
      frame: devices.frame,
      ownerId: devices.ownerId,
      ready: devices.ready,
    })
    .from(devices)
    .where(inArray(devices.id, [...ids]))
    .orderBy(devices.id);
}

/**
 * Hides devices and gives their external ids free at once; their fixes follow in pieces (a job's work). The new
 * external id marks them for it.
 */
export async function condemnDevices(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(devices)
    .set({ ready: false, externalId: sql`'condemned:' || ${devices.id}` })
    .where(inArray(devices.id, [...ids]));
}

export function deleteDevice(db: Db, id: number) {
  return db.delete(devices).where(eq(devices.id, id));
}

/**
 * Of `ids`, those that no session has any more and that are a session's own: made out of a file, replayed or simulated, for
 * the account that the session belongs to. Trackers and whatever else is shared go on without sessions.
 */
export async function devicesWithoutSession(
  db: Db,
  ids: readonly number[],
  ownerId: number | null,
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: devices.id })
    .from(devices)
    .leftJoin(sessionEntries, eq(sessionEntries.deviceId, devices.id))
    .where(
      and(
        inArray(devices.id, [...ids]),
        isNull(sessionEntries.id),
        inArray(devices.source, ['file', 'simulator', 'replay']),
        ownerId === null ? isNull(devices.ownerId) : eq(devices.ownerId, ownerId),
      ),
    );
  return rows.map((row) => row.id);
}

const seen = (db: Db) =>
  db
    .select({
      id: devices.id,
      source: devices.source,
      externalId: devices.externalId,
      name: devices.name,
      frame: devices.frame,
      createdAt: devices.createdAt,
      ownerId: devices.ownerId,
      ownerName: users.username,
      sessions: count(sessionEntries.id),
      state: deviceStates,
    })
    .from(devices)
    .leftJoin(users, eq(users.id, devices.ownerId))
    .leftJoin(sessionEntries, eq(sessionEntries.deviceId, devices.id))
    .leftJoin(deviceStates, eq(deviceStates.deviceId, devices.id))
    .groupBy(devices.id, users.id, deviceStates.deviceId);

export type DeviceRow = Awaited<ReturnType<typeof listDevices>>[number];

/** Devices of people's sight, newest first, with the number of their sessions. */
export function listDevices(db: Db, limit: number, offset: number) {
  return seen(db).where(eq(devices.ready, true)).orderBy(desc(devices.id)).limit(limit).offset(offset);
}

/** A device of people's sight. */
export async function deviceById(db: Db, id: number): Promise<DeviceRow | null> {
  const [row] = await seen(db).where(and(eq(devices.ready, true), eq(devices.id, id)));
  return row ?? null;
}

export async function changeDevice(
  tx: Db,
  id: number,
  change: { name?: string; ownerId?: number | null },
): Promise<void> {
  if (Object.keys(change).length > 0) await tx.update(devices).set(change).where(eq(devices.id, id));
}

export async function countDevices(db: Db): Promise<number> {
  const [row] = await db.select({ count: count() }).from(devices).where(eq(devices.ready, true));
  return row?.count ?? 0;
}
