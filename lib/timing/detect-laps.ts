import { type DetectorOptions, LapDetector } from './lap-detector';
import { learnDirections, withDirections } from './learn-directions';

import { eachFix } from './normalise';
import type { Crossing, Direction, FixColumns, Lap, RejectedCounts, TimingEvent, Track } from './types';

export type Detection = {
  laps: Lap[];
  crossings: Crossing[];
  rejected: RejectedCounts;
  /** Line crossings that did not count, by reason. */
  ignoredCrossings: RejectedCounts;
  distanceM: number;
  /** Median interval of the last fixes, ms. */
  intervalMs: number;
  /** Declared or learnt, in the order of the track's checkpoints. */
  directions: Direction[];
};

/** Puts events into a list of laps: corrections replace the lap of the same number. */
export function applyEvents(laps: Lap[], crossings: Crossing[], events: readonly TimingEvent[]): void {
  for (const event of events) {
    if (event.type === 'crossing') crossings.push(event.crossing);
    else if (event.type === 'lap') laps.push(event.lap);
    else {
      const index = laps.findIndex((lap) => lap.number === event.lap.number);
      if (index >= 0) laps[index] = event.lap;
    }
  }
}

/** A recording on a track of another frame cannot be timed; says so for people. */
export function checkFrames(track: Track, fixes: FixColumns): void {
  if (track.frame === fixes.frame) return;
  const words = { wgs84: 'latitude and longitude', planar: 'metres of a flat plane' };
  throw new Error(
    `The track "${track.name}" is in ${words[track.frame]}, the recording in ${words[fixes.frame]}: choose a track of the same kind.`,
  );
}

/** The streaming detector fed with a whole recording; unknown directions are learnt from it first. */
export function detectLaps(track: Track, fixes: FixColumns, options: DetectorOptions = {}): Detection {
  checkFrames(track, fixes);
  const directions = learnDirections(track, fixes);
  const detector = new LapDetector(withDirections(track, directions), options);
  const laps: Lap[] = [];
  const crossings: Crossing[] = [];
  eachFix(fixes, (fix) => {
    const events = detector.push(fix);
    if (events.length > 0) applyEvents(laps, crossings, events);
  });
  applyEvents(laps, crossings, detector.finish());
  const { rejected, ignoredCrossings, odometerM: distanceM, intervalMs } = detector;
  return { laps, crossings, rejected, ignoredCrossings, distanceM, intervalMs, directions };
}
