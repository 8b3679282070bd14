import type { Place } from './crossing';
import type { Frame } from './types';

/** 5 km/h: slower is standing. */
const STANDING_MPS = 5 / 3.6;
/** Doppler noise of a parked receiver stays below this; it does not move the odometer. */
const STILL_MPS = 0.5;
/** Without a speed, a GPS position must leave its last anchor by this to count as driven. */
const ANCHOR_M = 2;

export type MotionState = {
  odometerM: number;
  anchorX: number;
  anchorY: number;
  anchorMs: number;
  standingSinceMs: number | null;
};

/**
 * Odometer with stand-still filter, and standing. Planar frames add up the driven line as it is. On the Earth
 * the speed integral counts (positions wander while parked and cut corners at low rates); without a speed the
 * line counts in steps of at least 2 m.
 */
export class Motion {
  private state: MotionState = { odometerM: 0, anchorX: 0, anchorY: 0, anchorMs: 0, standingSinceMs: null };

  constructor(private readonly frame: Frame) {}

  /** Begins at a place without a way to it (first fix, teleport). */
  begin(at: Place): void {
    this.anchor(at);
    this.state.standingSinceMs = at.speedMps < STANDING_MPS ? at.timeMs : null;
  }

  /** The step to the next accepted fix; over a gap only the straight way is known. */
  step(from: Place, to: Place, inGap: boolean): void {
    const { state } = this;
    const meanMps = (from.speedMps + to.speedMps) / 2;
    if (this.frame === 'planar' || (inGap && meanMps >= 0)) {
      state.odometerM += Math.hypot(to.x - from.x, to.y - from.y);
    } else if (meanMps >= 0) {
      if (meanMps >= STILL_MPS) state.odometerM += (meanMps * (to.timeMs - from.timeMs)) / 1000;
    }
    if (meanMps >= 0) this.watchSpeed(to);
    else this.watchPlace(to);
  }

  private watchSpeed(to: Place): void {
    if (to.speedMps >= STANDING_MPS) this.state.standingSinceMs = null;
    else this.state.standingSinceMs ??= to.timeMs;
    this.anchor(to);
  }

  /** Without a speed: a car that has not left the anchor at 5 km/h stands since it came there. */
  private watchPlace(to: Place): void {
    const { state } = this;
    const wayM = Math.hypot(to.x - state.anchorX, to.y - state.anchorY);
    const sinceS = (to.timeMs - state.anchorMs) / 1000;
    if (wayM < ANCHOR_M) {
      if (wayM / sinceS < STANDING_MPS && sinceS > ANCHOR_M / STANDING_MPS)
        state.standingSinceMs ??= state.anchorMs;
      return;
    }
    if (this.frame !== 'planar') state.odometerM += wayM;
    if (wayM / sinceS >= STANDING_MPS) state.standingSinceMs = null;
    else state.standingSinceMs ??= state.anchorMs;
    this.anchor(to);
  }

  private anchor(at: Place): void {
    this.state.anchorX = at.x;
    this.state.anchorY = at.y;
    this.state.anchorMs = at.timeMs;
  }

  get odometerM(): number {
    return this.state.odometerM;
  }

  /** Since when the car stands (under 5 km/h), null while it drives. */
  get standingSinceMs(): number | null {
    return this.state.standingSinceMs;
  }

  snapshot(): MotionState {
    return { ...this.state };
  }

  restore(state: MotionState): void {
    this.state = { ...state };
  }
}
