import { FEED_LIMITS, type FeedMessages } from '@/lib/contracts/feeds';
import { AppError } from '@/lib/errors';
import type { IngestDevice } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import { findOrMakeDevices, ingestDeviceOf } from './live-devices';
import { requireShared } from './rights';

const SOURCES = { replay: 'replay', insim: 'insim', other: 'api' } as const;

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
  return {
    async add({ ref, external_id, name, frame }) {
      const externalId = external_id.normalize('NFC');
      if (known.size >= FEED_LIMITS.devices && !known.has(ref))
        throw new AppError(
          'too_many_devices',
          409,
          `A feed brings at most ${FEED_LIMITS.devices} devices: open another channel.`,
        );
      const found = await findOrMakeDevices(ctx, source, new Map([[externalId, { name, frame }]]));
      const row = found.get(externalId);
      if (!row) throw new Error(`Device ${externalId} could not be stored.`);
      requireShared(ctx, 'position.create', row);
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
