/**
 * The words of the timing core. Units inside: epoch milliseconds UTC (fractions allowed), metres, metres per
 * second, degrees (course clockwise from north). A value that is not known is NaN in a fix, null in a result.
 */

/** wgs84: x is the longitude and y the latitude in degrees; planar: x is metres east and y metres north. */
export type Frame = 'wgs84' | 'planar';

/** One position with its time. Every field is a number so that all fixes share one shape; unknown = NaN. */
export type Fix = {
  timeMs: number;
  x: number;
  y: number;
  speedMps: number;
  courseDeg: number;
  altitudeM: number;
  accuracyM: number;
};

/** Many fixes of one device as columns of equal length; unknown = NaN. */
export type FixColumns = {
  frame: Frame;
  count: number;
  timeMs: Float64Array;
  x: Float64Array;
  y: Float64Array;
  speedMps: Float64Array;
  courseDeg: Float64Array;
  altitudeM: Float64Array;
  accuracyM: Float64Array;
};

/** A further channel of a recording (rpm, throttle, g …), one value for each fix; unknown = NaN. */
export type Channel = { name: string; unit: string; values: Float64Array };

/** x and y as in a fix of the same frame. */
export type Point = { x: number; y: number };

export type CheckpointType = 'start' | 'sector' | 'finish' | 'pit_entry' | 'pit_exit' | 'pit';

/** 1 = the first point of the gate lies to the left of a car that passes, -1 = to its right, null = not known. */
export type Direction = 1 | -1 | null;

/** A gate: a segment of two points, in no order. */
export type Checkpoint = {
  number: number;
  name: string;
  type: CheckpointType;
  points: readonly [Point, Point];
  /** Allowed direct predecessors; null = the default order. */
  previous: readonly number[] | null;
  direction: Direction;
  /** Only for type pit: the line is the start line's piece in the pit lane. null = decided by its place. */
  closesLap: boolean | null;
};

export type Track = {
  name: string;
  location: string;
  frame: Frame;
  checkpoints: readonly Checkpoint[];
  /** The middle of the road in driving order, closed for circuits; null = not known. */
  centreline: readonly Point[] | null;
};

export const LAP_CLASSES = ['complete', 'invalid', 'outlap', 'inlap', 'pitstop'] as const;
export type LapClass = (typeof LAP_CLASSES)[number];

/** A sector of a lap; number counts from 1 in driving order, null = one of its ends is missing. */
export type Sector = { number: number; timeMs: number | null };

export type Lap = {
  /** 0 before the first start crossing, then 1, 2, … over all rows. */
  number: number;
  class: LapClass;
  /** Why it is invalid: aborted, gps_gap, missed:<gates>, too_long, session_end; null for every other class. */
  reason: string | null;
  startMs: number;
  endMs: number;
  timeMs: number;
  /** A crossing of it lies in a gap or its uncertainty is above 500 ms; never best. */
  estimated: boolean;
  /** One sigma. null where an end of the lap is no crossing. */
  uncertaintyMs: number | null;
  sectors: Sector[];
  /** Driven distance, without growth while standing. */
  distanceM: number;
};

export const CROSSING_METHODS = ['hermite', 'acceleration', 'linear'] as const;
export type CrossingMethod = (typeof CROSSING_METHODS)[number];

export type Crossing = {
  checkpoint: number;
  timeMs: number;
  direction: 1 | -1;
  method: CrossingMethod;
  speedMps: number;
  uncertaintyMs: number;
  /** The crossing lies in a gap of the fixes. */
  inGap: boolean;
  /** Driven distance of the device at the crossing. */
  odometerM: number;
};

export type TimingEvent =
  | { type: 'crossing'; crossing: Crossing }
  | { type: 'lap'; lap: Lap }
  | { type: 'lap-corrected'; lap: Lap };

/** Why fixes were refused, counted: duplicate, backwards, range, teleport, not_finite, null_island, … */
export type RejectedCounts = Record<string, number>;
