import type { Db } from '@/lib/db/client';
import { type KnownTrack, keepDirections } from '@/lib/db/known-tracks';
import { readFixes } from '@/lib/db/positions';
import { learnDirections } from '@/lib/timing/learn-directions';
import { pathForLap } from '@/lib/timing/live/lap-path';
import type { LapPath } from '@/lib/timing/live/types';
import type { EngineEntry } from './engine-entry';

/** So much before and after a lap belongs to the crossings at its ends. */
const AROUND_MS = 5_000;

/**
 * What an entry's newest complete lap says of its track: the path, and a new revision with the directions of the gates
 * that had none and were passed.
 */
export async function learnFromLap(
  db: Db,
  known: KnownTrack,
  path: LapPath | null,
  { view, device }: EngineEntry,
  sessionId: number,
): Promise<{ path: LapPath | null; isNewRevision: boolean }> {
  const { track } = known;
  const learnt = view.lapLine ? pathForLap(track, path, view.lapLine) : path;
  const lap = view.laps.findLast((one) => one.class === 'complete');
  if (!lap || track.checkpoints.every((gate) => gate.direction !== null))
    return { path: learnt, isNewRevision: false };
  const [fromUs, untilUs] = [(lap.startMs - AROUND_MS) * 1000, (lap.endMs + AROUND_MS) * 1000].map(
    Math.round,
  );
  const directions = learnDirections(track, await readFixes(db, device.id, device.frame, fromUs, untilUs));
  const isNew = directions.some((way, index) => way !== track.checkpoints[index]?.direction);
  if (isNew) await keepDirections(db, known, directions, `session:${sessionId}`);
  return { path: learnt, isNewRevision: isNew };
}
