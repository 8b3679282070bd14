import type { Db } from '@/lib/db/client';
import { countFixes, fixesAround, readFixes } from '@/lib/db/positions';
import { storedCount } from '@/lib/db/stored-count';
import type { CommittedFixes } from '@/lib/live/ingest';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import { TracklessEntry } from '@/lib/timing/live/trackless-entry';
import type { EntryView, LapPath } from '@/lib/timing/live/types';
import { fixAt } from '@/lib/timing/normalise';
import type { Fix, Frame, TimingEvent, Track } from '@/lib/timing/types';
import { type EntrySave, EntrySaves, type KeptState } from './entry-saves';

export type EntryParts = { db: Db; now: () => number };

/** How an entry is timed; when any of it changes, the entry begins anew. */
export type Rules = { track: Track; revision: number; raceStartMs: number | null; path: LapPath | null };

const us = (timeMs: number): number => Math.round(timeMs * 1000);
/** Rows read at a time while catching up. */
const READ_ROWS = 10_000;
/** States kept in memory, the newest last: a late fix goes back to the one before it. */
const STATES_KEPT = 4;
/** Late fixes come in numbers: their laps are timed anew when no more have come for so long. */
const LATE_QUIET_MS = 2_000;
/** No session is so long; a robot's clock may jump further. */
const LONGEST_COUNT_US = 30 * 86_400 * 1e6;

/** The timing of one device in a live session: what is committed goes in once, in order of time. */
export class EngineEntry {
  private live: LiveEntry | TracklessEntry;
  /** Laps that late fixes or a new track changed. */
  corrected = 0;
  /** When its newest fix came in; null = none yet. */
  receivedAtMs: number | null = null;
  /** Changed since whoever reads it last set it back. */
  moved = true;
  private uptoUs: number;
  private fed = 0;
  private seenStored = -1;
  private busy: Promise<void> | null = null;
  private again = false;
  private lateFromUs: number | null = null;
  private lateAtMs = 0;
  private states: KeptState[] = [];
  private readonly saves: EntrySaves;

  constructor(
    private readonly parts: EntryParts,
    readonly device: { id: number; frame: Frame },
    private readonly fromUs: number,
    private rules: Rules | null,
  ) {
    this.live = this.fresh();
    this.uptoUs = fromUs - 1;
    this.saves = new EntrySaves(parts.now());
  }

  private fresh(): LiveEntry | TracklessEntry {
    if (!this.rules) return new TracklessEntry();
    const { track, raceStartMs, path } = this.rules;
    return new LiveEntry({ track, raceStartMs, path });
  }

  /** What the board shows of it. */
  get view(): EntryView {
    return this.live.view;
  }

  /** Goes on from a kept state, then through what is stored after it. */
  begin(state: KeptState | null): Promise<void> {
    if (state && this.rules && state.raceStartMs === this.rules.raceStartMs) {
      this.restore(this.live, state);
      this.uptoUs = state.uptoUs;
      this.fed = state.fed;
      this.states = [state];
    }
    return this.work(() => this.catchUp());
  }

  private restore(live: LiveEntry | TracklessEntry, { entry }: KeptState): void {
    if (entry && live instanceof LiveEntry) live.restore(entry);
  }

  /** Times the whole entry anew by other rules. */
  changeRules(rules: Rules | null): Promise<void> {
    this.rules = rules;
    this.states = [];
    return this.work(() => this.rebuild(this.fromUs));
  }

  /** A path for the map of the lap, once one is known; what was timed stays. */
  setPath(path: LapPath): void {
    if (this.rules) this.rules = { ...this.rules, path };
    this.live.setPath(path);
  }

  /** Fixes that were just committed. */
  take(message: CommittedFixes): void {
    if (this.busy) {
      this.again = true;
      return;
    }
    if (message.stored <= this.seenStored) return;
    if (message.stored - message.fixes.length > this.seenStored) {
      this.work(() => this.catchUp()).catch(() => {});
      return;
    }
    this.seenStored = message.stored;
    this.receivedAtMs = message.receivedAtMs;
    for (const fix of message.fixes) this.takeFix(fix, message.late);
  }

  private takeFix(fix: Fix, late: boolean): void {
    const timeUs = us(fix.timeMs);
    if (timeUs < this.fromUs) return;
    if (timeUs > this.uptoUs) this.push(fix);
    else if (late) {
      this.lateFromUs = Math.min(this.lateFromUs ?? timeUs, timeUs);
      this.lateAtMs = this.parts.now();
    }
  }

  private push(fix: Fix): void {
    this.uptoUs = us(fix.timeMs);
    this.fed++;
    this.moved = true;
    const events = this.live.push(fix);
    if (events.length > 0) this.keep(events);
  }

  private keep(events: readonly TimingEvent[]): void {
    const closed = this.saves.add(events, () => this.state());
    this.corrected += events.filter(({ type }) => type === 'lap-corrected').length;
    if (closed) this.states.push(closed);
    if (this.states.length > STATES_KEPT) this.states.shift();
  }

  /** What is due to be written, oldest first; each is asked for until it is `saved`. */
  due(nowMs: number): EntrySave | null {
    return this.saves.due(nowMs, () => (this.rules && this.fed > 0 ? this.state() : null));
  }

  saved(save: EntrySave): void {
    this.saves.saved(save, this.parts.now());
  }

  private state(): KeptState {
    const { uptoUs, fed } = this;
    return { uptoUs, fed, raceStartMs: this.rules?.raceStartMs ?? null, entry: this.live.snapshot() };
  }

  /** Times the laps anew that late fixes touch, once it is quiet; true = it has begun. */
  settle(nowMs: number, quietMs = LATE_QUIET_MS): boolean {
    if (this.lateFromUs === null || this.busy || nowMs - this.lateAtMs < quietMs) return false;
    const fromUs = this.lateFromUs;
    this.work(() => this.rebuild(fromUs)).catch(() => {});
    return true;
  }

  /** Whether everything that is committed has been timed. */
  get settled(): boolean {
    return this.busy === null && this.lateFromUs === null;
  }

  /** The session is over: closes the open lap. */
  finish(): void {
    const events = this.live.finish();
    this.moved = true;
    if (events.length > 0) this.keep(events);
  }

  async idle(): Promise<void> {
    while (this.busy) await this.busy;
  }

  /** Reads what was missed; messages that come meanwhile are among it, or make it read once more. */
  catchUpNow(): Promise<void> {
    return this.work(() => this.catchUp());
  }

  private async work(job: () => Promise<void>): Promise<void> {
    while (this.busy) await this.busy.catch(() => {});
    const running = job();
    this.busy = running;
    try {
      await running;
    } finally {
      this.busy = null;
      this.moved = true;
    }
    if (this.again) {
      this.again = false;
      await this.work(() => this.catchUp());
    }
  }

  private async catchUp(): Promise<void> {
    const { db } = this.parts;
    const stored = await storedCount(db, this.device.id);
    for (;;) {
      const fixes = await readFixes(
        db,
        this.device.id,
        this.device.frame,
        this.uptoUs + 1,
        undefined,
        READ_ROWS,
      );
      for (let row = 0; row < fixes.count; row++) this.push(fixAt(fixes, row));
      if (fixes.count < READ_ROWS) break;
    }
    this.seenStored = stored.stored;
    this.receivedAtMs = stored.receivedAtMs ?? this.receivedAtMs;
    // What was missed may have been late: then there are more fixes than have been seen.
    if ((await this.storedSoFar()) !== this.fed) await this.rebuild(this.fromUs);
  }

  /** How many fixes are stored up to the newest one seen. */
  private async storedSoFar(): Promise<number> {
    const { db } = this.parts;
    const { after } = await fixesAround(db, this.device.id, this.fromUs);
    const isShort = after !== null && this.uptoUs - after < LONGEST_COUNT_US;
    return isShort ? countFixes(db, this.device.id, after, this.uptoUs + 1) : this.fed;
  }

  /** Goes back to the last state before `lateUs` and through the stored fixes from there. */
  private async rebuild(lateUs: number): Promise<void> {
    const { db } = this.parts;
    const before = this.live.view.laps;
    const base = this.states.findLast(({ uptoUs }) => uptoUs < lateUs) ?? null;
    // Until it is done it is to be done: the database may go away meanwhile.
    this.lateFromUs = Math.min(this.lateFromUs ?? lateUs, lateUs);
    const stored = await storedCount(db, this.device.id);
    const live = this.fresh();
    if (base) this.restore(live, base);
    const found: TimingEvent[] = [];
    let [uptoUs, fed] = base ? [base.uptoUs, base.fed] : [this.fromUs - 1, 0];
    for (;;) {
      const fixes = await readFixes(db, this.device.id, this.device.frame, uptoUs + 1, undefined, READ_ROWS);
      for (let row = 0; row < fixes.count; row++) {
        const fix = fixAt(fixes, row);
        found.push(...live.push(fix));
        uptoUs = us(fix.timeMs);
        fed++;
      }
      if (fixes.count < READ_ROWS) break;
    }
    // From here on nothing waits: the new timing stands in the place of the old one at once.
    this.live = live;
    this.uptoUs = uptoUs;
    this.fed = fed;
    this.seenStored = stored.stored;
    this.states = this.states.filter((state) => base !== null && state.uptoUs <= base.uptoUs);
    this.lateFromUs = null;
    const state = this.state();
    this.saves.replace(found, base, state);
    this.states.push(state);
    this.corrected += changedLaps(before, live.view.laps);
  }
}

type Comparable = { startMs: number; endMs: number; class: string; reason: string | null };

/** How many of the laps of `before` are others in `after`. */
function changedLaps(before: readonly Comparable[], after: readonly Comparable[]): number {
  const key = (lap: Comparable) => `${lap.startMs} ${lap.endMs} ${lap.class} ${lap.reason}`;
  const now = new Set(after.map(key));
  return before.filter((lap) => !now.has(key(lap))).length;
}
