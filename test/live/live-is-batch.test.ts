import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recompute } from '@/lib/services/recompute';
import { randomFrom } from '@/lib/simulator/random';
import { detectLaps } from '@/lib/timing/detect-laps';
import { learnDirections, withDirections } from '@/lib/timing/learn-directions';
import type { FixColumns, Track } from '@/lib/timing/types';
import { testDatabases } from '../support/database';
import { asStored, incoming, type LiveWorld, liveWorld } from '../support/live-world';
import { RECORDED_SETS, recordedSet } from '../support/recorded-sets';
import { recordings } from '../support/recordings';

const databases = await testDatabases();
const there = recordings() !== null;

/** Sends a recording in random portions; some twice, some late. */
async function send(world: LiveWorld, fixes: FixColumns, deviceId: number, seed: string): Promise<void> {
  const random = randomFrom(seed);
  const device = { id: deviceId, frame: fixes.frame, late: 'backfill' as const, wallClock: false };
  const all = incoming(fixes);
  let kept: typeof all = [];
  for (let at = 0; at < all.length; ) {
    const size = 1 + Math.floor(random.next() * (random.next() < 0.1 ? 3000 : 200));
    const portion = all.slice(at, at + size);
    at += size;
    if (random.next() < 0.15 && kept.length === 0) {
      // A part of it comes after the next ones.
      const middle = Math.floor(portion.length / 3);
      kept = portion.splice(middle, Math.ceil(portion.length / 3));
    }
    await world.ingest.take(device, portion);
    if (random.next() < 0.1) await world.ingest.take(device, portion.slice(-20));
    if (kept.length > 0 && random.next() < 0.4) {
      await world.ingest.take(device, kept.reverse());
      kept = [];
    }
  }
  if (kept.length > 0) await world.ingest.take(device, kept);
}

describe.each(databases)('a live session on $name', ({ url }) => {
  let world: LiveWorld;
  beforeAll(async () => {
    world = await liveWorld(url);
  });
  afterAll(() => world.close());

  const begin = async (track: Track, fixes: FixColumns) => {
    const device = await world.makeDevice(fixes.frame);
    const trackId = await world.keepTrack(track);
    const fromMs = Math.floor(fixes.timeMs[0] ?? 0);
    const sessionId = await world.openSession({ trackId, devices: [device.id], fromMs });
    return { device, sessionId };
  };

  describe.runIf(there).each(RECORDED_SETS)('of %s', (name) => {
    it('has the laps of the whole recording, whatever the portions, repeats and delays', async () => {
      const { track: bare, fixes } = recordedSet(name);
      const track = withDirections(bare, learnDirections(bare, fixes));
      const { device, sessionId } = await begin({ ...track, name: `${name} ${url}` }, fixes);
      await send(world, fixes, device.id, name);
      await world.settled(sessionId);
      const batch = detectLaps(track, fixes).laps.map(asStored);
      const live = await world.laps(sessionId, device.id);
      // The last lap is open until the session closes.
      expect(live.length).toBeGreaterThanOrEqual(batch.length - 1);
      expect(live).toEqual(batch.slice(0, live.length));
      await world.closeSession(sessionId);
      await recompute(world.worker, sessionId);
      expect(await world.laps(sessionId, device.id)).toEqual(batch);
    });
  });
});
