import type { Odometer, OdometerQuery, TripName, Trips } from '@/lib/contracts/robots';
import { inTransaction } from '@/lib/db/client';
import { type DeviceState, rangeOdometer, resetTrip, stateOf } from '@/lib/db/device-states';
import { liveDevicesById } from '@/lib/db/live-devices';
import { AppError, notFound } from '@/lib/errors';
import { audit } from './audit';
import { isoOf } from './instants';
import { requireShared } from './rights';
import { verb } from './verb';

/** Trip counters as they show now. */
export function tripsOf(state: Pick<DeviceState, 'odometerM' | 'trips'> | null): Trips {
  const tripOf = (name: TripName) => {
    const trip = state?.trips[name];
    return state && trip
      ? { distance_m: Math.max(0, state.odometerM - trip.from_m), since: isoOf(trip.at) }
      : null;
  };
  return { a: tripOf('a'), b: tripOf('b') };
}

/**
 * A device's way: all of it as the odometer stands, or between two times by its own clock, both included, in either
 * order.
 */
export const getOdometer = verb(
  'device.read',
  async (ctx, { id, ...query }: OdometerQuery & { id: number }): Promise<Odometer> => {
    const [device] = await liveDevicesById(ctx.db, [id]);
    if (!device) throw notFound(`device ${id}`);
    const given = [bound('from', query.from, query.from_ms), bound('to', query.to, query.to_ms)] as const;
    const [fromMs, toMs] = inOrder(...given);
    const state = await stateOf(ctx.db, id);
    const isWhole = fromMs === null && toMs === null && state !== null;
    return {
      device_id: id,
      odometer_m: isWhole
        ? state.odometerM
        : await rangeOdometer(ctx.db, id, device.frame, usOf(fromMs), usOf(toMs)),
      from_ms: fromMs,
      to_ms: toMs,
      trips: tripsOf(state),
    };
  },
);

const usOf = (timeMs: number | null): number | null => (timeMs === null ? null : Math.round(timeMs * 1000));

/** Two bounds with the smaller one first; an open one stays at its end. */
export function inOrder(fromMs: number | null, toMs: number | null): [number | null, number | null] {
  return fromMs !== null && toMs !== null && fromMs > toMs ? [toMs, fromMs] : [fromMs, toMs];
}

function bound(field: string, instant: string | undefined, timeMs: number | undefined): number | null {
  if (instant !== undefined && timeMs !== undefined)
    throw new AppError('bad_request', 400, `${field}: is given twice: as an instant and as ${field}_ms.`, [
      { field, message: 'is given twice' },
    ]);
  return instant === undefined ? (timeMs ?? null) : Date.parse(instant);
}

/** Sets one of a device's trip counters to zero. */
export const resetDeviceTrip = verb(
  'device.trip',
  async (ctx, { id, trip }: { id: number; trip: TripName }): Promise<Odometer> => {
    await inTransaction(ctx.db, async (tx) => {
      const [device] = await liveDevicesById(tx, [id]);
      if (!device) throw notFound(`device ${id}`);
      requireShared(ctx, 'device.trip', device);
      if (!(await resetTrip(tx, id, trip)))
        throw new AppError('no_odometer', 409, `Device ${device.name} has sent nothing live yet.`);
      const target = { noun: 'device', id, name: device.name };
      await audit(tx, ctx, { action: 'device.trip', target, details: { trip } });
    });
    return getOdometer(ctx, { id });
  },
);
