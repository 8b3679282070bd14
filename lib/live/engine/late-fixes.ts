/** Late fixes come in numbers: their laps are timed anew when no more have come for so long. */
const QUIET_MS = 2_000;
/** A tracker may send late fixes for ever: quiet is waited for only so long. */
const MOST_MS = 10_000;

/** From where on fixes came late that are not timed yet. */
export class LateFixes {
  /** The earliest of them, µs; null = there is none. */
  fromUs: number | null = null;
  private atMs = 0;
  private sinceMs = 0;

  add(timeUs: number, nowMs: number): void {
    this.atMs = nowMs;
    if (this.fromUs === null) this.sinceMs = nowMs;
    this.fromUs = Math.min(this.fromUs ?? timeUs, timeUs);
  }

  /** The earliest one when it is time to time them; null = not yet. */
  due(nowMs: number, quietMs = QUIET_MS): number | null {
    return nowMs - this.atMs >= quietMs || nowMs - this.sinceMs >= MOST_MS ? this.fromUs : null;
  }

  forget(): void {
    this.fromUs = null;
  }
}
