import { randomUUID } from 'node:crypto';
import { insertLiveDevices, type LiveSource, liveDevicesNamed } from '@/lib/db/live-devices';
import { fixesOfJson } from '@/lib/feeds/fix-json';
import { atOnce } from '@/lib/feeds/in-turns';
import { parseRobotLine } from '@/lib/feeds/robots';
import { addPhone } from '@/lib/services/device-keys';
import { takeRobotEvents } from '@/lib/services/take-robots';
import type { Person } from './people';
import type { Product } from './product';

/** What of the world of the verbs they need. */
type World = { product: Product };

/** A device that sends by itself, of an account or of nobody. */
export async function liveDeviceOf(
  { product }: World,
  ownerId: number | null,
  source: LiveSource = 'osmand',
): Promise<number> {
  const { db, ingest } = product.ctx;
  const externalId = `made ${randomUUID()}`;
  const frame = source === 'robot' ? 'planar' : 'wgs84';
  await insertLiveDevices(db, [{ source, externalId, name: externalId, frame, ownerId }]);
  const [device] = await liveDevicesNamed(db, source, [externalId]);
  if (!device) throw new Error('The device was not made.');
  const numbers = {
    speedMps: Number.NaN,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: Number.NaN,
  };
  const fix = { timeMs: 1000, x: 2, y: 41, ...numbers, attributes: null };
  await ingest.take({ id: device.id, frame, late: 'backfill', wallClock: false }, [fix]);
  return device.id;
}

/** A key of a phone of somebody. */
export async function phoneOf(who: Person) {
  return addPhone(who.ctx, { name: 'a phone' });
}

async function robot({ product }: World): Promise<string> {
  const name = `robot ${randomUUID()}`;
  await takeRobotEvents(product.ctx, { events: [parseRobotLine(`1,2,3,${name}`)] });
  return name;
}

/** The scenarios of the verbs by which fixes come in (test/support/verb-scenarios). */
export const WAYS_IN_SCENARIOS: Record<string, (world: World, who: Person) => unknown> = {
  takePositions: async (world, who) => {
    const device_id = await liveDeviceOf(world, who.row.id, 'api');
    return atOnce(fixesOfJson({ device_id, fixes: [{ time_ms: 2000, lat: 41, lon: 2 }] }, null));
  },
  takePhoneReport: async ({ product }, who) => {
    // Whoever may not add one asks with somebody else's.
    const key = await addPhone(
      { ...product.ctx, caller: { ...who.ctx.caller, actor: person(who) } },
      { name: 'a' },
    );
    return { key: key.key, report: { kind: 'heartbeat', attributes: null } };
  },
  takeRobotEvents: () => ({ events: [parseRobotLine(`1,2,3,robot ${randomUUID()}`)] }),
  watchRobots: () => undefined,
  listRobots: () => ({ limit: 10 }),
  getRobot: robot,
  listRobotEvents: async (world) => ({ name: await robot(world), limit: 10 }),
  getRobotOdometer: async (world) => ({ name: await robot(world), start_time: 0 }),
  getOdometer: async (world) => ({ id: await liveDeviceOf(world, null) }),
  resetDeviceTrip: async (world, who) => ({ id: await liveDeviceOf(world, who.row.id), trip: 'a' }),
  addPhone: () => ({ name: `phone ${randomUUID()}` }),
  listDeviceKeys: (world, who) => liveDeviceOf(world, who.row.id),
  createDeviceKey: (world, who) => liveDeviceOf(world, who.row.id),
  revokeDeviceKey: async ({ product }, who) => {
    const key = await addPhone(
      { ...product.ctx, caller: { ...who.ctx.caller, actor: person(who) } },
      { name: 'a' },
    );
    return { deviceId: key.device_id, id: key.id };
  },
};

/** The same account at a level that may add a phone. */
const person = (who: Person): Person['actor'] => ({
  ...who.actor,
  level: who.actor.level === 0 ? 1 : who.actor.level,
});
