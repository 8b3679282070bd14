import { SYSTEM, userIdOf } from '@/lib/auth/actor';
import { type DemoRaceCreate, type RaceResult, raceResult } from '@/lib/contracts/demo-race';
import { type Db, inTransaction } from '@/lib/db/client';
import { openDemoRace } from '@/lib/db/demo-race';
import { ensureDevice, publishDevices } from '@/lib/db/devices';
import { AppError } from '@/lib/errors';
import type { IngestDevice } from '@/lib/live/ingest';
import { montmelo } from '@/lib/simulator/track';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { closeLive, openLive } from './live-sessions';
import { type RaceCar, raceCar } from './race-cars';
import { driveRace, type RaceRun } from './race-runner';
import { keepTrackIn } from './track-store';
import { verb } from './verb';

const NAME = 'Demo race';
/** A race that is silent for so long was left behind by a server that stopped. */
const ABANDONED_S = 30;

/** The race of this process: `starting` while it is made. Route handlers have their own copies of this module. */
type Holder = typeof globalThis & { pitwallDemoRace?: { sessionId: number | null } | undefined };
const holder: Holder = globalThis;

/**
 * Starts a simulated race as a live session: its fixes come in by the same way as everybody's, while they are driven.
 * Throws an AppError 409 `running` with the way to the one that runs; there is one at a time.
 */
export const startDemoRace = verb('demo.create', (ctx, { speed }: DemoRaceCreate) => beginRace(ctx, speed));

/** The same at any speed. */
export async function beginRace(ctx: ServiceContext, speed: number): Promise<{ session_id: number }> {
  if (holder.pitwallDemoRace) throw running(holder.pitwallDemoRace.sessionId);
  const own: { sessionId: number | null } = { sessionId: null };
  holder.pitwallDemoRace = own;
  const release = (): void => {
    if (holder.pitwallDemoRace === own) holder.pitwallDemoRace = undefined;
  };
  try {
    await clearTheTrack(ctx);
    const race = await makeRace(ctx, speed);
    own.sessionId = race.sessionId;
    driveRace(asItself(ctx), race, release);
    return { session_id: race.sessionId };
  } catch (error) {
    release();
    throw error;
  }
}

const running = (sessionId: number | null): AppError =>
  new AppError(
    'running',
    409,
    sessionId === null
      ? 'A demo race is being started: look at what is live.'
      : `A demo race runs already: watch it at /live/${sessionId}, or close it first.`,
    [],
    sessionId === null ? {} : { headers: { Link: `</live/${sessionId}>; rel="related"` } },
  );

const asItself = (ctx: ServiceContext): ServiceContext => ({ ...ctx, caller: SYSTEM });

/** Another process may drive one; what no process drives any more is closed. */
async function clearTheTrack(ctx: ServiceContext): Promise<void> {
  const open = await openDemoRace(ctx.db, NAME, ABANDONED_S);
  if (!open) return;
  if (!open.isSilent) throw running(open.id);
  await closeLive(asItself(ctx), { session_id: open.id });
}

async function makeRace(ctx: ServiceContext, speed: number): Promise<RaceRun> {
  const seed = `race ${Date.now()}`;
  const race = raceResult.parse(await ctx.worker.run('demo-race', { seed }));
  const { trackId, devices } = await makeCars(ctx, race, seed);
  const firstMs = Math.min(...race.entries.map(({ fixes }) => fixes.timeMs[0] ?? 0));
  const lastMs = Math.max(...race.entries.map(({ fixes }) => fixes.timeMs[fixes.count - 1] ?? 0));
  // The last fix falls at the end of the race as it is shown, so that none lies ahead of the clock.
  const shiftMs = Math.floor(Date.now() + (lastMs - firstMs) / speed - lastMs);
  const cars = race.entries.map((entry, index) => {
    const { number, driver, car, carClass: car_class } = entry;
    const made: RaceCar = raceCar(entry, shiftMs);
    const device = devices[index];
    if (!device) throw new Error(`Car ${number} has no device.`);
    return {
      device,
      car: made,
      entry: { number, driver, car, car_class, isLate: made.firstMs > race.greenMs },
    };
  });
  const entries = cars
    .filter(({ entry }) => !entry.isLate)
    .map(({ device, entry: { isLate: _, ...facts } }) => ({ device_id: device.id, ...facts }));
  const { session_id: sessionId } = await openLive(ctx, {
    ...{ name: NAME, kind: 'race', track_id: trackId, from: new Date(firstMs + shiftMs).toISOString() },
    ...{ entries, laps_target: race.laps, delay_s: 0, opened_by: 'feed', simulated: true },
  });
  const { greenMs, chequeredMs } = race;
  return { sessionId, speed, cars, greenMs, chequeredMs, shiftMs };
}

/** The circuit, and new devices for each race; they belong to who started it and go with its session. */
async function makeCars(
  ctx: ServiceContext,
  race: RaceResult,
  seed: string,
): Promise<{ trackId: number; devices: IngestDevice[] }> {
  const ownerId = userIdOf(ctx.caller.actor);
  return inTransaction(ctx.db, async (tx: Db) => {
    const track = await keepTrackIn(tx, montmelo(), 'demo', true);
    const devices: IngestDevice[] = [];
    for (const { name, number, fixes } of race.entries) {
      const device = { externalId: `${seed}:${number}`, name, frame: fixes.frame, ownerId };
      const { id } = await ensureDevice(tx, { source: 'simulator', ...device });
      devices.push({ id, frame: fixes.frame, late: 'backfill', wallClock: true });
    }
    await publishDevices(
      tx,
      devices.map(({ id }) => id),
    );
    const details = { devices: devices.length };
    await audit(tx, ctx, { action: 'demo.create', target: { noun: 'session', name: NAME }, details });
    return { trackId: track.id, devices };
  });
}
