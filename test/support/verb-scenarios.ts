import { randomUUID } from 'node:crypto';
import { hashPassword } from '@/lib/auth/password';
import { inTransaction } from '@/lib/db/client';
import { ensureDevice, publishDevices } from '@/lib/db/devices';
import { openLiveRow } from '@/lib/db/live-sessions';
import { insertLog } from '@/lib/db/logs';
import { insertSession, publishSessions } from '@/lib/db/sessions';
import { changeUser } from '@/lib/db/users';
import { trackToFile } from '@/lib/formats/track-file';
import { keepTrack } from '@/lib/services/track-store';
import { circleCsv, circleTrack } from './circle';
import { logIn, makeKey, makePerson, type Person } from './people';
import type { Product } from './product';
import { WAYS_IN_SCENARIOS } from './ways-in-scenarios';

/** What the verbs work on: an imported session on a track, by nobody. */
export type World = {
  product: Product;
  sessionId: number;
  trackId: number;
  deviceId: number;
  lapId: number;
  importId: number;
};

export async function makeWorld(product: Product): Promise<World> {
  const { db } = product.ctx;
  const track = await keepTrack(db, circleTrack(), 'test', false);
  const [item] = await product.drop([{ name: 'a.csv', content: circleCsv() }]);
  const [lap] = await product.runtime.sql<{ id: string; device_id: number }[]>`
    select id, device_id from laps where session_id = ${item?.session_id ?? 0} order by id`;
  if (!item?.session_id || !lap) throw new Error(`The import gave no laps: ${item?.message}`);
  return {
    product,
    sessionId: item.session_id,
    trackId: track.id,
    deviceId: lap.device_id,
    lapId: Number(lap.id),
    importId: item.id,
  };
}

let made = 0;

/** A session that belongs to an account, with a device of its own. */
export async function sessionOf(world: World, ownerId: number | null): Promise<number> {
  const { db } = world.product.ctx;
  made += 1;
  const device = {
    source: 'file',
    externalId: `made ${made}`,
    name: `made ${made}`,
    frame: 'wgs84',
  } as const;
  const { id } = await ensureDevice(db, { ...device, ownerId });
  return inTransaction(db, async (tx) => {
    await publishDevices(tx, [id]);
    const window = {
      fromUs: made * 1e6,
      toUs: (made + 1) * 1e6,
      timeBasis: 'utc',
      kind: 'practice',
    } as const;
    const session = { name: `made ${made}`, trackId: world.trackId, ...window, ownerId, notes: [] };
    const sessionId = await insertSession(tx, session, [{ deviceId: id }]);
    await publishSessions(tx, [sessionId]);
    return sessionId;
  });
}

/** A live session that belongs to an account, with a device that nobody owns. */
export async function liveSessionOf(world: World, ownerId: number | null): Promise<number> {
  const sessionId = await sessionOf(world, ownerId);
  const live = { openedBy: 'hand', delayS: 0, lapsTarget: null, durationTargetMs: null } as const;
  await inTransaction(world.product.ctx.db, (tx) => openLiveRow(tx, sessionId, live));
  return sessionId;
}

/** A device that is in no session. */
async function freshDevice({ product }: World, ownerId: number | null = null): Promise<number> {
  const name = newName();
  const device = { source: 'file', externalId: name, name, frame: 'wgs84', ownerId } as const;
  const { id } = await ensureDevice(product.ctx.db, device);
  await publishDevices(product.ctx.db, [id]);
  return id;
}

async function freshTrack({ product }: World): Promise<number> {
  made += 1;
  const track = circleTrack(`Round ${made}`, made * 10_000);
  return (await keepTrack(product.ctx.db, track, 'test', false)).id;
}

async function freshFile({ product }: World) {
  made += 1;
  const name = `made ${made}.csv`;
  const text = circleCsv({ startMs: 1_700_000_000_000 + made * 1e6 });
  async function* content() {
    yield Buffer.from(text);
  }
  return { file: name, ...(await product.ctx.spool.write(name, content())), modifiedMs: null };
}

/** One after the other: a level 0 account for others to change. */
const victim = (world: World): Promise<Person> => makePerson(world.product.ctx, 0, `victim ${randomUUID()}`);

async function withPassword(world: World, who: Person): Promise<string> {
  const password = 'the password of a test';
  await changeUser(world.product.ctx.db, who.row.id, { passwordHash: await hashPassword(password) });
  return password;
}

const WINDOW = { from: '2025-06-15T15:06:40Z', to: '2025-06-15T16:06:40Z' };
const newName = () => `made ${randomUUID()}`;

/**
 * For every verb an input with which somebody of the lowest level that may will succeed: with what is his own where
 * that counts. A verb without its line here fails the test that walks them all.
 */
export const SCENARIOS: Record<string, (world: World, who: Person) => unknown> = {
  ...WAYS_IN_SCENARIOS,
  systemStatus: ({ product }) => ({ facts: product.runtime.facts, nowMs: Date.now() }),
  getHealth: ({ product }) => ({ facts: product.runtime.facts, nowMs: Date.now() }),
  getSetupState: () => undefined,
  login: async (world, who) => ({
    username: who.row.username,
    password: await withPassword(world, who),
    browser: false,
  }),
  logout: () => undefined,
  getMe: () => undefined,
  updateMe: () => ({ theme: 'dark' }),
  changePassword: async (world, who) => ({
    old_password: await withPassword(world, who),
    new_password: 'another password of it',
  }),
  listTokens: () => undefined,
  revokeToken: async ({ product }, who) => (await logIn(product.ctx, who.row)).actor.jti,
  listKeys: () => undefined,
  createKey: () => ({ name: 'a program', scopes: ['read'] }),
  revokeKey: async ({ product }, who) => (await makeKey(product.ctx, who.row.id)).id,

  listSessions: () => ({ limit: 10, sort: 'newest' }),
  getSession: (world) => world.sessionId,
  getSessionWithLaps: (world) => world.sessionId,
  getSessionLaps: (world) => ({ ref: world.sessionId }),
  listLaps: () => ({ limit: 10, sort: 'newest' }),
  countSectors: () => ({}),
  getLap: (world) => world.lapId,
  getLapTrace: (world) => ({ id: world.lapId, deviceId: null }),
  exportLap: (world) => ({ id: world.lapId, format: 'csv' }),
  exportSession: (world) => ({ ref: world.sessionId, format: 'csv', deviceId: null }),
  sessionTiming: (world) => world.sessionId,
  getTelemetryRange: (world) => ({ session_id: world.sessionId, start_time: 0, end_time: 1, limit: 10 }),
  listBestLaps: () => ({ limit: 10, include_invalid: false }),
  getDriverStatistics: async ({ product, sessionId }) => {
    await product.runtime.sql`update session_entries set driver = 'Ann' where session_id = ${sessionId}`;
    return { name: 'Ann', include_invalid: false };
  },
  getCircuitStatistics: () => ({ name: circleTrack().name, include_invalid: false }),
  listCircuits: () => ({ limit: 10 }),
  listVehicles: () => ({ limit: 10 }),
  watchLive: (world) => ({ sessionId: world.sessionId, delay_s: 0 }),
  listLive: () => undefined,
  liveBoard: (world, who) => liveSessionOf(world, who.row.id),
  openLive: async (world, who) => ({
    name: newName(),
    kind: 'race',
    entries: [{ device_id: await freshDevice(world, who.row.id), number: '7' }],
    delay_s: 0,
  }),
  addEntry: async (world, who) => ({
    session_id: await liveSessionOf(world, who.row.id),
    device_id: await freshDevice(world),
    driver: 'Ann',
  }),
  addMark: async (world, who) => ({
    session_id: await liveSessionOf(world, who.row.id),
    kind: 'yellow',
    text: 'Turn 3',
  }),
  updateLive: async (world, who) => ({ session_id: await liveSessionOf(world, who.row.id), delay_s: 30 }),
  closeLive: async (world, who) => ({ session_id: await liveSessionOf(world, who.row.id) }),
  listTracks: () => ({ limit: 10 }),
  getTrack: (world) => world.trackId,
  getTrackFile: (world) => world.trackId,
  listJobs: () => ({ limit: 10, status: 'done' }),
  listDevices: () => ({ limit: 10 }),
  getDevice: (world) => world.deviceId,
  listPositions: (world) => ({ id: world.deviceId, limit: 10 }),
  listCrossings: (world) => ({ ref: world.sessionId, limit: 10 }),
  listImports: () => ({ limit: 10 }),
  getImport: (world) => world.importId,

  acceptUpload: async (world) => ({
    batch: newName(),
    trackId: null,
    sessionName: null,
    files: [await freshFile(world)],
  }),
  createDemo: () => ({ key: randomUUID(), nowMs: Date.now() }),
  startDemoRace: () => ({ speed: 20 }),
  createSession: (world) => ({
    device_ids: [world.deviceId],
    track_id: world.trackId,
    name: 'made by hand',
    kind: 'practice',
    ...WINDOW,
    // Another window each time: the same one is no new session.
    to: new Date(Date.parse(WINDOW.to) + ++made * 1000).toISOString(),
  }),
  updateSession: async (world, who) => ({ id: await sessionOf(world, who.row.id), name: 'renamed' }),
  recomputeSession: (world, who) => sessionOf(world, who.row.id),
  deleteSession: (world, who) => sessionOf(world, who.row.id),
  validateTrack: () => trackToFile(circleTrack()),
  createTrack: () => trackToFile(circleTrack(newName(), ++made * 10_000)),
  updateTrack: async (world) => ({ id: await freshTrack(world), file: trackToFile(circleTrack('Edited')) }),
  deleteTrack: freshTrack,
  updateDevice: (world) => ({ id: world.deviceId, name: newName() }),

  listUsers: () => ({ limit: 10, sort: 'name' }),
  getUser: (_world, who) => who.row.id,
  createUser: () => ({ username: newName(), password: 'long enough for it', level: 0 }),
  updateUser: async (world) => ({ id: (await victim(world)).row.id, level: 1 }),
  deleteUser: async (world) => (await victim(world)).row.id,
  getUsage: () => ({ limit: 10 }),
  listLogs: () => ({ limit: 10 }),
  deleteLog: async ({ product }) => {
    const nobody = { actor: 'nobody', userId: null, username: null, keyId: null, keyName: null } as const;
    const place = { ip: null, country: null, userAgent: null, requestId: null };
    const target = { target: null, targetId: null, targetName: null, details: {} };
    await insertLog(product.ctx.db, { ...nobody, ...place, ...target, action: 'auth.login' });
    const [row] = await product.runtime.sql<{ id: string }[]>`
      select max(id) as id from logs where action = 'auth.login'`;
    return Number(row?.id);
  },
  clearLogs: () => undefined,
  targetsThatAre: ({ sessionId }) => [{ target: 'session', target_id: String(sessionId) }],
  seedTracks: () => undefined,
  getSystem: ({ product }) => ({
    facts: product.runtime.facts,
    nowMs: Date.now(),
    probe: () => ({
      versions: { node: '20', next: '16' },
      memory: { rss_bytes: 1, heap_bytes: 1, machine_free_bytes: 1, machine_total_bytes: 1 },
      disk: () => Promise.reject(new Error('away')),
      uploads: () => Promise.reject(new Error('away')),
      redis: null,
      engines: 0,
      settings: [],
    }),
  }),
};
