import { userIdOf } from '@/lib/auth/actor';
import { FEED_LIMITS, type FeedMessages } from '@/lib/contracts/feeds';
import { insertLiveDevices, type LiveSource, liveDevicesNamed } from '@/lib/db/live-devices';
import { AppError } from '@/lib/errors';
import type { IngestDevice } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import { ingestDeviceOf } from './live-devices';
import { requireOwn } from './rights';

const SOURCES: Record<FeedMessages['hello']['feed'], LiveSource> = {
  replay: 'replay',
  insim: 'insim',
  other: 'api',
};

/** The devices of one feed by the sender's short names. */
export type FeedDevices = {
  /** Finds or makes the device; gives its id. Throws an AppError 403 for somebody else's, 409 `frame`. */
  add(message: FeedMessages['device']): Promise<number>;
  /** Throws an AppError 404 `unknown_device`. */
  get(ref: string): IngestDevice;
};

export function feedDevices(ctx: ServiceContext, hello: FeedMessages['hello']): FeedDevices {
  const known = new Map<string, IngestDevice>();
  const source = SOURCES[hello.feed];
  const find = async (externalId: string) => (await liveDevicesNamed(ctx.db, source, [externalId]))[0];
  return {
    async add({ ref, external_id: externalId, name, frame }) {
      if (known.size >= FEED_LIMITS.devices && !known.has(ref))
        throw new AppError(
          'too_many_devices',
          409,
          `A feed brings at most ${FEED_LIMITS.devices} devices: open another channel.`,
        );
      let row = await find(externalId);
      if (!row) {
        const ownerId = userIdOf(ctx.caller.actor);
        await insertLiveDevices(ctx.db, [{ source, externalId, name, frame, ownerId }]);
        row = await find(externalId);
      }
      if (!row) throw new Error(`Device ${externalId} could not be stored.`);
      if (row.ownerId !== null) requireOwn(ctx, 'position.create', row.ownerId, `device ${externalId}`);
      if (row.frame !== frame)
        throw new AppError(
          'frame',
          409,
          `Device ${externalId} is ${row.frame} here: choose another external_id for ${frame} fixes.`,
        );
      known.set(ref, { ...ingestDeviceOf(row), late: hello.late });
      return row.id;
    },
    get(ref) {
      const device = known.get(ref);
      if (device) return device;
      throw new AppError(
        'unknown_device',
        404,
        `There is no device ${ref} on this channel: send its device message first.`,
      );
    },
  };
}
