import type { Best, BestsState, ClosedLap, PartBests, Passages } from './types';

/** Only complete laps that are not estimated hold best times. */
export const mayBeBest = (lap: Pick<ClosedLap, 'class' | 'estimated'>) =>
  lap.class === 'complete' && !lap.estimated;

/** Of two best times the shorter, of equal ones the earlier. */
export function better(a: Best | null, b: Best | null): Best | null {
  if (!a || !b) return a ?? b;
  return b.timeMs < a.timeMs || (b.timeMs === a.timeMs && b.atMs < a.atMs) ? b : a;
}

/** Times between the boundaries that a lap passed, to the microsecond; null where an instant is missing. */
export function partTimesMs(passages: Passages | undefined): (number | null)[] {
  if (!passages) return [];
  const { atMs } = passages;
  return atMs.slice(1).map((to, i) => {
    const from = atMs[i] ?? null;
    return from === null || to === null ? null : Math.round((to - from) * 1000) / 1000;
  });
}

/**
 * The best times of an entry. Those of the running lap count at once; when it turns out to be no complete lap, or is
 * corrected later, they go again.
 */
export class EntryBests {
  private closed: Omit<BestsState, 'running'> = { lap: null, sectors: [], minis: [] };
  private running: PartBests = { sectors: [], minis: [] };
  private sectorsNow: readonly (Best | null)[] | null = null;
  private minisNow: readonly (Best | null)[] | null = null;
  private seenPassed = -1;
  private seenLap = -1;

  get lap(): ClosedLap | null {
    return this.closed.lap;
  }

  get sectors(): readonly (Best | null)[] {
    this.sectorsNow ??= joined(this.closed.sectors, this.running.sectors);
    return this.sectorsNow;
  }

  get minis(): readonly (Best | null)[] {
    this.minisNow ??= joined(this.closed.minis, this.running.minis);
    return this.minisNow;
  }

  /** The running lap's sectors so far; none for a lap that does not count. */
  runSectors(lap: number, startMs: number, sectorsMs: readonly (number | null)[]): void {
    this.running.sectors = bestsOfSectors({ number: lap, startMs, endMs: startMs, sectorsMs });
    this.sectorsNow = null;
  }

  /** The running lap's mini-sectors so far; costs nothing while no further boundary was passed. */
  runMinis(passages: Passages): void {
    if (this.seenPassed === passages.passed && this.seenLap === passages.lap) return;
    this.seenPassed = passages.passed;
    this.seenLap = passages.lap;
    this.running.minis = bestsOfParts(passages);
    this.minisNow = null;
  }

  /** The running lap does not count, or is over. */
  dropRunning(): void {
    this.running = { sectors: [], minis: [] };
    this.forgetSums();
  }

  /** A closed lap; `passages` with mini-sectors only. Gives whether it is the best lap now. */
  close(lap: ClosedLap, passages: Passages | null): boolean {
    this.dropRunning();
    if (!mayBeBest(lap)) return false;
    const { closed } = this;
    closed.sectors = joined(closed.sectors, bestsOfSectors(lap));
    if (passages) closed.minis = joined(closed.minis, bestsOfParts(passages));
    const isBest = !closed.lap || lap.timeMs < closed.lap.timeMs;
    if (isBest) closed.lap = lap;
    return isBest;
  }

  /** A closed lap became another one: everything is taken from all laps again. */
  correct(laps: readonly ClosedLap[], number: number): void {
    const minis = this.closed.minis.map((best) => (best?.lap === number ? null : best));
    this.closed = { lap: null, sectors: [], minis };
    for (const lap of laps) {
      if (!mayBeBest(lap)) continue;
      this.closed.sectors = joined(this.closed.sectors, bestsOfSectors(lap));
      if (!this.closed.lap || lap.timeMs < this.closed.lap.timeMs) this.closed.lap = lap;
    }
    this.forgetSums();
  }

  /** Other mini-sectors from now on. */
  forgetMinis(): void {
    this.closed.minis = [];
    this.running.minis = [];
    this.forgetSums();
  }

  private forgetSums(): void {
    this.sectorsNow = null;
    this.minisNow = null;
    this.seenPassed = -1;
  }

  snapshot(): BestsState {
    return structuredClone({ ...this.closed, running: this.running });
  }

  restore({ running, ...closed }: BestsState): void {
    this.closed = structuredClone(closed);
    this.running = structuredClone(running);
    this.forgetSums();
  }
}

function joined(a: readonly (Best | null)[], b: readonly (Best | null)[]): (Best | null)[] {
  const longer = a.length >= b.length ? a : b;
  return longer.map((_, i) => better(a[i] ?? null, b[i] ?? null));
}

function bestsOfParts(passages: Passages): (Best | null)[] {
  return partTimesMs(passages).map((timeMs, i) =>
    timeMs === null ? null : { timeMs, lap: passages.lap, atMs: passages.atMs[i + 1] ?? 0 },
  );
}

function bestsOfSectors(lap: Pick<ClosedLap, 'number' | 'startMs' | 'endMs' | 'sectorsMs'>): (Best | null)[] {
  let atMs: number | null = lap.startMs;
  return lap.sectorsMs.map((timeMs) => {
    atMs = atMs === null || timeMs === null ? null : atMs + timeMs;
    return timeMs === null ? null : { timeMs, lap: lap.number, atMs: atMs ?? lap.endMs };
  });
}
