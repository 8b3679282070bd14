import { DEVICE_ONLINE_S, type DeviceItem, type DeviceLive, type DevicePatch } from '@/lib/contracts/devices';
import { type Db, inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/devices';
import { userById, userByName } from '@/lib/db/users';
import { AppError, notFound } from '@/lib/errors';
import { audit } from './audit';
import { isoOf } from './instants';
import { tripsOf } from './odometer';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

export const listDevices = verb('device.list', async (ctx, input: Page) => {
  const page = pageOf(input);
  const rows = await store.listDevices(ctx.db, page.limit, page.offset);
  return page.list(rows.map(deviceItemOf), await store.countDevices(ctx.db));
});

export const getDevice = verb('device.read', async (ctx, id: number): Promise<DeviceItem> => {
  const row = await store.deviceById(ctx.db, id);
  if (!row) throw notFound(`device ${id}`);
  return deviceItemOf(row);
});

function deviceItemOf(row: store.DeviceRow): DeviceItem {
  return {
    id: row.id,
    source: row.source,
    external_id: row.externalId,
    name: row.name,
    frame: row.frame,
    sessions: row.sessions,
    owner: row.ownerId === null ? null : { id: row.ownerId, username: row.ownerName ?? '' },
    created_at: isoOf(row.createdAt),
    live: row.state && liveOf(row.state, Date.now()),
  };
}

function liveOf(state: NonNullable<store.DeviceRow['state']>, nowMs: number): DeviceLive {
  const lastSeen = state.receivedAt === null ? null : isoOf(state.receivedAt);
  const battery = state.attributes?.battery_pct;
  return {
    time_ms: state.lastUs === null ? null : state.lastUs / 1000,
    last_seen: lastSeen,
    online: lastSeen !== null && nowMs - Date.parse(lastSeen) <= DEVICE_ONLINE_S * 1000,
    odometer_m: state.odometerM,
    trips: tripsOf(state),
    battery_pct: typeof battery === 'number' ? battery : null,
    stored: state.stored,
    duplicates: state.duplicates,
    refused: state.refused,
  };
}

/** A device's name and owner; without an owner it is shared by all. */
export const updateDevice = verb(
  'device.update',
  async (ctx, { id, ...patch }: DevicePatch & { id: number }): Promise<DeviceItem> => {
    const changed = await inTransaction(ctx.db, async (tx) => {
      const before = await store.deviceById(tx, id);
      if (!before) throw notFound(`device ${id}`);
      const owner = await newOwner(tx, patch);
      await store.changeDevice(tx, id, {
        ...(patch.name === undefined ? {} : { name: patch.name }),
        ...(owner === undefined ? {} : { ownerId: owner }),
      });
      const target = { noun: 'device', id, name: before.name };
      await audit(tx, ctx, { action: 'device.update', target, details: { ...patch } });
      return store.deviceById(tx, id);
    });
    if (!changed) throw notFound(`device ${id}`);
    return deviceItemOf(changed);
  },
);

/** The account that a change names; null = nobody, undefined = the owner stays. */
async function newOwner(tx: Db, patch: DevicePatch): Promise<number | null | undefined> {
  const { owner_id: id, owner_username: name } = patch;
  if (name === undefined) {
    if (typeof id === 'number' && !(await userById(tx, id))) throw noSuchOwner('owner_id', String(id));
    return id;
  }
  if (name.trim() === '') return null;
  const user = await userByName(tx, name);
  if (!user) throw noSuchOwner('owner_username', name);
  return user.id;
}

const noSuchOwner = (field: string, who: string): AppError =>
  new AppError('bad_request', 400, `${field}: there is no user ${who}.`, [{ field, message: 'is unknown' }]);
