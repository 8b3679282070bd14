import { type Db, inTransaction } from '@/lib/db/client';
import { ensureDevice, publishDevices } from '@/lib/db/devices';
import { type KnownTrack, knownTrack } from '@/lib/db/known-tracks';
import { replaceEntry } from '@/lib/db/laps';
import { patiently } from '@/lib/db/patience';
import { deleteSessionRows, hiddenSessionsOf, insertSession, publishSessions } from '@/lib/db/sessions';
import { trackById } from '@/lib/db/tracks';
import { userById } from '@/lib/db/users';
import { type SimulatedEntry, simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import { normaliseColumns, pickValues } from '@/lib/timing/normalise';
import type { RejectedCounts } from '@/lib/timing/types';
import { addedCounts } from '@/lib/timing/words';
import type { WorkerContext } from './context';
import { type TimedEntry, timeEntry } from './entry-laps';
import { windowOf } from './import/read-file';
import { storeFixes } from './import/store-fixes';
import { keepTrack } from './track-store';

const NOTE = 'Simulated: these cars, drivers and laps were computed, nobody drove them.';
const SEED = 'demo';

type Car = { entry: SimulatedEntry; id: number };

/**
 * Simulates the demo's session and stores it through the same steps as an import: devices, fixes, laps, traces.
 * `key` names this making of it: the same key again makes it once.
 */
export async function makeDemo(
  ctx: Pick<WorkerContext, 'db' | 'sql'>,
  key: string,
  startMs: number,
  askedBy: number | null,
): Promise<{ sessionId: number }> {
  const { db } = ctx;
  // The account may be gone by now; its demo belongs to nobody then.
  const owner = askedBy === null ? null : await patiently(() => userById(db, askedBy));
  const ownerId = owner?.id ?? null;
  const kept = await keepTrack(db, montmelo(), 'demo', true);
  const row = await patiently(() => trackById(db, kept.id));
  if (!row) throw new Error('The track of the demo is gone.');
  const known = knownTrack(row);
  const cars: Car[] = [];
  for (const entry of simulateSession(SEED, { startMs })) {
    const device = {
      externalId: `${key}:${entry.number}`,
      name: entry.name,
      frame: entry.fixes.frame,
      ownerId,
    };
    const { id } = await patiently(() => ensureDevice(db, { source: 'simulator', ...device }));
    cars.push({ entry, id });
  }
  const ids = cars.map(({ id }) => id);
  await patiently(() =>
    inTransaction(db, async (tx) => deleteSessionRows(tx, await hiddenSessionsOf(tx, ids))),
  );
  const timed: TimedCar[] = [];
  for (const car of cars) timed.push(await timeCar(ctx, known, car));
  const sessionId = await storeSession(db, known, timed, ownerId);
  await patiently(() =>
    inTransaction(db, async (tx) => {
      await publishDevices(tx, ids);
      await publishSessions(tx, [sessionId]);
    }),
  );
  return { sessionId };
}

type TimedCar = Car & TimedEntry & { window: ReturnType<typeof windowOf>; rejected: RejectedCounts };

async function timeCar(
  ctx: Pick<WorkerContext, 'db' | 'sql'>,
  known: KnownTrack,
  { entry, id }: Car,
): Promise<TimedCar> {
  const { fixes, kept, rejected } = normaliseColumns(entry.fixes);
  const channels = entry.channels.map((channel) => ({
    ...channel,
    values: pickValues(channel.values, kept),
  }));
  await storeFixes(ctx, id, fixes, channels);
  const timed = timeEntry(known.track, { deviceId: id, fixes, channels }, [], null);
  return { entry, id, ...timed, window: windowOf(fixes), rejected };
}

async function storeSession(
  db: Db,
  known: KnownTrack,
  cars: readonly TimedCar[],
  ownerId: number | null,
): Promise<number> {
  const entries = cars.map(({ entry, id, detection, rejected, window }) => ({
    deviceId: id,
    number: entry.number,
    driver: entry.driver,
    car: entry.car,
    carClass: entry.carClass,
    fixes: window.fixes,
    rateHz: window.rate_hz,
    rejected: addedCounts(rejected, detection.rejected),
    distanceM: detection.distanceM,
  }));
  const session = {
    name: 'Demo practice',
    trackId: known.id,
    kind: 'practice' as const,
    fromUs: Math.min(...cars.map(({ window }) => window.from_us)),
    toUs: Math.max(...cars.map(({ window }) => window.to_us)),
    timeBasis: 'utc' as const,
    simulated: true,
    ownerId,
    notes: [NOTE],
  };
  const sessionId = await patiently(() => inTransaction(db, (tx) => insertSession(tx, session, entries)));
  for (const { id, laps, detection } of cars) {
    const result = {
      sessionId,
      deviceId: id,
      trackRevision: known.revision,
      detectorVersion: DETECTOR_VERSION,
      laps,
      crossings: detection.crossings,
    };
    await patiently(() => replaceEntry(db, result));
  }
  return sessionId;
}
