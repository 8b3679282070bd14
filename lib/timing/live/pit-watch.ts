import { gatesOf } from '../gate';
import type { OpenLap } from '../open-lap';
import { planeOfTrack } from '../plane';
import type { TimingEvent, Track } from '../types';
import type { PitState } from './types';

/** What a fix brought, for the pits. */
export type PitFacts = {
  events: readonly TimingEvent[];
  lap: Pick<OpenLap, 'number' | 'beganOut'> | null;
  inPit: boolean;
  /** Distance from the path; null without one. */
  offM: number | null;
};

/** Back on the road: nearer to the path than this part of what it was at the pit line. */
const LEFT_LANE = 0.5;

/**
 * Pit lane, stops and stints. With entry and exit lines these say it. A pit line alone is the middle of a visit: the
 * car is in the lane from it until it is back on the path or at the next gate. Without lines a pitstop lap is a stop.
 */
export class PitWatch {
  private state: PitState = {
    inLane: false,
    stops: 0,
    stint: 1,
    stintLaps: 0,
    lineOffM: null,
    countedLap: null,
    visiting: false,
  };
  private readonly pitGates: ReadonlySet<number>;
  private readonly closing: ReadonlySet<number>;
  private readonly hasEntry: boolean;

  constructor(track: Track) {
    const numbers = (list: readonly { number: number }[]) => new Set(list.map((gate) => gate.number));
    const gates = gatesOf(track, planeOfTrack(track), 0);
    this.pitGates = numbers(track.checkpoints.filter((gate) => gate.type.startsWith('pit')));
    this.closing = numbers(gates.filter((gate) => gate.closesLap).map((gate) => gate.checkpoint));
    this.hasEntry = track.checkpoints.some((gate) => gate.type === 'pit_entry');
  }

  get inLane(): boolean {
    return this.state.inLane;
  }

  get stops(): number {
    return this.state.stops;
  }

  get stint(): { number: number; laps: number } {
    return { number: this.state.stint, laps: this.state.stintLaps };
  }

  /** After every fix; `facts.events` are what it brought. */
  see(facts: PitFacts): void {
    const { state } = this;
    for (const event of facts.events) {
      if (event.type !== 'lap' || event.lap.number === 0) continue;
      state.stintLaps++;
      if (this.pitGates.size === 0 && event.lap.class === 'pitstop') this.count();
    }
    if (this.hasEntry) this.followLane(facts);
    else if (this.pitGates.size > 0) this.followLine(facts);
  }

  private count(): void {
    this.state.stops++;
    this.beginStint();
  }

  private beginStint(): void {
    this.state.stint++;
    this.state.stintLaps = 0;
  }

  private followLane({ lap, inPit }: PitFacts): void {
    const { state } = this;
    if (inPit && !state.inLane && lap && lap.number > 0) {
      state.stops++;
      state.visiting = true;
    }
    if (!inPit && state.inLane && state.visiting) {
      this.beginStint();
      state.visiting = false;
    }
    state.inLane = inPit;
  }

  private followLine({ events, lap, offM }: PitFacts): void {
    const { state } = this;
    const crossed = events.flatMap((event) => (event.type === 'crossing' ? [event.crossing.checkpoint] : []));
    // A closing line counts as the lap that it opened: the crossing itself may be taken for the start's.
    const isOutlap = lap !== null && lap.number > 0 && lap.beganOut && lap.number !== state.countedLap;
    const isLine = crossed.some((gate) => this.pitGates.has(gate) && !this.closing.has(gate));
    if (isOutlap || (isLine && lap !== null && lap.number > 0)) {
      this.count();
      state.inLane = true;
      state.lineOffM = offM;
      if (isOutlap) state.countedLap = lap.number;
      return;
    }
    if (!state.inLane) return;
    const isBack = offM !== null && state.lineOffM !== null && offM < LEFT_LANE * state.lineOffM;
    if (isBack || crossed.some((gate) => !this.pitGates.has(gate))) state.inLane = false;
  }

  snapshot(): PitState {
    return { ...this.state };
  }

  restore(state: PitState): void {
    this.state = { ...state };
  }
}
