import type { Place } from './crossing';
import type { Frame } from './types';

/** 5 km/h: slower is standing. */
const STANDING_MPS = 5 / 3.6;
/** Doppler noise of a parked receiver stays below this; it does not move the odometer. */
const STILL_MPS = 0.5;
/** Without a speed, a GPS position must leave its last anchor by this to count as driven. */
const ANCHOR_M = 2;
/** A car this far from where its speed fell to zero, got there faster than standing, has no speed at all. */
const FALSE_STAND_M = 20;
/** A planar start gate shorter than this belongs to an arena: what standing means shrinks with it. */
const FULL_SIZE_GATE_M = 20;
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
  /** The last step was judged by its speed, not by its places. */
  bySpeed: boolean;
  /** The car moves while its speed says exactly 0: that speed means unknown. */
  isZeroFalse: boolean;
};

/**
 * Odometer with stand-still filter, and standing. Planar frames add up the driven line as it is. On the Earth
 * the speed integral counts (positions wander while parked and cut corners at low rates), from a standstill on
 * only what leaves the place; without a speed the line counts in steps of at least 2 m. On planar tracks with a
 * short start gate (`gateM`; robots) 5 km/h and 2 m shrink with the gate: there nobody ever drives faster.
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
    bySpeed: true,
    isZeroFalse: false,
  };
  private readonly standingMps: number;
  private readonly anchorM: number;

  constructor(
    private readonly frame: Frame,
    gateM = FULL_SIZE_GATE_M,
  ) {
    const size = frame === 'planar' ? Math.min(1, gateM / FULL_SIZE_GATE_M) : 1;
    this.standingMps = STANDING_MPS * size;
    this.anchorM = ANCHOR_M * size;
  }

  /** Begins at a place without a way to it (first fix, teleport). */
  begin(at: Place): void {
    this.anchor(at);
    this.state.still = false;
    this.state.standingSinceMs = at.speedMps < this.standingMps && !this.state.isZeroFalse ? at.timeMs : null;
  }

  /** The step to the next accepted fix; over a gap only the straight way is known. */
  step(from: Place, to: Place, inGap: boolean): void {
    const { state } = this;
    const meanMps = this.meanSpeed(from, to);
    if (meanMps >= 0 !== state.bySpeed) this.changeSource(from);
    if (this.frame === 'planar' || (inGap && meanMps >= 0)) {
      state.odometerM += Math.hypot(to.x - from.x, to.y - from.y);
    } else if (meanMps >= 0) {
      this.addSpeed(to, meanMps, (meanMps * (to.timeMs - from.timeMs)) / 1000);
    }
    if (meanMps >= 0) this.watchSpeed(to, to.speedMps >= 0 ? to.speedMps : meanMps);
    else this.watchPlace(to);
  }

  /** Where one end of a step has no speed the other's stands for both; NaN when neither has one. */
  private meanSpeed(from: Place, to: Place): number {
    const { state } = this;
    let meanMps = (from.speedMps + to.speedMps) / 2;
    if (Number.isNaN(meanMps)) meanMps = from.speedMps >= 0 ? from.speedMps : to.speedMps;
    if (meanMps > 0) state.isZeroFalse = false;
    if (meanMps !== 0) return meanMps;
    return state.isZeroFalse || this.provesZeroFalse(to) ? Number.NaN : 0;
  }

  /** Some senders say 0 for a speed that they do not know. */
  private provesZeroFalse(to: Place): boolean {
    const { state } = this;
    if (!state.still) return false;
    const wayM = Math.hypot(to.x - state.anchorX, to.y - state.anchorY);
    if (wayM < FALSE_STAND_M || wayM * 1000 < STANDING_MPS * (to.timeMs - state.anchorMs)) return false;
    state.isZeroFalse = true;
    state.standingSinceMs = null;
    return true;
  }

  /** The anchor of the one source lies anywhere on the track for the other: begin at the step's own start. */
  private changeSource(from: Place): void {
    const { state } = this;
    const since = state.bySpeed && !state.still ? from : null;
    state.bySpeed = !state.bySpeed;
    state.still = false;
    state.pendingM = 0;
    if (!state.bySpeed) {
      if (since) this.anchor(since);
    } else if (this.frame !== 'planar' && state.standingSinceMs === null) {
      state.odometerM += Math.hypot(from.x - state.anchorX, from.y - state.anchorY);
    }
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

  private watchSpeed(to: Place, speedMps: number): void {
    const { state } = this;
    if (speedMps >= this.standingMps) state.standingSinceMs = null;
    else state.standingSinceMs ??= to.timeMs;
    if (this.frame !== 'planar') return;
    if (speedMps === 0 && !state.still) this.anchor(to);
    state.still = speedMps === 0;
  }

  /** Without a speed: a car that has not left the anchor at 5 km/h stands since it came there. */
  private watchPlace(to: Place): void {
    const { state } = this;
    const wayM = Math.hypot(to.x - state.anchorX, to.y - state.anchorY);
    const sinceS = (to.timeMs - state.anchorMs) / 1000;
    if (wayM < this.anchorM) {
      if (wayM / sinceS < this.standingMps && sinceS > ANCHOR_M / STANDING_MPS)
        state.standingSinceMs ??= state.anchorMs;
      return;
    }
    if (this.frame !== 'planar') state.odometerM += wayM;
    if (wayM / sinceS >= this.standingMps) state.standingSinceMs = null;
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
