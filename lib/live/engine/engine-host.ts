import { holdSessions, releaseSessions } from '@/lib/db/engine-leases';
import { devicesInOpenSessions } from '@/lib/db/entry-devices';
import { silentSessions } from '@/lib/db/live-sessions';
import { sessionById } from '@/lib/db/sessions';
import { messageOf } from '@/lib/errors';
import { CONTROL_TOPIC, committedOf, controlOf } from '@/lib/live/control';
import { type CommittedFixes, FIXES_TOPIC } from '@/lib/live/ingest';
import { askTopic } from '@/lib/live/topics';
import { type EngineParts, SessionEngine } from './session-engine';
import { type OpenItself, TrackWatch } from './track-watch';

export type EngineHostOptions = EngineParts & {
  /** Nobody else can hold a lease: the one before is dead (the embedded database has one launcher). */
  alone: boolean;
  /** Opens a session for a device that began to drive on a known track. */
  openItself: OpenItself;
  /** Closes a session that has been silent for so long. */
  closeSilent: (sessionId: number) => Promise<void>;
  /** Seconds of silence after which a session closes; default 600. */
  silentS?: number;
};

export type EngineHost = {
  /** The engine of a session that this process times; for tests and figures. */
  engine(sessionId: number): SessionEngine | null;
  count(): number;
  /** Waits until what is committed of a session is timed and written, as far as this process times it. */
  settled(sessionId: number): Promise<void>;
  /** Ends every engine as a crash would: nothing more is written, the leases run out by themselves. */
  abandon(): void;
  stop(): Promise<void>;
};

const TICK_MS = 100;
const HOLD_EVERY_MS = 1_000;
/** A dead process' sessions go on in another within this and one look. */
const LEASE_S = 3.5;
const SILENCE_EVERY_MS = 15_000;
const REPORT_EVERY_MS = 10_000;

/** Times the open sessions whose leases this process gets, as long as it runs. */
export class Engines implements EngineHost {
  private readonly engines = new Map<number, SessionEngine>();
  private readonly asks = new Map<number, () => void>();
  /** Which open session each device is in, whoever times it. */
  private members = new Map<number, number>();
  private readonly watch: TrackWatch;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly unsubscribe: (() => void)[] = [];
  private holding: Promise<void> | null = null;
  /** Begins, looks and ends under way, one for each session: however long they take, leases are kept meanwhile. */
  private readonly tasks = new Map<number, Promise<void>>();
  /** Until when the leases hold at least; by performance.now(). */
  private heldUntilMs = Number.NEGATIVE_INFINITY;
  private membersAsked = 0;
  private controls: Promise<void> = Promise.resolve();
  private first = true;
  private stopped = false;
  private reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: EngineHostOptions) {
    this.watch = new TrackWatch(options);
  }

  /** Takes up what is open, then listens. */
  async start(): Promise<void> {
    const { bus } = this.options;
    this.unsubscribe.push(
      bus.subscribe(FIXES_TOPIC, ({ data }) => this.onFixes(committedOf(data)), {
        onGap: () => this.onGap(),
      }),
      bus.subscribe(CONTROL_TOPIC, ({ data }) => this.onControl(controlOf(data)), {
        onGap: () => this.onGap(),
      }),
    );
    await this.hold();
    this.timers.push(
      setInterval(() => this.tick(), TICK_MS),
      setInterval(() => void this.hold(), HOLD_EVERY_MS),
      setInterval(() => void this.closeSilent(), SILENCE_EVERY_MS),
    );
    await Promise.all(this.tasks.values());
  }

  engine(sessionId: number): SessionEngine | null {
    return this.engines.get(sessionId) ?? null;
  }

  count(): number {
    return this.engines.size;
  }

  async settled(sessionId: number): Promise<void> {
    await this.controls;
    // What was noted while a look was under way is the next one's.
    for (let looks = 0; looks < 3; looks++) {
      await this.hold();
      await this.tasks.get(sessionId);
      if (!this.engines.get(sessionId)?.stale) break;
    }
    await this.engines.get(sessionId)?.settled();
  }

  private onFixes(message: CommittedFixes): void {
    const sessionId = this.members.get(message.deviceId);
    if (sessionId !== undefined) this.engines.get(sessionId)?.take(message);
    else this.watch.see(message);
  }

  private onControl(sessionId: number): void {
    const engine = this.engines.get(sessionId);
    if (engine) engine.stale = true;
    // The look that was under way may have begun before the change.
    this.controls = this.controls.then(() => this.hold()).then(() => this.hold());
  }

  /** Messages of other processes may be missing. */
  private onGap(): void {
    for (const engine of this.engines.values())
      engine.catchUp().catch((error: unknown) => this.complain(error));
  }

  /** Whether the leases still hold for sure: who was held up too long may have lost them. */
  private get mayAct(): boolean {
    return this.options.alone || performance.now() < this.heldUntilMs;
  }

  private tick(): void {
    if (!this.mayAct) return;
    const nowMs = this.options.now();
    for (const engine of this.engines.values()) {
      try {
        engine.tick(nowMs);
      } catch (error) {
        this.complain(error);
      }
    }
  }

  /** Takes and keeps leases; one look at a time. */
  private hold(): Promise<void> {
    this.holding ??= this.holdNow()
      .catch((error: unknown) => this.complain(error))
      .finally(() => {
        this.holding = null;
      });
    return this.holding;
  }

  private async holdNow(): Promise<void> {
    if (this.stopped) return;
    const { db, holder, alone } = this.options;
    const askedAtMs = performance.now();
    const held = await holdSessions(db, holder, LEASE_S, alone && this.first);
    this.first = false;
    this.heldUntilMs = askedAtMs + LEASE_S * 1000;
    const ids = new Set(held.map(({ sessionId }) => sessionId));
    for (const [id, engine] of this.engines) {
      engine.lost ||= !ids.has(id);
      if (engine.lost) this.inTurn(id, () => this.letGo(id, engine));
    }
    // First: who is entered now is looked at after it, so that no message goes astray in between.
    if (held.length > 0 || this.members.size > 0) await this.readMembers();
    for (const { sessionId, trackRevision } of held) {
      const known = this.engines.get(sessionId);
      if (!known) this.inTurn(sessionId, () => this.begin(sessionId));
      else if (known.isStale(trackRevision)) this.inTurn(sessionId, () => known.refresh());
    }
  }

  /** Does something for a session unless something is being done; the next look comes soon. */
  private inTurn(sessionId: number, job: () => Promise<void>): void {
    if (this.tasks.has(sessionId)) return;
    const task = job()
      .catch((error: unknown) => this.complain(error))
      .finally(() => this.tasks.delete(sessionId));
    this.tasks.set(sessionId, task);
  }

  private async readMembers(): Promise<void> {
    const asked = ++this.membersAsked;
    const members = await devicesInOpenSessions(this.options.db);
    // One that was asked later may have answered first.
    if (asked === this.membersAsked) this.members = members;
  }

  private async begin(sessionId: number): Promise<void> {
    const engine = new SessionEngine(this.options, sessionId);
    this.engines.set(sessionId, engine);
    const ask = () => (this.mayAct ? engine.ask(this.options.now()) : undefined);
    this.asks.set(sessionId, this.options.bus.subscribe(askTopic(sessionId), ask));
    // From now on its devices' messages find it; what came before is read from the database.
    try {
      await this.readMembers();
      await engine.refresh();
      ask();
    } catch (error) {
      // The next look begins it anew.
      this.forget(sessionId);
      throw error;
    }
  }

  private forget(sessionId: number): void {
    this.engines.delete(sessionId);
    this.asks.get(sessionId)?.();
    this.asks.delete(sessionId);
  }

  private async letGo(sessionId: number, engine: SessionEngine): Promise<void> {
    const session = await sessionById(this.options.db, sessionId);
    // Another process times it now.
    if (!session?.live) await engine.end(session);
    this.forget(sessionId);
  }

  private async closeSilent(): Promise<void> {
    try {
      const { db, silentS = 600, closeSilent } = this.options;
      for (const id of await silentSessions(db, silentS)) if (this.engines.has(id)) await closeSilent(id);
    } catch (error) {
      this.complain(error);
    }
  }

  private complain(error: unknown): void {
    const nowMs = this.options.now();
    if (nowMs - this.reportedAtMs < REPORT_EVERY_MS) return;
    this.reportedAtMs = nowMs;
    this.options.report(`Live timing waits: ${messageOf(error)}`);
  }

  abandon(): void {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const end of [...this.unsubscribe, ...this.asks.values()]) end();
    for (const engine of this.engines.values()) engine.lost = true;
    this.engines.clear();
  }

  /** Writes what is due and frees the leases, so that another process goes on at once. */
  async stop(): Promise<void> {
    const engines = [...this.engines.values()];
    await this.holding;
    for (const engine of engines) await engine.settled().catch((error: unknown) => this.complain(error));
    this.abandon();
    await releaseSessions(this.options.db, this.options.holder).catch((error: unknown) =>
      this.complain(error),
    );
  }
}

/** Starts timing in this process. */
export async function startEngines(options: EngineHostOptions): Promise<EngineHost> {
  const engines = new Engines(options);
  await engines.start();
  return engines;
}
