import { classify, type LapFacts } from './lap-class';
import { LapLengths, type LengthState } from './lap-lengths';
import { between, type End, endAt, follow, type OpenLap, openLap, sectorsOf } from './open-lap';
import type { Chain } from './track-graph';
import type { Crossing, Lap, TimingEvent } from './types';

export type LapRules = {
  chain: Chain;
  /** Checkpoint numbers by index, for reasons. */
  numbers: readonly number[];
  hasPitLines: boolean;
  minLapMs: number;
  /** Centreline length; null = judged by the shortest complete lap so far. */
  lengthM: number | null;
  /** A race's green instant. */
  raceStartMs: number | null;
  /** A start and a pit lane crossing with less driven between them are one. */
  passageM: number;
};

type Running = {
  lap: OpenLap | null;
  inPit: boolean;
  nextNumber: number;
  lineMs: number | null;
  /** Odometer at the last line crossing, and whether that was the line's piece in the pit lane. */
  lineM: number;
  lineInPitLane: boolean;
  /** The lap closed last, with what its class came from. */
  closed: { lap: Lap; facts: LapFacts } | null;
};
export type BookState = Running & { lengths: LengthState };

const LONG_STOP_MS = 20_000;
const ESTIMATED_ABOVE_MS = 500;

/** Turns crossings into laps: order of gates, pit visits, gaps, ends, classes. */
export class LapBook {
  private readonly lengths: LapLengths;
  private state: Running = {
    lap: null,
    inPit: false,
    nextNumber: 0,
    lineMs: null,
    lineM: 0,
    lineInPitLane: false,
    closed: null,
  };

  constructor(private readonly rules: LapRules) {
    this.lengths = new LapLengths(rules.lengthM);
  }

  /** The first fix: circuits open lap 0, races after the green instant lap 1. */
  begin(timeMs: number, odometerM: number): void {
    const { raceStartMs, chain } = this.rules;
    this.state.nextNumber = 0;
    if (raceStartMs !== null && timeMs >= raceStartMs) this.openAtGreen(raceStartMs, odometerM);
    else if (chain.finish === null) this.open(timeMs, null, odometerM, { beganOut: true });
    else this.state.nextNumber = 1;
  }

  /** Every accepted fix, before the crossings on its step; `gapMs` = length of the gap it ends, 0 = none. */
  advance(timeMs: number, odometerM: number, standingSinceMs: number | null, gapMs: number): TimingEvent[] {
    const { lap } = this.state;
    const { raceStartMs } = this.rules;
    if (lap) {
      if (gapMs > 0) lap.gapSinceGate = true;
      lap.longestGapMs = Math.max(lap.longestGapMs, gapMs);
      if (standingSinceMs !== null) {
        lap.longestStopMs = Math.max(lap.longestStopMs, timeMs - Math.max(standingSinceMs, lap.startMs));
      }
    }
    if (raceStartMs === null || timeMs < raceStartMs || this.state.nextNumber > 1) return [];
    if (lap && lap.number > 0) return [];
    const events = this.close({
      timeMs: raceStartMs,
      odometerM,
      crossing: null,
      inPit: false,
      openEnd: null,
    });
    this.state.nextNumber = 1;
    this.openAtGreen(raceStartMs, odometerM);
    return events;
  }

  /** A crossing of the gate at `index`; `closesLap` for a pit line that is the start's piece in the pit lane. */
  cross(index: number, crossing: Crossing, type: string, closesLap: boolean): TimingEvent[] {
    if (type === 'start') return this.crossLine(crossing, false);
    if (closesLap) return this.crossLine(crossing, true);
    if (type === 'finish') return this.crossFinish(index, crossing);
    if (type === 'sector') this.crossSector(index, crossing);
    else this.crossPit(type);
    return [];
  }

  /** Whether a crossing of the start comes too soon after the last one to be another. */
  isTooSoon(timeMs: number): boolean {
    const { lineMs } = this.state;
    return lineMs !== null && timeMs - lineMs < this.rules.minLapMs;
  }

  /**
   * Start line and its piece in the pit lane, one crossed soon after the other, are one passage: in the pit lane,
   * whichever comes first, where the start gate is drawn across it.
   */
  isSamePassage(timeMs: number, odometerM: number, inPitLane: boolean): boolean {
    const { lineMs, lineM, lineInPitLane } = this.state;
    if (lineMs === null || inPitLane === lineInPitLane || timeMs < lineMs) return false;
    return odometerM - lineM < this.rules.passageM;
  }

  /** The pit lane's piece was met right after the start: the lap closed there was an inlap, this is an outlap. */
  lineWasInPitLane(): TimingEvent[] {
    const { state } = this;
    state.lineInPitLane = true;
    if (state.lap) state.lap.beganOut = true;
    const { closed } = state;
    if (!closed || closed.lap.endMs !== state.lineMs) return [];
    closed.facts.endedInPit = true;
    const lap = { ...closed.lap, ...classify(closed.facts) };
    if (lap.class === closed.lap.class) return [];
    this.lengths.drop(lap.number);
    closed.lap = lap;
    return [{ type: 'lap-corrected', lap }];
  }

  /** A long gap went over the start line: the open lap may be two. */
  lineLostInGap(): void {
    if (this.state.lap) this.state.lap.missedInGap = true;
  }

  /** A reset, a return to the garage, or a lap that the sim does not count. */
  abort(): void {
    if (this.state.lap) this.state.lap.aborted = true;
  }

  /** The recording is over. Nothing is said of a device that never crossed the start. */
  finish(timeMs: number, odometerM: number, isStanding: boolean): TimingEvent[] {
    const { lap, inPit } = this.state;
    if (!lap || (lap.number === 0 && this.state.lineMs === null)) return [];
    const isCircuit = this.rules.chain.finish === null;
    const openEnd = !isCircuit ? 'driving' : inPit ? 'pit' : isStanding ? 'standing' : 'driving';
    const events = this.close({ timeMs, odometerM, crossing: null, inPit, openEnd });
    this.state.lap = null;
    return events;
  }

  private crossLine(crossing: Crossing, inPitLane: boolean): TimingEvent[] {
    const { lap } = this.state;
    // Nobody stays in the pit lane from one line crossing to the next: the exit was not seen.
    if (lap?.beganInPit) this.state.inPit = false;
    const wasInPit = inPitLane || this.state.inPit;
    if (this.rules.raceStartMs !== null && crossing.timeMs < this.rules.raceStartMs) return [];
    if (lap?.fromGreen && this.isBeforeHalf(lap, crossing.timeMs, crossing.odometerM)) return [];
    if (lap && this.rules.chain.finish !== null) lap.aborted = true;
    const events = this.close(endAt(crossing, wasInPit));
    this.state.lineMs = crossing.timeMs;
    this.state.lineM = crossing.odometerM;
    this.state.lineInPitLane = inPitLane;
    this.open(crossing.timeMs, crossing, crossing.odometerM, { beganOut: wasInPit });
    return events;
  }

  private crossFinish(index: number, crossing: Crossing): TimingEvent[] {
    const { lap } = this.state;
    if (!lap) return [];
    follow(lap, index, this.rules);
    const events = this.close(endAt(crossing, false));
    this.state.lap = null;
    return events;
  }

  private crossSector(index: number, crossing: Crossing): void {
    const { lap } = this.state;
    // The green may lie between the crossing and the end of its step.
    if (!lap || crossing.timeMs < lap.startMs) return;
    const before = lap.visited.indexOf(index);
    if (before >= 0) {
      // Met again after a gap: the start line was passed within it, this is another lap.
      if (lap.gapSinceGate) lap.missedInGap = true;
      else if (lap.last !== index && lap.ways[before] === crossing.direction) lap.cameRound = true;
      return;
    }
    follow(lap, index, this.rules);
    lap.visited.push(index);
    lap.ways.push(crossing.direction);
    lap.last = index;
    lap.gapSinceGate = crossing.inGap;
    lap.estimated ||= crossing.inGap;
    lap.bounds[this.rules.chain.slots[index] ?? 0] = crossing.timeMs;
  }

  private crossPit(type: string): void {
    const { lap, inPit } = this.state;
    if (type === 'pit_entry') {
      this.state.inPit = true;
      if (lap) lap.beganInPit = false;
    }
    if (type === 'pit_exit') this.state.inPit = false;
    // A visit is whole when its exit, or its only line, lies in the lap that did not begin within it.
    if (lap && (type === 'pit' || (type === 'pit_exit' && !(lap.beganOut && inPit)))) lap.pitVisit = true;
  }

  private isBeforeHalf(lap: OpenLap, timeMs: number, odometerM: number): boolean {
    const { lengthM, chain } = this.rules;
    if (lengthM !== null) return odometerM - lap.startOdometerM < lengthM / 2;
    if (chain.sectors > 1) return lap.visited.length === 0;
    return timeMs - lap.startMs - lap.longestStopMs < 30_000;
  }

  private openAtGreen(greenMs: number, odometerM: number): void {
    this.state.nextNumber = 1;
    this.open(greenMs, null, odometerM, { beganOut: false });
    if (!this.state.lap) return;
    this.state.lap.fromGreen = true;
    this.state.lap.last = this.rules.chain.start;
    this.state.lap.bounds[0] = greenMs;
    this.state.lineMs = greenMs;
  }

  private open(
    startMs: number,
    crossing: Crossing | null,
    odometerM: number,
    { beganOut }: { beganOut: boolean },
  ): void {
    this.state.lap = openLap(
      this.state.nextNumber++,
      startMs,
      crossing,
      odometerM,
      beganOut,
      this.rules.chain,
    );
    this.state.lap.beganInPit = this.state.inPit;
  }

  private close(end: End): TimingEvent[] {
    const { lap } = this.state;
    if (!lap || end.timeMs <= lap.startMs) return [];
    if (end.crossing && this.rules.chain.finish === null) follow(lap, this.rules.chain.start, this.rules);
    const distanceM = end.odometerM - lap.startOdometerM;
    const facts: LapFacts = {
      aborted: lap.aborted,
      beganOut: lap.beganOut,
      openEnd: end.openEnd,
      pitVisit: lap.pitVisit || (this.showsStops(lap) && lap.longestStopMs >= LONG_STOP_MS),
      endedInPit: end.inPit,
      missed: lap.missed,
      missedInGap: lap.missedInGap || this.lengths.isWholeLap(lap.longestGapMs),
      lineMissed: lap.cameRound ? (this.rules.numbers[this.rules.chain.start] ?? 0) : null,
      tooLong: this.lengths.isTooLong(distanceM),
    };
    const uncertaintyMs = this.sigmaOf(lap, end);
    const closed: Lap = {
      number: lap.number,
      ...classify(facts),
      startMs: lap.startMs,
      endMs: end.timeMs,
      timeMs: between(lap.startMs, end.timeMs),
      estimated: lap.estimated || (end.crossing?.inGap ?? false) || (uncertaintyMs ?? 0) > ESTIMATED_ABOVE_MS,
      uncertaintyMs,
      sectors: sectorsOf(lap.bounds, end.crossing ? end.timeMs : null),
      distanceM,
    };
    this.state.closed = { lap: closed, facts };
    const corrected =
      closed.class === 'complete' ? this.lengths.learn(closed, lap.longestGapMs === 0 && !lap.fromGreen) : [];
    return [{ type: 'lap', lap: closed }, ...corrected];
  }

  /** Only between two start crossings, and where no pit line says it better. */
  private showsStops(lap: OpenLap): boolean {
    return !this.rules.hasPitLines && !lap.fromGreen;
  }

  private sigmaOf(lap: OpenLap, end: End): number | null {
    if (!end.crossing || (lap.startSigmaMs === null && !lap.fromGreen)) return null;
    const sigma = Math.hypot(lap.startSigmaMs ?? 0, end.crossing.uncertaintyMs);
    return Math.round(sigma * 1000) / 1000;
  }

  /** The running lap and whether the car is in the pit lane: to look at, not to keep or change. */
  get current(): Readonly<Pick<Running, 'lap' | 'inPit'>> {
    return this.state;
  }

  snapshot(): BookState {
    return { ...structuredClone(this.state), lengths: this.lengths.snapshot() };
  }

  restore({ lengths, ...state }: BookState): void {
    this.state = structuredClone(state);
    this.lengths.restore(lengths);
  }
}
