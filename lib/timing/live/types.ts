import type { DetectorSnapshot } from '../lap-detector';
import type { LapClass, Track } from '../types';

/**
 * The reference path of a track in metres of its plane (planeOfTrack), JSON-safe. `sM` is the way from the start
 * gate at each point: 0 at the first one, `lengthM` at the last. Closed: the last point is the first one again.
 */
export type LapPath = {
  closed: boolean;
  xM: readonly number[];
  yM: readonly number[];
  sM: readonly number[];
  lengthM: number;
};

/** The driven line of one lap: from its start to its end. `timeMs` counts from the lap's start; metres of the plane. */
export type LapLine = { timeMs: readonly number[]; xM: readonly number[]; yM: readonly number[] };

/** A lap that others are measured against, with its way along the reference path at each point of its line. */
export type ReferenceLap = { number: number; timeMs: number; line: LapLine; path: LapPath; sM: Float64Array };

/** So many equal lengths of the reference path make a lap. */
export const MINI_SECTORS = 24;

/** Running lap against a reference lap at the same place of the track; predicted = the reference's time + delta. */
export type LapDelta = { deltaMs: number; predictedMs: number };

/** A lap as the board needs it; instants in epoch ms. */
export type ClosedLap = {
  /** 0 before the first start crossing. */
  number: number;
  class: LapClass;
  reason: string | null;
  startMs: number;
  endMs: number;
  timeMs: number;
  uncertaintyMs: number | null;
  estimated: boolean;
  /** By sector from the start on; null = an end of it is missing. */
  sectorsMs: readonly (number | null)[];
  /** It ended at a line; false where only the recording ended. */
  crossed: boolean;
};

export type RunningLap = {
  number: number;
  startMs: number;
  /** Its times may become bests: it is no outlap and was not aborted. */
  counts: boolean;
  sectorsMs: readonly (number | null)[];
};

/** A best time, the lap that holds it and the instant at which it was set. */
export type Best = { timeMs: number; lap: number; atMs: number };

/**
 * When a lap passed the boundaries of its parts (mini-sectors with a reference path, gates without): atMs[0] is its
 * start, atMs[parts] its end; null = not passed, or the instant is not known.
 */
export type Passages = {
  /** Laps completed before it. */
  round: number;
  lap: number;
  /** The greatest boundary passed. */
  passed: number;
  atMs: readonly (number | null)[];
};

/** Where an entry is, by its fixes alone. */
export type DrivingState = 'waiting' | 'out' | 'track' | 'pit' | 'stopped';

/** The last accepted fix; x and y as they came, unknown = null. */
export type LastFix = {
  timeMs: number;
  x: number;
  y: number;
  speedMps: number | null;
  courseDeg: number | null;
};

/** What the board needs of one entry. It is the entry's own data: true until its next fix, never to be changed. */
export type EntryView = {
  /** Every lap closed so far, in order, corrections applied. */
  readonly laps: readonly ClosedLap[];
  /** Laps completed since the first start crossing (a race: since green). */
  readonly lapsCompleted: number;
  readonly running: RunningLap | null;
  readonly lastFix: LastFix | null;
  /** Median interval of its fixes; NaN before there are two. */
  readonly intervalMs: number;
  readonly state: DrivingState;
  readonly stint: { readonly number: number; readonly laps: number };
  readonly pitStops: number;
  /** Parts of a lap that have boundaries. */
  readonly parts: number;
  /** Whether these parts are mini-sectors. */
  readonly hasMinis: boolean;
  /** Of the running lap and the two before it, newest first. */
  readonly passages: readonly Passages[];
  /** Best complete lap that is not estimated. */
  readonly best: ClosedLap | null;
  /** Best of each sector and mini-sector, those of the running lap included; null = none yet. */
  readonly bestSectors: readonly (Best | null)[];
  readonly bestMinis: readonly (Best | null)[];
  /** The best lap with its line, to measure others against; null without a reference path too. */
  readonly reference: ReferenceLap | null;
  /** The line of a fast lap from line to line: what a reference path is learnt from (pathForLap). */
  readonly lapLine: LapLine | null;
  /** 0 … 1, never falls within a lap; null without a reference path. */
  readonly lapPart: number | null;
  readonly odometerM: number;
  /** null off the track, in the pit lane, on an outlap or without a reference. */
  deltaTo(reference: ReferenceLap | null): LapDelta | null;
};

export type LiveEntryOptions = {
  track: Track;
  /** A race's green instant; null = no race, or not yet green. */
  raceStartMs: number | null;
  /** From `pathOfTrack`, or learnt; the same one for all entries of a session. */
  path: LapPath | null;
};

/** Where a car is on a path, and the fix that says so. JSON-safe but for an unknown speed (NaN). */
export type Whereabouts = {
  /** The segment from this point of the path to the next. */
  segment: number;
  /** Way from the start. */
  sM: number;
  /** Distance from the path. */
  offM: number;
  /** Fixes in a row that lay beside the road or were driven against it. */
  astray: number;
  timeMs: number;
  xM: number;
  yM: number;
};

type Passing = { round: number; lap: number; passed: number; atMs: (number | null)[] };

/** The last fix on the road: its instant, its way in the lap, the place on the path and its speed (null = unknown). */
export type OnRoad = { timeMs: number; lapM: number; sM: number; speedMps: number | null };

export type ProgressState = {
  at: Whereabouts | null;
  on: OnRoad | null;
  /** Driven since that fix. */
  wayM: number;
  /** The farthest in this lap. */
  mostM: number;
  /** Running lap first, then the two before it. */
  passings: Passing[];
  running: boolean;
};

export type PitState = {
  inLane: boolean;
  stops: number;
  stint: number;
  stintLaps: number;
  /** At the pit line the car was so far from the path; null = no path. */
  lineOffM: number | null;
  /** Lap whose visit has been counted already. */
  countedLap: number | null;
  /** The visit that goes on ends a stint. */
  visiting: boolean;
};

/** A line as differences of whole tenths of a millimetre and microseconds, so that a snapshot stays small. */
export type LineSnapshot = { timeUs: number[]; x: number[]; y: number[] };

export type RecorderState = { startMs: number; line: LineSnapshot | null };

export type LinesState = { number: number; timeMs: number; fromGreen: boolean; line: LineSnapshot }[];

/** Best lap, sectors and mini-sectors of one entry; `running`: what the running lap adds. */
export type PartBests = { sectors: (Best | null)[]; minis: (Best | null)[] };
export type BestsState = PartBests & { lap: ClosedLap | null; running: PartBests };

/** Where an entry stands; JSON-safe. */
export type EntrySnapshot = {
  detector: DetectorSnapshot;
  progress: ProgressState;
  pits: PitState;
  bests: BestsState;
  recorder: RecorderState;
  lines: LinesState;
  laps: ClosedLap[];
  completed: number;
  fix: LastFix | null;
  /** Length of the path it was made with. */
  pathM: number | null;
};

/** What the board must know of the session. Instants are in the clock of the fixes. */
export type BoardFacts = {
  order: 'race' | 'practice';
  greenMs: number | null;
  chequeredMs: number | null;
};

export type Gap = { ms: number | null; laps: number | null };
export type Colour = 'session' | 'personal' | 'slower' | 'none';
export type BoardState = DrivingState | 'finished' | 'lost';
export type ColouredLap = { lap: ClosedLap; colour: Colour };
export type SectorCell = { timeMs: number | null; colour: Colour; old: boolean };

/** One line of the board, `info` as the caller gave it. */
export type BoardLine<Info> = {
  info: Info;
  view: EntryView;
  position: number | null;
  state: BoardState;
  laps: number;
  lapStartedMs: number | null;
  last: ColouredLap | null;
  best: ColouredLap | null;
  gap: Gap | null;
  interval: Gap | null;
  sectors: readonly SectorCell[];
  /** One letter for each mini-sector (contracts: `b p s - .`); empty without a reference path. */
  minis: string;
  deltaBestMs: number | null;
  deltaSessionMs: number | null;
  predictedMs: number | null;
  lapPart: number | null;
};

export type Board<Info> = {
  /** In the order of the board. */
  lines: readonly BoardLine<Info>[];
  leaderLaps: number;
  best: { info: Info; lap: ClosedLap } | null;
  bestSectorsMs: readonly (number | null)[];
};
