import { inTransaction } from '@/lib/db/client';
import { ensureDevice, publishDevices } from '@/lib/db/devices';
import { replaceEntry } from '@/lib/db/laps';
import { patiently } from '@/lib/db/patience';
import { deleteSessionRows, hiddenSessionsOf, insertSession, publishSessions } from '@/lib/db/sessions';
import { trackById } from '@/lib/db/tracks';
import { type SimulatedEntry, simulateSession } from '@/lib/simulator/session';
import { montmelo } from '@/lib/simulator/track';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import { normaliseColumns } from '@/lib/timing/normalise';
import type { WorkerContext } from './context';
import { timeEntry } from './entry-laps';
import { windowOf } from './import/read-file';
import { storeFixes } from './import/store-fixes';
import { keepTrack, knownTrack } from './track-store';

const NOTE = 'Simulated: these cars, drivers and laps were computed, nobody drove them.';
const SEED = 'demo';

/**
 * Simulates the demo's session and stores it through the same steps as an import: devices, fixes, laps, traces.
 * `key` names this making of it: the same key again makes it once.
 */
export async function makeDemo(
  { db }: Pick<WorkerContext, 'db'>,
  key: string,
  startMs: number,
): Promise<{ sessionId: number }> {
  const kept = await keepTrack(db, montmelo(), 'demo', true);
  const row = await patiently(() => trackById(db, kept.id));
  if (!row) throw new Error('The track of the demo is gone.');
  const known = knownTrack(row);
  const cars: { entry: SimulatedEntry; id: number }[] = [];
  for (const entry of simulateSession(SEED, { startMs })) {
    const device = { externalId: `${key}:${entry.number}`, name: entry.name, frame: entry.fixes.frame };
    const { id } = await patiently(() => ensureDevice(db, { source: 'simulator', ...device }));
    cars.push({ entry, id });
  }
  const ids = cars.map(({ id }) => id);
  await patiently(() =>
    inTransaction(db, async (tx) => deleteSessionRows(tx, await hiddenSessionsOf(tx, ids))),
  );
  const timed = [];
  for (const { entry, id } of cars) {
    const { fixes, kept: rows, rejected } = normaliseColumns(entry.fixes);
    const channels = entry.channels.map((channel) => ({
      ...channel,
      values: Float64Array.from(rows, (at) => channel.values[at] ?? Number.NaN),
    }));
    await storeFixes({ db }, id, fixes, channels);
    const { laps, detection } = timeEntry(known.track, { deviceId: id, fixes, channels }, [], null);
    timed.push({ entry, id, laps, detection, rejected, window: windowOf(fixes) });
  }
  const entries = timed.map(({ entry, id, detection, rejected, window }) => ({
    deviceId: id,
    number: entry.number,
    driver: entry.driver,
    car: entry.car,
    carClass: entry.carClass,
    fixes: window.fixes,
    rateHz: window.rate_hz,
    rejected: { ...rejected, ...detection.rejected },
    distanceM: detection.distanceM,
  }));
  const session = {
    name: 'Demo practice',
    trackId: known.id,
    kind: 'practice' as const,
    fromUs: Math.min(...timed.map(({ window }) => window.from_us)),
    toUs: Math.max(...timed.map(({ window }) => window.to_us)),
    timeBasis: 'utc' as const,
    simulated: true,
    notes: [NOTE],
  };
  const sessionId = await patiently(() => inTransaction(db, (tx) => insertSession(tx, session, entries)));
  for (const { id, laps, detection } of timed) {
    const result = {
      sessionId,
      deviceId: id,
      trackRevision: known.revision,
      detectorVersion: DETECTOR_VERSION,
      laps,
      crossings: detection.crossings,
    };
    await patiently(() => inTransaction(db, (tx) => replaceEntry(tx, result)));
  }
  await patiently(() =>
    inTransaction(db, async (tx) => {
      await publishDevices(tx, ids);
      await publishSessions(tx, [sessionId]);
    }),
  );
  return { sessionId };
}
