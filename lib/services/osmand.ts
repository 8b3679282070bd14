import { isLevel, reaches } from '@/lib/auth/permissions';
import { deviceKeyHash } from '@/lib/auth/tokens';
import { deviceOfKey, touchDeviceKey } from '@/lib/db/device-keys';
import { touchState } from '@/lib/db/device-states';
import { AppError } from '@/lib/errors';
import type { PhoneReport } from '@/lib/feeds/osmand';
import type { IngestDevice } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import { reasonWords } from './live-devices';
import { verb } from './verb';

/**
 * Takes what a phone sent under a device key. It repeats what was not answered with 200, and all that came after it
 * waits: a fix that can never be stored (its time is taken, its place is none) is answered as taken, and counted.
 * Throws an AppError 401 for a key that does not count, 400 for a report that is none or lies ahead of the clock,
 * 429 `busy`.
 */
export const takePhoneReport = verb(
  'phone.send',
  async (ctx, { key, report }: { key: string; report: PhoneReport }): Promise<void> => {
    const device = await deviceOpenedBy(ctx, key);
    if ('reason' in report) {
      ctx.ingest.refuse(device.id, report.reason, 1);
      throw new AppError('bad_request', 400, `${report.message}.`);
    }
    if (report.kind === 'unsure') {
      ctx.ingest.refuse(device.id, 'not_valid', 1);
      return touchState(ctx.db, device.id, null);
    }
    if (report.kind === 'heartbeat') return touchState(ctx.db, device.id, report.attributes);
    const [verdict] = await ctx.ingest.take(device, [report.fix]);
    if (verdict === 'future') throw new AppError('refused', 400, reasonWords(verdict));
  },
);

/** The device that a key opens: made by an account that may still send its fixes. One answer for every other key. */
async function deviceOpenedBy(ctx: ServiceContext, key: string): Promise<IngestDevice> {
  const found = await deviceOfKey(ctx.db, deviceKeyHash(key));
  if (!found || !isLevel(found.level) || !reaches('position.create', found.level, isOthers(found)))
    throw new AppError(
      'unknown_key',
      401,
      'This device key is unknown or was revoked. Make a new one on the page Devices.',
    );
  if (found.isStale) await touchDeviceKey(ctx.db, found.keyId);
  return { id: found.deviceId, frame: found.frame, late: 'backfill', wallClock: true };
}

const isOthers = ({ ownerId, userId }: { ownerId: number | null; userId: number }): boolean =>
  ownerId !== null && ownerId !== userId;
