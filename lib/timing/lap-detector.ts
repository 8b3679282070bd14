import { type ClockState, ClockWatch } from './clock-watch';
import { LEAST_NORMALITY, type Place, uncertaintyMs } from './crossing';
import { CrossingFinder, type Found, type GateState } from './crossing-finder';
import { DEFAULT_SPEED_LIMIT_MPS, type FilterState, FixFilter } from './fix-filter';
import { type Gate, gatesOf, passageM } from './gate';
import { type BookState, LapBook } from './lap-book';
import { Motion, type MotionState } from './motion';
import { quantiseTime } from './normalise';
import { type Plane, planeOfTrack, trackLengthM } from './plane';
import { chainOf } from './track-graph';
import type { Crossing, Direction, Fix, RejectedCounts, TimingEvent, Track } from './types';

/** Counts up whenever the same fixes may give other laps. */
export const DETECTOR_VERSION = 1;

export type DetectorOptions = {
  /** Two start crossings nearer than this are one. */
  minLapMs?: number;
  /** A gate counts again only after the car was this far from its middle. null = 20 m or two gate lengths. */
  rearmM?: number | null;
  /** Part of its half width by which a gate may grow for noise and coarse fixes. */
  widen?: number;
  /** A race's green instant: lap 1 runs from it. */
  raceStartMs?: number | null;
  /** Faster between two fixes is a teleport; undefined = 150 m/s on the Earth, no limit on planar tracks. */
  speedLimitMps?: number | null;
};

/** Straight over a longer gap says nothing of the gates between. */
const LONGEST_STEP_MS = 15_000;
/** 200 ms and what its stamps may jitter. */
const STEP_AT_5_HZ_MS = 225;
const PLACE_FIELDS = ['timeMs', 'x', 'y', 'speedMps', 'courseDeg', 'accuracyM'] as const;
const NOTHING: readonly TimingEvent[] = Object.freeze([]);

export type DetectorSnapshot = {
  version: number;
  filter: FilterState;
  clock: ClockState;
  motion: MotionState;
  book: BookState;
  gates: GateState[];
  /** The last accepted fix, its numbers in the order of PLACE_FIELDS; null inside = unknown. */
  last: (number | null)[] | null;
  ignored: RejectedCounts;
};

/**
 * Fixes of one device in, timing events out. Streaming and deterministic: the same fixes give the same events
 * in any portions, with snapshot and restore anywhere between. Memory does not grow with the fixes.
 */
export class LapDetector {
  private readonly plane: Plane;
  private readonly gates: Gate[];
  private readonly filter: FixFilter;
  private readonly clock = new ClockWatch();
  private readonly motion: Motion;
  private readonly book: LapBook;
  private readonly finder: CrossingFinder;
  private last: Place | null = null;
  /** Taken for the next fix, so that no fix allocates. */
  private spare: Place = emptyPlace();
  private ignored: RejectedCounts = {};

  constructor(
    private readonly track: Track,
    options: DetectorOptions = {},
  ) {
    const { minLapMs = 5000, rearmM = null, widen = 0.25, raceStartMs = null } = options;
    const defaultLimit = track.frame === 'wgs84' ? DEFAULT_SPEED_LIMIT_MPS : null;
    const { speedLimitMps = defaultLimit } = options;
    this.plane = planeOfTrack(track);
    this.gates = gatesOf(track, this.plane, widen);
    const startLengthM = this.gates.find((gate) => gate.checkpoint.type === 'start')?.lengthM;
    this.filter = new FixFilter(track.frame, { speedLimitMps });
    this.motion = new Motion(track.frame, startLengthM);
    this.finder = new CrossingFinder(this.gates, track.frame, rearmM);
    this.book = new LapBook({
      chain: chainOf(track),
      numbers: track.checkpoints.map((gate) => gate.number),
      hasPitLines: track.checkpoints.some((gate) => gate.type.startsWith('pit')),
      minLapMs,
      lengthM: trackLengthM(track),
      raceStartMs: raceStartMs === null ? null : quantiseTime(raceStartMs),
      passageM: passageM(this.gates),
    });
  }

  /** Takes the next fix of the device; the fix may be reused by the caller afterwards. */
  push(fix: Fix): readonly TimingEvent[] {
    const x = this.plane.xM(fix.x);
    const y = this.plane.yM(fix.y);
    const verdict = this.filter.judge(fix, x, y);
    if (verdict === 'refused') return NOTHING;
    const place = this.spare;
    place.timeMs = fix.timeMs;
    place.x = x;
    place.y = y;
    place.speedMps = fix.speedMps;
    place.courseDeg = fix.courseDeg;
    place.accuracyM = fix.accuracyM;
    const before = this.last;
    const events =
      before && verdict === 'accepted' ? this.step(before, place) : this.beginSegment(before, place);
    this.spare = before ?? emptyPlace();
    this.last = place;
    return events;
  }

  private beginSegment(before: Place | null, place: Place): readonly TimingEvent[] {
    this.motion.begin(place);
    this.finder.begin(place);
    if (!before) {
      this.book.begin(place.timeMs, this.motion.odometerM);
      return NOTHING;
    }
    const unseenMs = place.timeMs - before.timeMs;
    return this.book.advance(place.timeMs, this.motion.odometerM, this.motion.standingSinceMs, unseenMs);
  }

  private step(from: Place, to: Place): readonly TimingEvent[] {
    const intervalMs = to.timeMs - from.timeMs;
    this.clock.see(intervalMs, to.timeMs);
    const inGap = this.clock.isGap(intervalMs);
    const odometerM = this.motion.odometerM;
    this.motion.step(from, to, inGap);
    const events = this.book.advance(
      to.timeMs,
      odometerM,
      this.motion.standingSinceMs,
      inGap ? intervalMs : 0,
    );
    const found = this.finder.find(from, to, this.sigmaM(from, to));
    if (found.length === 0) return events.length > 0 ? events : NOTHING;
    if (inGap && intervalMs > LONGEST_STEP_MS) {
      if (found.some(({ gate }) => gate.checkpoint.type === 'start' || gate.closesLap))
        this.book.lineLostInGap();
      this.ignore('long_gap', found.length);
      return events;
    }
    const all = [...events];
    for (const one of found) all.push(...this.take(one, from, to, inGap, odometerM));
    return all;
  }

  private take(
    { gate, meeting, timeMs, direction }: Found,
    from: Place,
    to: Place,
    inGap: boolean,
    odometerM: number,
  ) {
    const { checkpoint } = gate;
    if (checkpoint.direction !== null && checkpoint.direction !== direction) return this.ignore('wrong_way');
    if (meeting.normality < LEAST_NORMALITY) return this.ignore('oblique');
    if (!this.finder.isArmed(gate)) return this.ignore('not_rearmed');
    const atM = odometerM + meeting.u * (this.motion.odometerM - odometerM);
    const isLine = checkpoint.type === 'start' || gate.closesLap;
    if (isLine && this.book.isSamePassage(timeMs, atM, gate.closesLap)) {
      this.finder.disarm(gate);
      this.ignore('too_soon');
      return gate.closesLap ? this.book.lineWasInPitLane() : [];
    }
    if (isLine && this.book.isTooSoon(timeMs)) return this.ignore('too_soon');
    this.finder.disarm(gate);
    const stepMs = to.timeMs - from.timeMs;
    const error = { sigmaM: this.sigmaM(from, to), quantumMs: this.quantumMs() };
    const sigmaMs = inGap ? stepMs / Math.sqrt(12) : uncertaintyMs(meeting, from, to, error);
    const crossing: Crossing = {
      checkpoint: checkpoint.number,
      timeMs,
      direction,
      method: meeting.method,
      speedMps: meeting.acrossMps / Math.max(meeting.normality, LEAST_NORMALITY),
      uncertaintyMs: Math.round(sigmaMs * 1000) / 1000,
      inGap,
      odometerM: atM,
    };
    const laps = this.book.cross(gate.index, crossing, checkpoint.type, gate.closesLap);
    return [{ type: 'crossing' as const, crossing }, ...laps];
  }

  private ignore(reason: string, count = 1): TimingEvent[] {
    this.ignored[reason] = (this.ignored[reason] ?? 0) + count;
    return [];
  }

  /** One sigma along the way: a quarter of the receiver's accuracy, at least 0.3 m; sims have none. */
  private sigmaM(from: Place, to: Place): number {
    if (this.track.frame === 'planar') return 0;
    const accuracyM = Math.max(from.accuracyM, to.accuracyM);
    if (accuracyM > 0) return Math.max(0.3, 0.25 * accuracyM);
    return to.timeMs - from.timeMs < STEP_AT_5_HZ_MS ? 0.7 : 1.5;
  }

  /** A sim stamps its fixes with whole milliseconds at best. */
  private quantumMs(): number {
    const quantumMs = this.clock.quantumMs();
    return this.track.frame === 'planar' ? Math.max(1, quantumMs) : quantumMs;
  }

  /** The sim does not count this lap (HLV): it becomes invalid. */
  abort(): void {
    this.book.abort();
  }

  /** The car was put elsewhere (reset, garage): its lap is invalid, and no line lies on the way to the next fix. */
  reset(): void {
    this.book.abort();
    this.filter.forget();
    this.finder.rearm();
  }

  /** The device or the session is over: closes the open lap. */
  finish(): readonly TimingEvent[] {
    if (!this.last) return NOTHING;
    return this.book.finish(this.last.timeMs, this.motion.odometerM, this.motion.standingSinceMs !== null);
  }

  /** Fixes refused so far, by reason. */
  get rejected(): RejectedCounts {
    return this.filter.rejected;
  }

  /** Line crossings that did not count, by reason. */
  get ignoredCrossings(): RejectedCounts {
    return { ...this.ignored };
  }

  get odometerM(): number {
    return this.motion.odometerM;
  }

  /** The last accepted fix in metres, the running lap and the pit lane, standing: to look at, never to be kept. */
  get current() {
    const { lap, inPit } = this.book.current;
    return { place: this.last, standingSinceMs: this.motion.standingSinceMs, lap, inPit };
  }

  /** Median of the last intervals. */
  get intervalMs(): number {
    return this.clock.medianMs();
  }

  /** Directions in force, in the order of the track's checkpoints. */
  get directions(): Direction[] {
    return this.track.checkpoints.map((gate) => gate.direction);
  }

  /** All state as JSON-safe data. */
  snapshot(): DetectorSnapshot {
    const { last } = this;
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    return {
      version: DETECTOR_VERSION,
      filter: this.filter.snapshot(),
      clock: this.clock.snapshot(),
      motion: this.motion.snapshot(),
      book: this.book.snapshot(),
      gates: this.finder.snapshot(),
      last: last && PLACE_FIELDS.map((field) => known(last[field])),
      ignored: { ...this.ignored },
    };
  }

  /** Goes on from a snapshot of a detector with the same track and options; throws on another version's. */
  restore(snapshot: DetectorSnapshot): void {
    if (snapshot.version !== DETECTOR_VERSION) {
      throw new Error(
        `Snapshot of detector ${snapshot.version}, this is ${DETECTOR_VERSION}: replay the fixes.`,
      );
    }
    this.filter.restore(snapshot.filter);
    this.clock.restore(snapshot.clock);
    this.motion.restore(snapshot.motion);
    this.book.restore(snapshot.book);
    this.finder.restore(snapshot.gates);
    this.ignored = { ...snapshot.ignored };
    this.spare = emptyPlace();
    this.last = snapshot.last ? emptyPlace() : null;
    for (const [i, field] of PLACE_FIELDS.entries()) {
      if (this.last) this.last[field] = snapshot.last?.[i] ?? Number.NaN;
    }
  }
}

function emptyPlace(): Place {
  return { timeMs: 0, x: 0, y: 0, speedMps: 0, courseDeg: 0, accuracyM: 0 };
}
