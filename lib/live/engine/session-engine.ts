import type { EndFrame, LiveFrame } from '@/lib/contracts/live';
import type { Db } from '@/lib/db/client';
import { detectorStatesOf } from '@/lib/db/detector-states';
import { type EntryDeviceRow, entryDevices } from '@/lib/db/entry-devices';
import { type KnownTrack, knownTrackById } from '@/lib/db/known-tracks';
import { liveRow, marksOf } from '@/lib/db/live-sessions';
import { type SessionRow, sessionById } from '@/lib/db/sessions';
import { messageOf } from '@/lib/errors';
import type { Bus } from '@/lib/live/bus';
import { type BoardInput, BoardMaker } from '@/lib/live/engine/board-maker';
import type { CommittedFixes } from '@/lib/live/ingest';
import { boardTopic } from '@/lib/live/topics';
import { DETECTOR_VERSION } from '@/lib/timing/lap-detector';
import { pathOfTrack } from '@/lib/timing/live/lap-path';
import type { LapPath } from '@/lib/timing/live/types';
import type { SessionFacts } from './board-session';
import { EngineEntry, type Rules } from './engine-entry';
import { keptStateOf } from './entry-saves';
import { learnFromLap } from './learn-from-lap';
import { saveEntry } from './save-entry';

export type EngineParts = {
  db: Db;
  bus: Bus;
  /** The name of this process, as the leases have it. */
  holder: string;
  report: (line: string) => void;
  /** Epoch milliseconds. */
  now: () => number;
};

/** What the database could not do is tried again after so long. */
const AGAIN_MS = 1_000;

type Entered = { row: EntryDeviceRow; entry: EngineEntry };

/**
 * The timing of one open session, in the process that holds its lease: committed fixes in, laps to the database and
 * frames to the bus. All of it can be made anew out of the stored fixes.
 */
export class SessionEngine {
  private facts: SessionFacts | null = null;
  private path: LapPath | null = null;
  private readonly entered = new Map<number, Entered>();
  private readonly maker: BoardMaker;
  private work: Promise<void> = Promise.resolve();
  private saving: Promise<void> | null = null;
  private learning = false;
  /** The revision from which nothing more can be learnt. */
  private learntFrom: number | null = null;
  private over = false;
  /** What is stored of the session has changed, or could not be read. */
  stale = true;
  /** Nothing is written or learnt before: the database was away. */
  private againAtMs = Number.NEGATIVE_INFINITY;
  /** The lease went to another process: nothing more is written or said. */
  lost = false;

  constructor(
    private readonly parts: EngineParts,
    readonly sessionId: number,
  ) {
    this.maker = new BoardMaker(parts.now());
  }

  /** Whether it has to look anew at what is stored; `trackRevision` is the newest. */
  isStale(trackRevision: number | null): boolean {
    return this.stale || (this.facts?.track?.revision ?? null) !== trackRevision;
  }

  /** Reads the session as it is now, and times what of it is new or has changed. */
  refresh(): Promise<void> {
    this.stale = true;
    const next = this.work.then(() => this.read());
    this.work = next.catch(() => {
      this.stale = true;
    });
    return next;
  }

  private async read(): Promise<void> {
    const { db } = this.parts;
    this.stale = false;
    const [session, live, rows, marks] = await Promise.all([
      sessionById(db, this.sessionId),
      liveRow(db, this.sessionId),
      entryDevices(db, this.sessionId),
      marksOf(db, this.sessionId),
    ]);
    if (!session || !live || this.over) return;
    const track = session.trackId === null ? null : await knownTrackById(db, session.trackId);
    const before = this.rules();
    const isOther = this.facts?.track?.revision !== track?.revision || this.facts?.track?.id !== track?.id;
    this.facts = { session, live, track, marks };
    if (isOther) this.path = track ? pathOfTrack(track.track) : null;
    if (this.entered.size > 0 && (isOther || before?.raceStartMs !== this.rules()?.raceStartMs))
      await allOf([...this.entered.values()].map(({ entry }) => entry.changeRules(() => this.rules())));
    await this.enter(rows);
  }

  private rules(): Rules | null {
    if (!this.facts?.track) return null;
    const { track, revision } = this.facts.track;
    return { track, revision, raceStartMs: this.raceStartMs(), path: this.path };
  }

  private raceStartMs(): number | null {
    const session = this.facts?.session;
    return session?.kind === 'race' && session.greenUs !== null ? session.greenUs / 1000 : null;
  }

  /** Takes up entries that are new, and what is written on those that are known. */
  private async enter(rows: readonly EntryDeviceRow[]): Promise<void> {
    const fromUs = this.facts?.session.fromUs ?? 0;
    const isNew = rows.some((row) => !this.entered.has(row.deviceId));
    const states = isNew && this.facts?.track ? await detectorStatesOf(this.parts.db, this.sessionId) : [];
    const rules = this.rules();
    for (const deviceId of this.entered.keys())
      if (rows.every((row) => row.deviceId !== deviceId)) this.entered.delete(deviceId);
    const begun: Promise<void>[] = [];
    for (const row of rows) {
      const known = this.entered.get(row.deviceId);
      if (known) {
        known.row = row;
        continue;
      }
      const entry = new EngineEntry(this.parts, { id: row.deviceId, frame: row.frame }, fromUs, rules);
      this.entered.set(row.deviceId, { row, entry });
      const kept = states.find(
        (state) =>
          state.deviceId === row.deviceId &&
          state.trackRevision === rules?.revision &&
          state.detectorVersion === DETECTOR_VERSION,
      );
      begun.push(entry.begin(kept ? keptStateOf(kept) : null));
    }
    await allOf(begun);
  }

  /** The devices whose fixes it wants. */
  deviceIds(): number[] {
    return [...this.entered.keys()];
  }

  take(message: CommittedFixes): void {
    this.entered.get(message.deviceId)?.entry.take(message);
  }

  /** Messages may be missing: looks into the database. */
  async catchUp(): Promise<void> {
    await allOf([...[...this.entered.values()].map(({ entry }) => entry.catchUpNow()), this.refresh()]);
  }

  /** What goes on by itself: late laps, what is to be written, the next frame. */
  tick(nowMs: number): void {
    if (!this.facts || this.over || this.lost) return;
    for (const { entry } of this.entered.values()) entry.settle(nowMs);
    if (nowMs >= this.againAtMs) {
      this.learn();
      this.saveDue(nowMs);
    }
    this.publish(this.maker.frames(this.input(this.facts), nowMs));
  }

  /** Somebody has no snapshot. */
  ask(nowMs: number): void {
    if (this.facts && !this.over && !this.lost)
      this.publish(this.maker.snapshot(this.input(this.facts), nowMs));
  }

  private input(facts: SessionFacts): BoardInput {
    return { facts, raceStartMs: this.raceStartMs(), entries: [...this.entered.values()] };
  }

  private publish(frames: readonly (LiveFrame | EndFrame)[]): void {
    for (const frame of frames) this.parts.bus.publish(boardTopic(this.sessionId), frame);
  }

  /** The first complete lap teaches what the track does not say: its path, and which way its gates are passed. */
  private learn(): void {
    const track = this.facts?.track;
    if (this.learning || !track || this.learntFrom === track.revision) return;
    const done = [...this.entered.values()].find(({ entry }) => entry.view.lapLine !== null);
    if (!done) return;
    this.learning = true;
    this.learnFrom(track, done.entry)
      .catch((error: unknown) => this.complain('Its first lap is not learnt from', error))
      .finally(() => {
        this.learning = false;
      });
  }

  private async learnFrom(known: KnownTrack, entry: EngineEntry): Promise<void> {
    const { path, isNewRevision } = await learnFromLap(
      this.parts.db,
      known,
      this.path,
      entry,
      this.sessionId,
    );
    this.learntFrom = known.revision;
    if (isNewRevision) return this.refresh();
    if (!path || path === this.path) return;
    this.path = path;
    for (const { entry: other } of this.entered.values()) other.setPath(path);
  }

  /** What is written everybody can read: it waits as long as spectators see the board late. */
  private saveDue(clockMs: number): void {
    const nowMs = clockMs - (this.facts?.live.delayS ?? 0) * 1000;
    if (this.saving || ![...this.entered.values()].some(({ entry }) => entry.due(nowMs))) return;
    this.save(nowMs).catch((error: unknown) => this.complain('Its laps wait to be stored', error));
  }

  private complain(what: string, error: unknown): void {
    this.againAtMs = this.parts.now() + AGAIN_MS;
    this.parts.report(`Live session ${this.sessionId}: ${what}: ${messageOf(error)}`);
  }

  /** One after the other: two would write the same laps. */
  private save(nowMs: number): Promise<void> {
    const running = (this.saving ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.saveAll(nowMs))
      .finally(() => {
        if (this.saving === running) this.saving = null;
      });
    this.saving = running;
    return running;
  }

  private async saveAll(nowMs: number): Promise<void> {
    const { db, holder } = this.parts;
    for (const { entry } of this.entered.values()) {
      for (let save = entry.due(nowMs); save && !this.lost; save = entry.due(nowMs)) {
        const target = { holder, sessionId: this.sessionId, device: entry.device };
        if (await saveEntry(db, target, save)) entry.saved(save);
        else this.lost = true;
      }
    }
  }

  /** Waits until all that is committed is timed and written; for tests and for a stop. */
  async settled(): Promise<void> {
    await this.work;
    for (const { entry } of this.entered.values()) {
      await entry.idle();
      while (entry.settle(this.parts.now(), 0)) await entry.idle();
    }
    // What is found while it writes, as by a track that is learnt, is later than the moment that it writes up to.
    const isDue = () => [...this.entered.values()].some(({ entry }) => entry.due(this.parts.now()));
    do await this.save(this.parts.now());
    while (isDue() && !this.lost);
  }

  /** The session was closed or deleted (null): shows how it ended and is done. May be repeated when it fails. */
  async end(session: SessionRow | null): Promise<void> {
    if (this.over) return;
    await this.work;
    if (this.facts && session) {
      const { toUs } = session;
      await allOf([...this.entered.values()].map(({ entry }) => entry.complete(toUs)));
      for (const { entry } of this.entered.values()) entry.finish();
      this.facts = { ...this.facts, session };
      this.publish(this.maker.snapshot(this.input(this.facts), this.parts.now()));
    }
    this.publish([endOf(session ? 'closed' : 'deleted')]);
    this.over = true;
  }
}

/** Waits for all, also when one fails; then it throws what that one threw. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

const endOf = (reason: 'closed' | 'deleted'): EndFrame => ({
  type: 'end',
  reason,
  message: reason === 'closed' ? 'The session was closed.' : 'The session was deleted.',
  come_again: false,
});
