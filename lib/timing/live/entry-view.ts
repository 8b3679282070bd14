import type { LapDetector } from '../lap-detector';
import { type OpenLap, sectorsOf } from '../open-lap';
import type { EntryBests } from './entry-bests';
import type { LapLines } from './lap-lines';
import type { LapProgress } from './lap-progress';
import { roadM, type Spot } from './path-follow';
import type { PitWatch } from './pit-watch';
import { deltaAt } from './reference-lap';
import type {
  ClosedLap,
  DrivingState,
  EntryView,
  LapDelta,
  LapPath,
  LastFix,
  ReferenceLap,
  RunningLap,
} from './types';

/** What an entry itself keeps beside its parts. */
export type EntryRecord = {
  path: LapPath | null;
  laps: ClosedLap[];
  completed: number;
  /** The last accepted fix in metres, and the odometer there. */
  from: Spot | null;
  fromM: number;
  fix: LastFix | null;
  running: RunningLap | null;
};

export type EntryParts = {
  detector: LapDetector;
  progress: LapProgress;
  pits: PitWatch;
  bests: EntryBests;
  lines: LapLines;
  own: EntryRecord;
};

/** A car that stands for so long has stopped. */
const STOPPED_MS = 3_000;

/** Whether a running lap may still become a complete one that is not estimated. */
const counts = (lap: OpenLap) =>
  lap.number > 0 && !lap.beganOut && !lap.aborted && !lap.estimated && lap.missed.length === 0;

/** Sector times of a running lap in ms, as far as it is driven. */
const sectorTimes = (lap: OpenLap) => sectorsOf(lap.bounds, null).map((sector) => sector.timeMs);

/** An entry's parts as the board sees them; nothing is copied. */
export function viewOf(parts: EntryParts): EntryView {
  const { detector, progress, pits, bests, lines, own } = parts;
  return {
    get laps() {
      return own.laps;
    },
    get lapsCompleted() {
      return own.completed;
    },
    get running() {
      return own.running;
    },
    get lastFix() {
      return own.fix;
    },
    get intervalMs() {
      return detector.intervalMs;
    },
    get state() {
      return stateOf(parts);
    },
    get stint() {
      return pits.stint;
    },
    get pitStops() {
      return pits.stops;
    },
    get parts() {
      return progress.parts;
    },
    get hasMinis() {
      return own.path !== null;
    },
    get passages() {
      return progress.passages;
    },
    get best() {
      return bests.lap;
    },
    get bestSectors() {
      return bests.sectors;
    },
    get bestMinis() {
      return bests.minis;
    },
    get reference() {
      return lines.reference;
    },
    get lapLine() {
      return lines.flying;
    },
    get lapPart() {
      return progress.lapPart;
    },
    get odometerM() {
      return detector.odometerM;
    },
    deltaTo: (reference) => deltaOf(parts, reference),
  };
}

export function runningLap(lap: OpenLap | null): RunningLap | null {
  if (!lap) return null;
  return { number: lap.number, startMs: lap.startMs, counts: counts(lap), sectorsMs: sectorTimes(lap) };
}

function stateOf({ detector, pits, own }: EntryParts): DrivingState {
  const { lap, standingSinceMs } = detector.current;
  if (!own.from) return 'waiting';
  if (pits.inLane) return 'pit';
  if (!lap || lap.number === 0) return 'out';
  return standingSinceMs !== null && own.from.timeMs - standingSinceMs >= STOPPED_MS ? 'stopped' : 'track';
}

/** Running lap against a reference lap where the car is now; a lap out of the pits is not comparable. */
function deltaOf(
  { detector, progress, pits, own }: EntryParts,
  reference: ReferenceLap | null,
): LapDelta | null {
  const { from, path } = own;
  const { lap } = detector.current;
  const { lapM } = progress;
  if (!reference || !path || !from || !lap || lap.number === 0 || lap.beganOut || lapM === null) return null;
  if (pits.inLane || reference.path.lengthM !== path.lengthM || lapM > path.lengthM + roadM(path))
    return null;
  return deltaAt(reference, from.timeMs - lap.startMs, lapM, from.x, from.y);
}
