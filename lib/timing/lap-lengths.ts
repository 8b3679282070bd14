import type { Lap, TimingEvent } from './types';

export type LengthState = {
  shortestM: number | null;
  /** Fastest lap seen whole. */
  fastestMs: number | null;
  complete: Lap[];
};

const TOO_LONG = 1.5;
/** Complete laps kept for a later correction; older ones stand. */
const CORRECTABLE = 64;

/** Tells two laps in one by their driven distance: from the centreline, else from the shortest complete lap. */
export class LapLengths {
  private state: LengthState = { shortestM: null, fastestMs: null, complete: [] };

  /** `lengthM`: the centreline's length; null = learnt from the laps. */
  constructor(private readonly lengthM: number | null) {}

  isTooLong(distanceM: number): boolean {
    const expectedM = this.lengthM ?? this.state.shortestM;
    return expectedM !== null && distanceM > TOO_LONG * expectedM;
  }

  /**
   * Takes a complete lap and corrects earlier ones that it shows to be two laps in one. Only a lap seen whole from
   * line to line (`isWhole`: no gap, not from the green) tells what a lap measures.
   */
  learn(lap: Lap, isWhole: boolean): TimingEvent[] {
    const { state } = this;
    if (isWhole) state.fastestMs = Math.min(state.fastestMs ?? Number.POSITIVE_INFINITY, lap.timeMs);
    if (this.lengthM !== null) return [];
    state.complete = [...state.complete, lap].slice(-CORRECTABLE);
    if (!isWhole) return [];
    state.shortestM = Math.min(state.shortestM ?? Number.POSITIVE_INFINITY, lap.distanceM);
    const wrong = state.complete.filter((earlier) => this.isTooLong(earlier.distanceM));
    state.complete = state.complete.filter((earlier) => !wrong.includes(earlier));
    return wrong.map((earlier) => ({
      type: 'lap-corrected' as const,
      lap: { ...earlier, class: 'invalid' as const, reason: 'too_long' },
    }));
  }

  /** In a gap as long as the fastest lap the start may have been passed unseen. */
  isWholeLap(gapMs: number): boolean {
    return this.state.fastestMs !== null && gapMs >= this.state.fastestMs;
  }

  /** The lap of this number turned out not to be complete. */
  drop(number: number): void {
    this.state.complete = this.state.complete.filter((lap) => lap.number !== number);
  }

  snapshot(): LengthState {
    return structuredClone(this.state);
  }

  restore(state: LengthState): void {
    this.state = structuredClone(state);
  }
}
