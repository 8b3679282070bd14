import type { Db } from '@/lib/db/client';
import { storedCount } from '@/lib/db/stored-count';
import type { CommittedFixes } from '@/lib/live/ingest';
import { LiveEntry } from '@/lib/timing/live/live-entry';
import { TracklessEntry } from '@/lib/timing/live/trackless-entry';
import type { EntryView, LapPath } from '@/lib/timing/live/types';
import type { Fix, Frame, TimingEvent, Track } from '@/lib/timing/types';
import { changedLaps } from './changed-laps';
import { type Correction, type EntrySave, EntrySaves, type KeptState } from './entry-saves';
import { LateFixes } from './late-fixes';
import { countStored, eachStored } from './stored-reading';

export type EntryParts = { db: Db; now: () => number };

/** How an entry is timed; when any of it changes, the entry begins anew. */
export type Rules = { track: Track; revision: number; raceStartMs: number | null; path: LapPath | null };

const us = (timeMs: number): number => Math.round(timeMs * 1000);
/** States kept in memory, the newest last: a late fix goes back to the one before it. */
const STATES_KEPT = 4;
/** What could not be read is tried again after so long. */
const AGAIN_MS = 500;
/** Fixes that are kept while the database is read; beyond them it is read once more. */
const MOST_WAITING = 20_000;
/** A timing, and what it goes by. */
type Timing = { live: LiveEntry | TracklessEntry; rules: Rules | null };

/** The timing of one device in a live session: what is committed goes in once, in order of time. */
export class EngineEntry {
  private timing: Timing;
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
  /** Messages that came while the database is read. */
  private waiting: CommittedFixes[] = [];
  /** Something that is stored has not been read yet. */
  private behind = false;
  private againAtMs = 0;
  private readonly late = new LateFixes();
  /** The session has fixes up to here. */
  private untilUs = Number.MAX_SAFE_INTEGER;
  private states: KeptState[] = [];
  private corrections: Correction[] = [];
  private readonly saves: EntrySaves;

  constructor(
    private readonly parts: EntryParts,
    readonly device: { id: number; frame: Frame },
    private readonly fromUs: number,
    private rules: Rules | null,
  ) {
    this.timing = this.fresh();
    this.uptoUs = fromUs - 1;
    this.saves = new EntrySaves(parts.now);
  }

  private fresh(): Timing {
    const { rules } = this;
    if (!rules) return { live: new TracklessEntry(), rules };
    const { track, raceStartMs, path } = rules;
    return { live: new LiveEntry({ track, raceStartMs, path }), rules };
  }

  /** What the board shows of it. */
  get view(): EntryView {
    return this.timing.live.view;
  }

  /** Goes on from a kept state, then through what is stored after it. */
  begin(state: KeptState | null): Promise<void> {
    if (state && this.rules && state.raceStartMs === this.rules.raceStartMs) {
      restore(this.timing, state);
      this.uptoUs = state.uptoUs;
      this.fed = state.fed;
      this.states = [state];
    }
    return this.catchUpNow();
  }

  /** Times the whole entry anew by other rules; until that is done it goes on by the old ones. */
  changeRules(rules: () => Rules | null): Promise<void> {
    return this.work(() => {
      this.rules = rules();
      return this.rebuild(this.fromUs);
    });
  }

  /** A path for the map of the lap, once one is known; what was timed stays. */
  setPath(path: LapPath): void {
    if (this.rules) this.rules = { ...this.rules, path };
    this.timing.live.setPath(path);
  }

  /** Fixes that were just committed. */
  take(message: CommittedFixes): void {
    if (this.busy) this.wait(message);
    // What it has to read anyway has these among it.
    if (this.busy || this.behind || message.stored <= this.seenStored) return;
    if (message.stored - message.fixes.length > this.seenStored) {
      this.catchUpNow().catch(() => {});
      return;
    }
    this.seenStored = message.stored;
    this.receivedAtMs = message.receivedAtMs;
    for (const fix of message.fixes) this.takeFix(fix, message.late);
  }

  private wait(message: CommittedFixes): void {
    this.waiting.push(message);
    const fixes = this.waiting.reduce((sum, one) => sum + one.fixes.length, 0);
    if (fixes <= MOST_WAITING) return;
    this.waiting = [];
    this.behind = true;
  }

  private takeFix(fix: Fix, late: boolean): void {
    const timeUs = us(fix.timeMs);
    if (timeUs < this.fromUs || timeUs >= this.untilUs) return;
    if (timeUs > this.uptoUs) this.push(fix);
    else if (late) this.late.add(timeUs, this.parts.now());
  }

  private push(fix: Fix): void {
    this.uptoUs = us(fix.timeMs);
    this.fed++;
    this.moved = true;
    const events = this.timing.live.push(fix);
    if (events.length > 0) this.keep(events);
  }

  private keep(events: readonly TimingEvent[]): void {
    const closed = this.saves.add(events, () => this.state());
    for (const event of events) {
      if (event.type !== 'lap-corrected') continue;
      this.corrected++;
      this.corrections.push({ uptoUs: this.uptoUs, startMs: event.lap.startMs });
    }
    if (closed) this.states.push(closed);
    if (this.states.length > STATES_KEPT) this.states.shift();
  }

  /** What is due to be written, oldest first; each is asked for until it is `saved`. */
  due(nowMs: number): EntrySave | null {
    return this.saves.due(nowMs, () => (this.timing.rules && this.fed > 0 ? this.state() : null));
  }

  saved(save: EntrySave): void {
    this.saves.saved(save, this.parts.now());
  }

  private state(): KeptState {
    const { uptoUs, fed } = this;
    const { live, rules } = this.timing;
    const { raceStartMs, revision: trackRevision } = rules ?? { raceStartMs: null, revision: 0 };
    return { uptoUs, fed, trackRevision, raceStartMs, entry: live.snapshot() };
  }

  /** Reads what it could not read before; times the laps anew that late fixes touch. True = it has begun. */
  settle(nowMs: number, quietMs?: number): boolean {
    if (this.busy || (nowMs < this.againAtMs && quietMs !== 0)) return false;
    const fromUs = this.late.due(nowMs, quietMs);
    if (!this.behind && fromUs === null) return false;
    const work = this.behind || fromUs === null ? this.catchUpNow() : this.work(() => this.rebuild(fromUs));
    work.catch(() => {});
    return true;
  }

  /** Whether everything that is committed has been timed. */
  get settled(): boolean {
    return this.busy === null && this.late.fromUs === null && !this.behind;
  }

  /** The session has no fixes from `untilUs` on: times all that it has. May be repeated. */
  async complete(untilUs: number): Promise<void> {
    this.untilUs = untilUs;
    await this.catchUpNow();
    if (this.uptoUs >= untilUs) this.late.add(untilUs, this.parts.now());
    const { fromUs } = this.late;
    if (fromUs !== null) await this.work(() => this.rebuild(fromUs));
  }

  /** Nothing more comes: closes the open lap. */
  finish(): void {
    const events = this.timing.live.finish();
    this.moved = true;
    if (events.length > 0) this.keep(events);
  }

  async idle(): Promise<void> {
    while (this.busy) await this.busy;
  }

  /** Reads what was missed; messages that come meanwhile are taken after it. */
  catchUpNow(): Promise<void> {
    this.behind = true;
    return this.work(() => this.catchUp());
  }

  /** One reading at a time. */
  private async work(job: () => Promise<void>): Promise<void> {
    while (this.busy) await this.busy.catch(() => {});
    const running = job();
    this.busy = running;
    try {
      await running;
    } catch (error) {
      this.againAtMs = this.parts.now() + AGAIN_MS;
      throw error;
    } finally {
      this.busy = null;
      this.moved = true;
      for (const message of this.waiting.splice(0)) this.take(message);
    }
  }

  private async catchUp(): Promise<void> {
    const { db } = this.parts;
    this.behind = false;
    try {
      const stored = await storedCount(db, this.device.id);
      await eachStored(db, this.device, this.uptoUs + 1, this.untilUs, (fix) => this.push(fix));
      this.seenStored = stored.stored;
      this.receivedAtMs = stored.receivedAtMs ?? this.receivedAtMs;
      // What was missed may have been late: then there are more fixes than have been seen.
      const there = await countStored(db, this.device.id, this.fromUs, this.uptoUs);
      if (there !== null && there !== this.fed) await this.rebuild(this.fromUs);
    } catch (error) {
      this.behind = true;
      throw error;
    }
  }

  /** Goes back to the last state before `lateUs` and through the stored fixes from there. */
  private async rebuild(lateUs: number): Promise<void> {
    // Until it is done it is to be done: the database may go away meanwhile.
    this.late.add(lateUs, this.parts.now());
    const base = this.states.findLast(({ uptoUs }) => uptoUs < lateUs) ?? null;
    const { db } = this.parts;
    const stored = await storedCount(db, this.device.id);
    const next = this.fresh();
    if (base) restore(next, base);
    const found: TimingEvent[] = [];
    let [uptoUs, fed] = base ? [base.uptoUs, base.fed] : [this.fromUs - 1, 0];
    await eachStored(db, this.device, uptoUs + 1, this.untilUs, (fix) => {
      found.push(...next.live.push(fix));
      uptoUs = us(fix.timeMs);
      fed++;
    });
    // From here on nothing waits: the new timing stands in the place of the old one at once.
    const path = this.rules?.path;
    if (path && path !== next.rules?.path) next.live.setPath(path);
    const before = this.view.laps;
    this.timing = { live: next.live, rules: this.rules };
    this.uptoUs = uptoUs;
    this.fed = fed;
    this.seenStored = stored.stored;
    this.late.forget();
    const isKept = (one: { uptoUs: number }) => base !== null && one.uptoUs <= base.uptoUs;
    const state = this.state();
    this.saves.replace(
      found,
      base,
      state,
      this.corrections.filter((one) => !isKept(one)),
    );
    this.states = [...this.states.filter(isKept), state];
    this.corrections = this.corrections.filter(isKept);
    this.corrected += changedLaps(before, this.view.laps);
  }
}

function restore({ live }: Timing, { entry }: KeptState): void {
  if (entry && live instanceof LiveEntry) live.restore(entry);
}
