import { deviceKeyHash, deviceKeyPrefix, newDeviceKey } from '@/lib/auth/tokens';
import {
  type DeviceCreate,
  type DeviceKeyCreated,
  type DeviceKeyItem,
  takesKeys,
} from '@/lib/contracts/device-keys';
import { type Db, inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/device-keys';
import {
  countLiveDevices,
  insertLiveDevices,
  type LiveDevice,
  liveDevicesById,
  liveDevicesNamed,
} from '@/lib/db/live-devices';
import { lockUntilEnd } from '@/lib/db/locks';
import { AppError, notFound } from '@/lib/errors';
import { personOf } from './accounts';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { isoOf } from './instants';
import { requireOwn } from './rights';
import { verb } from './verb';

/** More keys of one device that count are not one phone any more. */
const MAX_KEYS = 20;
const MAX_PHONES = 1_000;

/** Makes a device of the caller's own for a phone or tracker, with its first key. The key is in this answer only. */
export const addPhone = verb(
  'device.create',
  async (ctx, { name }: DeviceCreate): Promise<DeviceKeyCreated> => {
    const { userId } = personOf(ctx);
    const externalId = crypto.randomUUID();
    return inTransaction(ctx.db, async (tx) => {
      await lockUntilEnd(tx, `devices of ${userId}`);
      if ((await countLiveDevices(tx, 'osmand', userId)) >= MAX_PHONES)
        throw new AppError('too_many_devices', 409, `This account has ${MAX_PHONES} phones already.`);
      await insertLiveDevices(tx, [{ source: 'osmand', externalId, name, frame: 'wgs84', ownerId: userId }]);
      const [device] = await liveDevicesNamed(tx, 'osmand', [externalId]);
      if (!device) throw new Error(`The device ${name} could not be stored.`);
      await audit(tx, ctx, { action: 'device.create', target: targetOf(device) });
      return newKey(tx, device, userId);
    });
  },
);

/** The keys of a device, newest first; with those that were revoked. */
export const listDeviceKeys = verb('device_key.list', async (ctx, deviceId: number) => {
  const device = await deviceOf(ctx.db, deviceId);
  requireOwn(ctx, 'device_key.list', device.ownerId, `device ${device.name}`);
  const items = (await store.keysOfDevice(ctx.db, deviceId)).map(itemOf);
  return { items, total: items.length, next: null };
});

/** One more key for a device, such as for another phone in the same car. It is in this answer only. */
export const createDeviceKey = verb(
  'device_key.create',
  async (ctx, deviceId: number): Promise<DeviceKeyCreated> =>
    inTransaction(ctx.db, async (tx) => {
      const device = await ownDevice(tx, ctx, 'device_key.create', deviceId);
      if (!takesKeys(device))
        throw new AppError(
          'not_live',
          409,
          `Device ${device.name} is none that phones can send for. Add a phone.`,
        );
      await lockUntilEnd(tx, `keys of device ${deviceId}`);
      if ((await store.countDeviceKeys(tx, deviceId)) >= MAX_KEYS)
        throw new AppError('too_many_keys', 409, `This device has ${MAX_KEYS} keys. Revoke one first.`);
      const made = await newKey(tx, device, personOf(ctx).userId);
      const details = { prefix: made.prefix };
      await audit(tx, ctx, { action: 'device_key.create', target: targetOf(device), details });
      return made;
    }),
);

/** Ends a key of a device; what came in by it stays. */
export const revokeDeviceKey = verb(
  'device_key.revoke',
  async (ctx, { deviceId, id }: { deviceId: number; id: number }): Promise<void> =>
    inTransaction(ctx.db, async (tx) => {
      const device = await ownDevice(tx, ctx, 'device_key.revoke', deviceId);
      const row = await store.revokeDeviceKey(tx, deviceId, id);
      if (!row) throw notFound(`key ${id} of device ${device.name}`);
      const details = { prefix: row.prefix };
      await audit(tx, ctx, { action: 'device_key.revoke', target: targetOf(device), details });
    }),
);

const targetOf = ({ id, name }: LiveDevice) => ({ noun: 'device', id, name });

async function deviceOf(db: Db, id: number): Promise<LiveDevice> {
  const [device] = await liveDevicesById(db, [id]);
  if (!device) throw notFound(`device ${id}`);
  return device;
}

async function ownDevice(
  tx: Db,
  ctx: ServiceContext,
  action: 'device_key.create' | 'device_key.revoke',
  id: number,
): Promise<LiveDevice> {
  const device = await deviceOf(tx, id);
  requireOwn(ctx, action, device.ownerId, `device ${device.name}`);
  return device;
}

async function newKey(tx: Db, device: LiveDevice, userId: number): Promise<DeviceKeyCreated> {
  const key = newDeviceKey();
  const facts = { deviceId: device.id, userId, hash: deviceKeyHash(key), prefix: deviceKeyPrefix(key) };
  const row = await store.insertDeviceKey(tx, facts);
  return { ...itemOf(row), key, path: `/api/v1/osmand/${key}` };
}

const isoOrNull = (text: string | null): string | null => (text === null ? null : isoOf(text));

function itemOf(row: store.DeviceKeyRow): DeviceKeyItem {
  return {
    id: row.id,
    device_id: row.deviceId,
    prefix: row.prefix,
    created_at: isoOf(row.createdAt),
    last_used_at: isoOrNull(row.lastUsedAt),
    revoked_at: isoOrNull(row.revokedAt),
  };
}
