import { and, count, desc, eq, isNull, sql } from 'drizzle-orm';
import { deviceKeys } from '@/drizzle/schema/live';
import { users } from '@/drizzle/schema/people';
import { devices } from '@/drizzle/schema/sessions';
import type { Db } from './client';

export type DeviceKeyRow = typeof deviceKeys.$inferSelect;
export type NewDeviceKey = Pick<DeviceKeyRow, 'deviceId' | 'userId' | 'hash' | 'prefix'>;

export async function insertDeviceKey(tx: Db, key: NewDeviceKey): Promise<DeviceKeyRow> {
  const [row] = await tx.insert(deviceKeys).values(key).returning();
  if (!row) throw new Error(`A key of device ${key.deviceId} could not be stored.`);
  return row;
}

/** The keys of a device, newest first; with those that were revoked. */
export function keysOfDevice(db: Db, deviceId: number): Promise<DeviceKeyRow[]> {
  return db.select().from(deviceKeys).where(eq(deviceKeys.deviceId, deviceId)).orderBy(desc(deviceKeys.id));
}

export async function countDeviceKeys(tx: Db, deviceId: number): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(deviceKeys)
    .where(and(eq(deviceKeys.deviceId, deviceId), isNull(deviceKeys.revokedAt)));
  return row?.count ?? 0;
}

/** Ends a key of a device; null = it has no such key that counts. */
export async function revokeDeviceKey(tx: Db, deviceId: number, id: number): Promise<DeviceKeyRow | null> {
  const [row] = await tx
    .update(deviceKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(deviceKeys.id, id), eq(deviceKeys.deviceId, deviceId), isNull(deviceKeys.revokedAt)))
    .returning();
  return row ?? null;
}

/** What a device key that counts opens, with the account that made it as it is now. */
export async function deviceOfKey(db: Db, hash: string) {
  const [row] = await db
    .select({
      keyId: deviceKeys.id,
      deviceId: devices.id,
      source: devices.source,
      frame: devices.frame,
      ownerId: devices.ownerId,
      userId: users.id,
      level: users.level,
      isStale: sql<boolean>`${deviceKeys.lastUsedAt} is null or ${deviceKeys.lastUsedAt} < now() - interval '1 minute'`,
    })
    .from(deviceKeys)
    .innerJoin(devices, eq(devices.id, deviceKeys.deviceId))
    .innerJoin(users, eq(users.id, deviceKeys.userId))
    .where(and(eq(deviceKeys.hash, hash), isNull(deviceKeys.revokedAt), eq(devices.ready, true)));
  return row ?? null;
}

export async function touchDeviceKey(db: Db, id: number): Promise<void> {
  await db.update(deviceKeys).set({ lastUsedAt: sql`now()` }).where(eq(deviceKeys.id, id));
}
