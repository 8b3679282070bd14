import { faultOfPlace } from './normalise';
import type { Fix, Frame, RejectedCounts } from './types';

export type FilterOptions = {
  /** Faster than this between two fixes is a teleport. null = no limit (planar tracks unless set). */
  speedLimitMps: number | null;
};

/** No car of ours is faster; a jump must also exceed the noise of the fixes. */
export const DEFAULT_SPEED_LIMIT_MPS = 150;
const JUMP_ALLOWANCE_M = 15;
/** Refused fixes in a row that agree with each other before they are believed instead. */
const AGREEING_FIXES = 3;

type Anchor = { timeMs: number; xM: number; yM: number };
export type FilterState = {
  last: Anchor | null;
  refused: Anchor | null;
  agreeing: number;
  /** The car was put elsewhere since the last fix. */
  moved: boolean;
  rejected: RejectedCounts;
};

export type Verdict = 'refused' | 'accepted' | 'new-segment';

/** Refuses fixes that cannot be true and counts each by reason. Works in metres beside the fix's own numbers. */
export class FixFilter {
  private state: FilterState = { last: null, refused: null, agreeing: 0, moved: false, rejected: {} };

  constructor(
    private readonly frame: Frame,
    private readonly options: FilterOptions,
  ) {}

  judge(fix: Fix, xM: number, yM: number): Verdict {
    const { last } = this.state;
    const fault = faultOfPlace(this.frame, fix.timeMs, fix.x, fix.y);
    if (fault) return this.refuse(fault);
    if (last && fix.timeMs <= last.timeMs)
      return this.refuse(fix.timeMs === last.timeMs ? 'duplicate' : 'backwards');
    if (!last || this.state.moved) return this.accept(fix.timeMs, xM, yM, 'new-segment');
    if (this.canReach(last, fix, xM, yM)) return this.accept(fix.timeMs, xM, yM, 'accepted');
    const before = this.state.refused;
    this.state.agreeing = before && this.canReach(before, fix, xM, yM) ? this.state.agreeing + 1 : 1;
    this.state.refused = { timeMs: fix.timeMs, xM, yM };
    if (this.state.agreeing >= AGREEING_FIXES) return this.accept(fix.timeMs, xM, yM, 'new-segment');
    return this.refuse('teleport');
  }

  /** The next fix begins a new segment, wherever it is. */
  forget(): void {
    this.state.moved = true;
  }

  private canReach(from: Anchor, fix: Fix, xM: number, yM: number): boolean {
    const limit = this.options.speedLimitMps;
    if (limit === null) return true;
    const wayM = Math.hypot(xM - from.xM, yM - from.yM);
    const noiseM = fix.accuracyM > 0 ? fix.accuracyM : 0;
    return wayM <= (limit * (fix.timeMs - from.timeMs)) / 1000 + JUMP_ALLOWANCE_M + noiseM;
  }

  private accept(timeMs: number, xM: number, yM: number, verdict: Verdict): Verdict {
    const { last } = this.state;
    if (last) {
      last.timeMs = timeMs;
      last.xM = xM;
      last.yM = yM;
    } else this.state.last = { timeMs, xM, yM };
    this.state.refused = null;
    this.state.agreeing = 0;
    this.state.moved = false;
    return verdict;
  }

  private refuse(reason: string): Verdict {
    this.state.rejected[reason] = (this.state.rejected[reason] ?? 0) + 1;
    return 'refused';
  }

  get rejected(): RejectedCounts {
    return { ...this.state.rejected };
  }

  snapshot(): FilterState {
    return structuredClone(this.state);
  }

  restore(state: FilterState): void {
    this.state = structuredClone(state);
  }
}
