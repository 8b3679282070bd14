/** Intervals kept for the running median. */
const RING = 64;
/** Below this many intervals the median is not trusted to stretch the gap. */
const ENOUGH = 5;
const LEAST_GAP_MS = 3000;
const GAP_INTERVALS = 5;
/** A clock whose steps differ in more than this share of its intervals rounds its stamps. */
const JITTER_SHARE = 0.1;

export type ClockState = { ring: number[]; next: number; stepUs: number };

/**
 * What the time stamps of a feed tell: its usual interval, what a gap is, and how coarsely its clock rounds.
 * Constant memory; the median is taken only when somebody asks.
 */
export class ClockWatch {
  private state: ClockState = { ring: [], next: 0, stepUs: 1_000_000 };

  /** Takes one interval and the stamp at its end. */
  see(intervalMs: number, timeMs: number): void {
    const { state } = this;
    state.ring[state.next] = intervalMs;
    state.next = state.next + 1 === RING ? 0 : state.next + 1;
    const timeUs = Math.round(timeMs * 1000);
    while (state.stepUs > 1 && timeUs % state.stepUs !== 0) state.stepUs /= 10;
  }

  /** Median of the last intervals in ms; NaN before there is one. */
  medianMs(): number {
    const sorted = [...this.state.ring].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.NaN;
  }

  /** A step longer than this is a gap: the greater of 3 s and five usual intervals. */
  gapMs(): number {
    return this.state.ring.length < ENOUGH
      ? LEAST_GAP_MS
      : Math.max(LEAST_GAP_MS, GAP_INTERVALS * this.medianMs());
  }

  isGap(intervalMs: number): boolean {
    return intervalMs > LEAST_GAP_MS && intervalMs > this.gapMs();
  }

  /**
   * The step to which the clock rounds: 0 when the stamps come at an even rate (each is then the instant
   * itself), else the decimal step that all stamps so far are multiples of.
   */
  quantumMs(): number {
    const stepMs = this.state.stepUs / 1000;
    const medianMs = this.medianMs();
    const uneven = this.state.ring.filter((ms) => {
      const off = Math.abs(ms - medianMs);
      return off > stepMs / 2 && off < 3.5 * stepMs;
    });
    return uneven.length > JITTER_SHARE * this.state.ring.length ? stepMs : 0;
  }

  snapshot(): ClockState {
    return structuredClone(this.state);
  }

  restore(state: ClockState): void {
    this.state = structuredClone(state);
  }
}
