import type { EntrySnapshot } from '@/lib/timing/live/types';
import type { Crossing, Lap, TimingEvent } from '@/lib/timing/types';

/** Where an entry's timing stands; JSON-safe. */
export type KeptState = {
  /** Time of the last fix that it has seen. */
  uptoUs: number;
  /** Of the track that it was timed by; 0 = none. */
  trackRevision: number;
  raceStartMs: number | null;
  /** Fixes that it has seen. */
  fed: number;
  /** null = the session has no track. */
  entry: EntrySnapshot | null;
};

/** What a lap that was written earlier is now. */
export type CorrectedLap = Pick<Lap, 'startMs' | 'class' | 'reason' | 'estimated'>;

/** A lap that turned out to be another when the fix at `uptoUs` came. */
export type Correction = { uptoUs: number; startMs: number };

/** What is to be written of an entry, all at once. */
export type EntrySave = {
  laps: Lap[];
  /** Laps written earlier that are of another class now. */
  corrected: CorrectedLap[];
  crossings: Crossing[];
  /** The laps that start from here on are replaced by these; crossings too where it is not null. */
  fromUs: number | null;
  crossingsFromUs: number | null;
  state: KeptState;
  /** When it was found. */
  atMs: number;
};

const us = (timeMs: number): number => Math.round(timeMs * 1000);
/** Between laps the state is kept so often: a restart has no more than that to go through again. */
const SAVE_EVERY_MS = 60_000;

/** What of an entry waits to be written, oldest first. A lap is due at once; gates alone wait for their lap. */
export class EntrySaves {
  private waiting: EntrySave[] = [];
  /** Crossings of the running lap. */
  private crossings: Crossing[] = [];
  private savedAtMs: number;

  constructor(private readonly now: () => number) {
    this.savedAtMs = now();
  }

  /** What the detector found with a fix; gives the state when a lap was closed. */
  add(events: readonly TimingEvent[], state: () => KeptState): KeptState | null {
    const laps: Lap[] = [];
    const corrected: Lap[] = [];
    for (const event of events) {
      if (event.type === 'crossing') this.crossings.push(event.crossing);
      else if (event.type === 'lap') laps.push(event.lap);
      else corrected.push(event.lap);
    }
    const [first] = laps;
    if (!first && corrected.length === 0) return null;
    const save = this.take(laps, corrected, state());
    if (first) save.fromUs = us(first.startMs);
    this.waiting.push(save);
    return first ? save.state : null;
  }

  /**
   * What was found anew after going back to `base` (null = to the beginning); stands for all that waited since.
   * `undone`: corrections after it, which may not come again.
   */
  replace(
    found: readonly TimingEvent[],
    base: KeptState | null,
    state: KeptState,
    undone: readonly Correction[],
  ): void {
    this.crossings = [];
    const asBefore = base?.entry?.laps.filter((lap) => undone.some(({ startMs }) => startMs === lap.startMs));
    const save = this.take([], [...(asBefore ?? [])], state);
    for (const event of found) {
      if (event.type === 'crossing') save.crossings.push(event.crossing);
      else if (event.type === 'lap') save.laps.push(event.lap);
      else {
        const index = save.laps.findIndex((lap) => lap.number === event.lap.number);
        if (index >= 0) save.laps[index] = event.lap;
        else save.corrected.push(event.lap);
      }
    }
    const openSinceMs = base?.entry?.laps.at(-1)?.endMs;
    save.fromUs = openSinceMs === undefined ? 0 : us(openSinceMs);
    save.crossingsFromUs = base ? base.uptoUs + 1 : 0;
    this.waiting = this.waiting.filter((one) => base !== null && one.state.uptoUs <= base.uptoUs);
    this.waiting.push(save);
  }

  private take(laps: Lap[], corrected: CorrectedLap[], state: KeptState): EntrySave {
    const { crossings } = this;
    this.crossings = [];
    return { laps, corrected, crossings, fromUs: null, crossingsFromUs: null, state, atMs: this.now() };
  }

  /** What is due that was found up to `nowMs`, or null; the same one until it is `saved`. */
  due(nowMs: number, state: () => KeptState | null): EntrySave | null {
    const [next] = this.waiting;
    if (next) return next.atMs <= nowMs ? next : null;
    if (nowMs - this.savedAtMs < SAVE_EVERY_MS) return null;
    this.savedAtMs = nowMs;
    const now = state();
    if (now) this.waiting.push({ ...this.take([], [], now), atMs: nowMs });
    return this.waiting[0] ?? null;
  }

  saved(save: EntrySave, nowMs: number): void {
    this.waiting = this.waiting.filter((one) => one !== save);
    this.savedAtMs = nowMs;
  }
}

type StoredState = { snapshot: unknown; uptoUs: number; trackRevision: number };

/** A state as it was kept in the database, or null when it is none; what is inside was written by this version. */
export function keptStateOf({ snapshot, uptoUs, trackRevision }: StoredState): KeptState | null {
  if (typeof snapshot !== 'object' || snapshot === null || !('entry' in snapshot)) return null;
  return { ...(snapshot as Omit<KeptState, 'uptoUs' | 'trackRevision'>), uptoUs, trackRevision };
}
