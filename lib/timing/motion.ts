import type { Place } from './crossing';
import type { Frame } from './types';

/** 5 km/h: slower is standing. */
const STANDING_MPS = 5 / 3.6;
/** Doppler noise of a parked receiver stays below this; it does not move the odometer. */
const STILL_MPS = 0.5;
/** Without a speed, a GPS position must leave its last anchor by this to count as driven. */
const ANCHOR_M = 2;
/** A car that stood has driven again once it is this far from its place; receivers wander less while parked. */
const LEFT_M = 3;

export type MotionState = {
  odometerM: number;
  anchorX: number;
  anchorY: number;
  anchorMs: number;
  standingSinceMs: number | null;
  /** Standing by its speed: what it drives since counts only once it has left the anchor. */
  still: boolean;
  pendingM: number;
};

/**
 * Odometer with stand-still filter, and standing. Planar frames add up the driven line as it is. On the Earth
 * the speed integral counts (positions wander while parked and cut corners at low rates), from a standstill on
 * only what leaves the place; without a speed the line counts in steps of at least 2 m.
 */
export class Motion {
  private state: MotionState = {
    odometerM: 0,
    anchorX: 0,
    anchorY: 0,
    anchorMs: 0,
    standingSinceMs: null,
    still: false,
    pendingM: 0,
  };

  constructor(private readonly frame: Frame) {}

  /** Begins at a place without a way to it (first fix, teleport). */
  begin(at: Place): void {
    this.anchor(at);
    this.state.still = false;
    this.state.standingSinceMs = at.speedMps < STANDING_MPS ? at.timeMs : null;
  }

  /** The step to the next accepted fix; over a gap only the straight way is known. */
  step(from: Place, to: Place, inGap: boolean): void {
    const { state } = this;
    const meanMps = (from.speedMps + to.speedMps) / 2;
    if (this.frame === 'planar' || (inGap && meanMps >= 0)) {
      state.odometerM += Math.hypot(to.x - from.x, to.y - from.y);
    } else if (meanMps >= 0) {
      this.addSpeed(to, meanMps, (meanMps * (to.timeMs - from.timeMs)) / 1000);
    }
    if (meanMps >= 0) this.watchSpeed(to);
    else this.watchPlace(to);
  }

  /** A knock or a burst of noise while parked is no way: it counts only when the car has left its place. */
  private addSpeed(to: Place, meanMps: number, wayM: number): void {
    const { state } = this;
    if (meanMps < STILL_MPS) {
      if (!state.still) this.anchor(to);
      state.still = true;
      state.pendingM = 0;
    } else if (!state.still) {
      state.odometerM += wayM;
    } else {
      state.pendingM += wayM;
      if (Math.hypot(to.x - state.anchorX, to.y - state.anchorY) < LEFT_M) return;
      state.odometerM += state.pendingM;
      state.still = false;
    }
  }

  private watchSpeed(to: Place): void {
    if (to.speedMps >= STANDING_MPS) this.state.standingSinceMs = null;
    else this.state.standingSinceMs ??= to.timeMs;
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
