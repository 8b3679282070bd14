import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EndFrame, LiveFrame } from '@/lib/contracts/live';
import { insertMark } from '@/lib/db/live-sessions';
import { CONTROL_TOPIC } from '@/lib/live/control';
import { type EngineHost, startEngines } from '@/lib/live/engine/engine-host';
import { boardTopic } from '@/lib/live/topics';
import { testDatabases } from '../support/database';
import { incomingFix, type LiveWorld, liveWorld } from '../support/live-world';
import { drive, GATES, rounds, trackOf } from '../support/tape';
import { until } from '../support/until';
import { connectionLost, gateOf, type WatchedDb, watchedDb } from './watched-db';

const [embedded] = await testDatabases();
const fixes = drive({ x: 0, y: 0 }, rounds(3, 30)).map(incomingFix);

describe('the engines of a process while its database is slow or away', () => {
  let world: LiveWorld;
  let slow: WatchedDb;
  let engines: EngineHost;
  let trackId: number;
  let gate: ReturnType<typeof gateOf>;

  beforeAll(async () => {
    world = await liveWorld(embedded?.url ?? '');
    // The ones here are on the database that a test can hold up.
    await world.engines.stop();
    trackId = await world.keepTrack(trackOf(GATES));
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    gate = gateOf();
    slow = watchedDb(world.db);
    engines = await startEngines({
      db: slow.db,
      bus: world.bus,
      holder: 'this one',
      report: () => {},
      now: Date.now,
      alone: false,
      openItself: async () => {},
      closeSilent: async () => {},
    });
  });
  afterEach(async () => {
    gate.open();
    slow.before = async () => {};
    await engines.stop();
    await world.open.sql`update sessions set live = false`;
  });

  const frames = (sessionId: number) => {
    const heard: (LiveFrame | EndFrame)[] = [];
    world.bus.subscribe(boardTopic(sessionId), ({ data }) => heard.push(data as LiveFrame | EndFrame));
    return heard;
  };
  const openOne = async (devices: number[] = []) => {
    const id = await world.openSession({ trackId, devices });
    await until('it is timed', () => engines.engine(id));
    await engines.settled(id);
    return id;
  };
  const markSeen = (heard: (LiveFrame | EndFrame)[]) =>
    heard.some((frame) => frame.type !== 'end' && (frame.marks?.length ?? 0) > 0);

  it('see a flag although they could not read it at first', async () => {
    const id = await openOne();
    const heard = frames(id);
    slow.before = () => Promise.reject(connectionLost());
    await insertMark(world.db, { sessionId: id, atUs: 5, kind: 'red', text: '' });
    const before = slow.count();
    world.bus.publish(CONTROL_TOPIC, { sessionId: id });
    await until('it was tried', () => slow.count() > before + 1);
    slow.before = async () => {};
    await until('the flag is on the board', () => markSeen(heard), 5_000);
  });

  it('say that a session has ended although they could not read it at first', async () => {
    const id = await openOne();
    const heard = frames(id);
    await world.open.sql`update live_sessions set closed_at = now(), holder = null where session_id = ${id}`;
    await world.open.sql`update sessions set live = false where id = ${id}`;
    let tries = 0;
    slow.onSelect = () => {
      if (++tries === 1) throw connectionLost();
    };
    world.bus.publish(CONTROL_TOPIC, { sessionId: id });
    await until(
      'the end is said',
      () => heard.some((frame) => frame.type === 'end' && frame.reason === 'closed'),
      8_000,
    );
  });

  it('keep the leases of all sessions while one is being timed anew', async () => {
    const kept = await openOne();
    const device = await world.makeDevice('planar');
    const leaseOf = async (id: number) => {
      const [row] = await world.open.sql<
        { until: number }[]
      >`select extract(epoch from lease_until)::float8 * 1000 as until from live_sessions where session_id = ${id}`;
      return Number(row?.until);
    };
    // The fixes of a new session take for ever to read.
    slow.before = (statement) => (statement.includes('from positions') ? gate.pass() : Promise.resolve());
    const long = await world.openSession({ trackId, devices: [device.id] });
    await gate.reached;
    const reachedAt = await leaseOf(kept);
    await until('the lease is kept on', async () => (await leaseOf(kept)) > reachedAt + 1_500, 6_000);
    gate.open();
    await engines.settled(long);
  });

  it('write and say nothing of a session from the moment that it is another’s', async () => {
    const device = await world.makeDevice('planar');
    const id = await openOne([device.id]);
    await world.ingest.take(device, fixes.slice(0, 150));
    await engines.settled(id);
    const lapsOf = async () => (await world.laps(id, device.id)).length;
    const before = await lapsOf();
    await world.open.sql`
      update live_sessions set holder = 'another', lease_until = now() + interval '1 hour' where session_id = ${id}`;
    await world.ingest.take(device, fixes.slice(150, -20));
    await until('it is let go', () => engines.engine(id) === null);
    const heard = frames(id);
    await world.ingest.take(device, fixes.slice(-20));
    await engines.settled(id);
    expect(await lapsOf()).toBe(before);
    expect(heard).toEqual([]);
  });

  it('time nothing of an entry that is gone', async () => {
    const [stays, goes] = [await world.makeDevice('planar'), await world.makeDevice('planar')];
    const id = await openOne([stays.id, goes.id]);
    await Promise.all([stays, goes].map((device) => world.ingest.take(device, fixes)));
    await engines.settled(id);
    const heard = frames(id);
    await world.open.sql`delete from session_entries where session_id = ${id} and device_id = ${goes.id}`;
    world.bus.publish(CONTROL_TOPIC, { sessionId: id });
    const order = await until('the board has one row', () =>
      heard.flatMap((frame) => (frame.type === 'update' && frame.order ? [frame.order] : [])).at(-1),
    );
    expect(order).toHaveLength(1);
  });
});
