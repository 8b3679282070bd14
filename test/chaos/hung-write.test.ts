import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase } from '@/lib/db/client';
import { holdSessions, holdsSession } from '@/lib/db/engine-leases';
import { testDatabases } from '../support/database';
import { deafProxy } from '../support/deaf-proxy';
import { type LiveWorld, liveWorld } from '../support/live-world';
import { until } from '../support/until';
import { gateOf } from './watched-db';

// The embedded database serves one transaction at a time, and has one process.
const real = (await testDatabases()).find(({ name }) => name === 'postgresql');

describe.skipIf(!real)('a process that hangs amid a write of laps', () => {
  let world: LiveWorld;
  beforeAll(async () => {
    world = await liveWorld(real?.url ?? '');
    await world.engines.stop();
  });
  afterAll(() => world.close());

  it('keeps nobody from his own leases, and loses its session to another within five seconds', async () => {
    const { db } = world;
    const [theirs, mine] = [
      await world.openSession({ trackId: null, devices: [] }),
      await world.openSession({ trackId: null, devices: [] }),
    ];
    await world.open.sql`
      update live_sessions set holder = case session_id when ${mine} then 'me' else 'hung' end,
        lease_until = now() - interval '1 second'`;
    const gate = gateOf();
    const hung = inTransaction(db, async (tx) => {
      expect(await holdsSession(tx, 'hung', theirs)).toBe(true);
      await gate.pass();
    }).catch(() => 'lost');
    await gate.reached;
    const askedAtMs = performance.now();
    const held = async () => (await holdSessions(db, 'me', 60)).map(({ sessionId }) => sessionId);
    expect(await held()).toEqual([mine]);
    expect(performance.now() - askedAtMs).toBeLessThan(2_000);
    await until('the other one comes over', async () => (await held()).includes(theirs), 5_000);
    gate.open();
    expect(await hung).toBe('lost');
    expect(await inTransaction(db, (tx) => holdsSession(tx, 'hung', theirs))).toBe(false);
  });

  it('loses its session as soon when it hangs between the parts of one statement', async () => {
    const theirs = await world.openSession({ trackId: null, devices: [] });
    await world.open.sql`
      update live_sessions set holder = 'hung', lease_until = now() - interval '1 second'
      where session_id = ${theirs}`;
    const proxy = await deafProxy(real?.url ?? '');
    const far = openDatabase(proxy.url);
    const gate = gateOf();
    try {
      const hung = inTransaction(far.db, async (tx) => {
        expect(await holdsSession(tx, 'hung', theirs)).toBe(true);
        proxy.deafen();
        void gate.pass();
        // Its shape is asked for first, and the answer does not arrive.
        await tx.execute(sql`select ${'1'}::int + ${'2'}::int`);
      }).catch(() => 'lost');
      await gate.reached;
      const held = async () => (await holdSessions(world.db, 'me', 60)).map(({ sessionId }) => sessionId);
      await until('it comes over', async () => (await held()).includes(theirs), 5_000);
      proxy.cut();
      expect(await hung).toBe('lost');
    } finally {
      await proxy.close();
      await far.close();
    }
  });
});
