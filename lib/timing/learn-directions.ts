import { LapDetector } from './lap-detector';
import { eachFix } from './normalise';
import type { Direction, FixColumns, Track } from './types';

/** Of all passes over a gate this share must go one way before it is called its direction. */
const MAJORITY = 0.6;

/**
 * The way each gate is driven, learnt from fixes: the way of the majority of its crossings. Declared directions
 * stay; null where a gate was not crossed or both ways alike (a road driven up and back).
 */
export function learnDirections(track: Track, fixes: FixColumns): Direction[] {
  if (track.checkpoints.every((gate) => gate.direction !== null))
    return track.checkpoints.map((gate) => gate.direction);
  // Both ways and every pass: no minimum lap, so that the majority is not decided by which came first.
  const detector = new LapDetector(track, { minLapMs: 0 });
  const ways = new Map<number, { forward: number; backward: number }>();
  eachFix(fixes, (fix) => {
    for (const event of detector.push(fix)) {
      if (event.type !== 'crossing') continue;
      const way = ways.get(event.crossing.checkpoint) ?? { forward: 0, backward: 0 };
      if (event.crossing.direction === 1) way.forward++;
      else way.backward++;
      ways.set(event.crossing.checkpoint, way);
    }
  });
  return track.checkpoints.map((gate) => {
    const way = ways.get(gate.number);
    if (gate.direction !== null || !way) return gate.direction;
    const share = way.forward / (way.forward + way.backward);
    return share >= MAJORITY ? 1 : share <= 1 - MAJORITY ? -1 : null;
  });
}

/** The same track with the given directions. */
export function withDirections(track: Track, directions: readonly Direction[]): Track {
  const checkpoints = track.checkpoints.map((gate, i) => ({
    ...gate,
    direction: directions[i] ?? gate.direction,
  }));
  return { ...track, checkpoints };
}
