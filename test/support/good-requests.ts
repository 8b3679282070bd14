import { changeUser } from '@/lib/db/users';
import { parseRobotLine } from '@/lib/feeds/robots';
import { trackToFile } from '@/lib/formats/track-file';
import { closeStreams } from '@/lib/live/closers';
import { addPhone } from '@/lib/services/device-keys';
import { closeLive, openLive } from '@/lib/services/live-sessions';
import { takePhoneReport } from '@/lib/services/osmand';
import { takeRobotEvents } from '@/lib/services/take-robots';
import { keepTrack } from '@/lib/services/track-store';
import { circleTrack } from './circle';
import type { FuzzedRequest } from './fuzzed-requests';
import { logIn, makeKey, makePerson, type Person } from './people';
import type { Product } from './product';

export const PASSWORD = 'the password of every account here';

export type Asking = { product: Product; person: Person; passwordHash: string };

type Making = (asking: Asking) => Promise<Partial<FuzzedRequest>> | Partial<FuzzedRequest>;

const json = (value: unknown): Partial<FuzzedRequest> => ({
  body: JSON.stringify(value),
  contentType: 'application/json',
});
const at = (params: Record<string, string | number>): Partial<FuzzedRequest> => ({
  params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
});

/** The drive of a circle file begins here. */
const WINDOW = { from: '2025-06-15T15:06:40Z', to: '2025-06-15T16:06:40Z' };
const elsewhere = (name: string, eastM: number) => circleTrack(name, eastM);

function form(): FormData {
  const body = new FormData();
  body.append('session_name', 'by hand');
  body.append('file', new Blob(['time_ms,lat,lon\n1000,47,9\n']), 'hand.csv');
  return body;
}

async function withPassword({ product, person, passwordHash }: Asking): Promise<void> {
  await changeUser(product.ctx.db, person.row.id, { passwordHash });
}

const live = async ({ person }: Asking) =>
  openLive(person.ctx, { name: 'live', kind: 'race', entries: [], delay_s: 0 });

const phone = ({ person }: Asking) => addPhone(person.ctx, { name: 'a phone' });

async function someRobot({ ctx }: Product): Promise<string> {
  await takeRobotEvents(ctx, { events: [parseRobotLine('1,2,3,Good')] });
  return 'Good';
}

/** For operations that need more than the id 1: a request that they can do. */
export const GOOD_REQUESTS: Record<string, Making> = {
  async login(asking) {
    await withPassword(asking);
    return json({ username: asking.person.row.username, password: PASSWORD });
  },
  async changePassword(asking) {
    await withPassword(asking);
    return json({ old_password: PASSWORD, new_password: 'another long password' });
  },
  updateMe: () => json({ theme: 'dark' }),
  createKey: () => json({ name: 'a program', scopes: ['read'] }),
  revokeKey: async ({ product, person }) => at({ id: (await makeKey(product.ctx, person.row.id)).id }),
  revokeToken: async ({ product, person }) => at({ id: (await logIn(product.ctx, person.row)).actor.jti }),

  createUser: () => json({ username: 'somebody new', password: 'long enough for it', level: 1 }),
  updateUser: () => json({}),
  deleteUser: async ({ product }) => at({ id: (await makePerson(product.ctx, 1)).row.id }),
  async deleteLog({ product }) {
    const [row] = await product.runtime.sql<{ id: string }[]>`
      insert into logs (actor, action, details) values ('system', 'test.row', '{}') returning id`;
    return at({ id: row?.id ?? 0 });
  },

  createSession: () => json({ device_ids: [1], track_id: 1, name: 'one', ...WINDOW }),
  processSession: () => json({ device_ids: [1, 2], track_id: 1, name: 'two', ...WINDOW }),
  updateSession: () => json({}),
  openLive: () => json({ name: 'live' }),
  async startDemoRace({ product }) {
    const open = await product.runtime.sql<{ id: number }[]>`
      select id from sessions where live and name = 'Demo race'`;
    for (const { id } of open) await closeLive(product.ctx, { session_id: id });
    closeStreams();
    return json({ speed: 20 });
  },
  updateLive: async (asking) => ({
    ...at({ id: (await live(asking)).session_id }),
    ...json({ delay_s: 20 }),
  }),
  addMark: async (asking) => ({
    ...at({ id: (await live(asking)).session_id }),
    ...json({ kind: 'note', text: 'Oil at turn 3' }),
  }),
  async addEntry(asking) {
    const device_id = (await phone(asking)).device_id;
    return { ...at({ id: (await live(asking)).session_id }), ...json({ device_id, driver: 'Ann' }) };
  },
  closeLive: async (asking) => at({ id: (await live(asking)).session_id }),
  updateDevice: () => json({}),
  createImport: () => ({ body: form() }),
  takePositions: () => json({ device: 'a program', fixes: [{ time_ms: 1000, lat: 47, lon: 9 }] }),
  takePhoneQuery: async (asking) => ({ ...at({ key: (await phone(asking)).key }), search: '?lat=47&lon=9' }),
  takePhoneBody: async (asking) => ({
    ...at({ key: (await phone(asking)).key }),
    body: 'lat=47&lon=9',
    contentType: 'application/x-www-form-urlencoded',
  }),
  takeRobotEvents: () => json({ events: [{ robot: 'Rob', x: 1, y: 2, timestamp: 3 }] }),
  getRobot: async ({ product }) => at({ name: await someRobot(product) }),
  listRobotEvents: async ({ product }) => at({ name: await someRobot(product) }),
  getRobotOdometer: async ({ product }) => at({ name: await someRobot(product) }),
  addPhone: () => json({ name: 'a phone' }),
  createDeviceKey: async (asking) => at({ id: (await phone(asking)).device_id }),
  async revokeDeviceKey(asking) {
    const { device_id, id } = await phone(asking);
    return at({ id: device_id, key_id: id });
  },
  async resetTrip(asking) {
    const { key, device_id } = await phone(asking);
    await takePhoneReport(asking.product.ctx, { key, report: { kind: 'heartbeat', attributes: null } });
    return at({ id: device_id, trip: 'a' });
  },
  createTrack: () => json(trackToFile(elsewhere('New', 50_000))),
  validateTrack: () => json(trackToFile(elsewhere('New', 60_000))),
  updateTrack: () => json(trackToFile(circleTrack('Renamed'))),
  deleteTrack: async ({ product }) =>
    at({ id: (await keepTrack(product.ctx.db, elsewhere('Unused', 70_000), 'test', false)).id }),

  getDriverStatistics: () => at({ name: 'Ada' }),
  async getCircuitStatistics({ product }) {
    const [row] = await product.runtime.sql<{ name: string }[]>`select name from tracks where id = 1`;
    return at({ name: row?.name ?? '' });
  },
  streamTelemetry: () => ({ search: '?session_id=1&delay_s=5' }),
  getTelemetryRange: () => ({
    search: `?session_id=1&start_time=${WINDOW.from}&end_time=${WINDOW.to}`,
  }),
  listLaps: () => ({ search: '?class=complete&lap_time_ms<=90000&sort=fastest&session_id=latest' }),
};
