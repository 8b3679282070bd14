import type { z } from 'zod';
import { trackList, trackShape } from '@/lib/contracts/tracks';
import { detectLaps } from '@/lib/timing/detect-laps';
import type { Track } from '@/lib/timing/types';
import type { Car } from './cars';

/** A track that the server knows. */
export type ServerTrack = { id: number; name: string };

/** Reads the server's API. */
export type Ask = <T>(path: string, shape: z.ZodType<T>) => Promise<T>;

/** Degrees (about 1 km) or metres around a recording in which a track counts as near. */
const NEAR = { wgs84: 0.01, planar: 1000 } as const;

/** Of the server's tracks the one on which the cars drive the most complete laps, then cross the most gates. */
export async function crossedTrack(ask: Ask, cars: readonly Car[]): Promise<ServerTrack | null> {
  const { items } = await ask('/api/v1/tracks?limit=1000', trackList);
  let best: { found: ServerTrack; complete: number; crossings: number } | null = null;
  for (const { id, name, frame, outline } of items) {
    if (!cars.some(({ fixes }) => fixes.frame === frame && isNear(fixes, outline, NEAR[frame]))) continue;
    const track = await serverTrack(ask, id);
    const { complete, crossings } = scoreOf(track, cars);
    const isBetter =
      !best || complete > best.complete || (complete === best.complete && crossings > best.crossings);
    if (crossings > 0 && isBetter) best = { found: { id, name }, complete, crossings };
  }
  return best?.found ?? null;
}

/** A track of the server by its id. */
export async function serverTrack(ask: Ask, id: number): Promise<Track> {
  const { name, location, frame, checkpoints, centreline } = await ask(`/api/v1/tracks/${id}`, trackShape);
  return {
    name,
    location,
    frame,
    centreline,
    checkpoints: checkpoints.map(({ closes_lap: closesLap, length_m: _, ...gate }) => ({
      ...gate,
      closesLap,
    })),
  };
}

function scoreOf(track: Track, cars: readonly Car[]): { complete: number; crossings: number } {
  const found = cars
    .filter(({ fixes }) => fixes.frame === track.frame)
    .map(({ fixes }) => detectLaps(track, fixes));
  const complete = found.flatMap(({ laps }) => laps).filter((lap) => lap.class === 'complete').length;
  return { complete, crossings: found.reduce((sum, { crossings }) => sum + crossings.length, 0) };
}

const rangeOf = (values: Iterable<number>) => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return { least, most };
};

function isNear(
  { x, y }: Car['fixes'],
  outline: readonly { x: number; y: number }[],
  margin: number,
): boolean {
  return (['x', 'y'] as const).every((axis) => {
    const driven = rangeOf(axis === 'x' ? x : y);
    const track = rangeOf(outline.map((point) => point[axis]));
    return driven.least - margin <= track.most && track.least - margin <= driven.most;
  });
}
