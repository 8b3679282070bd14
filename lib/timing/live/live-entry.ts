import type { Place } from '../crossing';
import { LapDetector } from '../lap-detector';
import type { OpenLap } from '../open-lap';
import { chainOf } from '../track-graph';
import type { Fix, Lap, TimingEvent } from '../types';
import { EntryBests, mayBeBest } from './entry-bests';
import { type EntryRecord, runningLap, viewOf } from './entry-view';
import { LineRecorder } from './lap-line';
import { LapLines } from './lap-lines';
import { LapProgress } from './lap-progress';
import type { Spot } from './path-follow';
import { PitWatch } from './pit-watch';
import type { ClosedLap, EntrySnapshot, EntryView, LapPath, LastFix, LiveEntryOptions } from './types';

/** A longer step is judged by its speeds too: the straight between its ends may be much shorter than the road. */
const LONG_STEP_MS = 3_000;

/**
 * One entry of a live session: fixes in, timing events out (exactly those of the detector), and everything that the
 * board shows of it. Deterministic in any portions; memory grows with the laps only.
 */
export class LiveEntry {
  private readonly detector: LapDetector;
  private readonly progress: LapProgress;
  private readonly pits: PitWatch;
  private readonly bests = new EntryBests();
  private readonly recorder = new LineRecorder();
  private readonly lines: LapLines;
  private readonly own: EntryRecord;
  /** What the board needs of it; true until the next fix. */
  readonly view: EntryView;

  constructor({ track, raceStartMs, path }: LiveEntryOptions) {
    this.own = { path, laps: [], completed: 0, from: null, fromM: 0, fix: null, running: null };
    this.detector = new LapDetector(track, { raceStartMs });
    this.progress = new LapProgress(path, chainOf(track).sectors);
    this.pits = new PitWatch(track);
    this.lines = new LapLines(path);
    const { detector, progress, pits, bests, lines, own } = this;
    this.view = viewOf({ detector, progress, pits, bests, lines, own });
  }

  /** Takes the next fix of the device; the fix may be reused by the caller afterwards. */
  push(fix: Fix): readonly TimingEvent[] {
    const { lap: before } = this.detector.current;
    const events = this.detector.push(fix);
    const { place, lap } = this.detector.current;
    const { from } = this.own;
    if (!place || place.timeMs === from?.timeMs) return events;
    const to = spotOf(place);
    const wayM = this.wayM(from, to);
    for (const event of events) if (event.type !== 'crossing') this.takeLap(event, before, from, to, wayM);
    if (lap !== before || !from) this.openLap(lap, from, to, wayM);
    else {
      this.progress.drive(to, wayM);
      this.recorder.drive(from, to);
    }
    this.own.from = to;
    this.own.fromM = this.detector.odometerM;
    this.own.fix = { timeMs: fix.timeMs, x: fix.x, y: fix.y, ...knownMotion(to) };
    this.watch(events, lap);
    return events;
  }

  /** The device or the session is over: closes the open lap. */
  finish(): readonly TimingEvent[] {
    const events = this.detector.finish();
    for (const event of events) if (event.type === 'lap') this.own.laps.push(closedLap(event.lap, false));
    this.progress.stop();
    this.recorder.stop();
    this.noteRunning(null);
    return events;
  }

  /** The sim does not count the running lap. */
  abort(): void {
    this.detector.abort();
    this.noteRunning(this.detector.current.lap);
  }

  /** The car was put elsewhere (reset, garage). */
  reset(): void {
    this.detector.reset();
    this.progress.forget();
    this.recorder.stop();
    this.noteRunning(this.detector.current.lap);
  }

  /** Another reference path from now on: the running lap is gone through again, older mini-sectors are forgotten. */
  setPath(path: LapPath | null): void {
    this.own.path = path;
    this.lines.setPath(path);
    this.bests.forgetMinis();
    this.progress.setPath(path, this.recorder.current, this.own.from);
    const { lap } = this.detector.current;
    if (!path && lap) this.progress.noteGates(lap.bounds);
    this.noteMinis();
  }

  private takeLap(
    event: Exclude<TimingEvent, { type: 'crossing' }>,
    before: OpenLap | null,
    from: Spot | null,
    to: Spot,
    wayM: number,
  ): void {
    const { lap } = event;
    const light = closedLap(lap, true);
    if (event.type === 'lap-corrected') {
      this.own.laps = this.own.laps.map((one) => (one.number === lap.number ? light : one));
      this.bests.correct(this.own.laps, lap.number);
      if (!mayBeBest(light)) this.lines.drop(lap.number);
      return;
    }
    if (lap.number > 0) this.own.completed++;
    if (!from || before?.number !== lap.number) {
      this.own.laps.push(light);
      return;
    }
    this.progress.noteGates(before.bounds);
    const part = partOfStep(from, to, lap.endMs);
    this.progress.end(lap.endMs, speedWithin(from, to, part), part * wayM);
    const line = lap.number > 0 ? this.recorder.end(lap.endMs, from, to) : null;
    // What ended with the green was no lap: nothing was crossed.
    const isGreen = lap.number === 0 && this.detector.current.lap?.fromGreen === true;
    this.own.laps.push(isGreen ? { ...light, crossed: false } : light);
    const isBest = this.bests.close(light, this.own.path ? (this.progress.passages[0] ?? null) : null);
    if (isBest && line) this.lines.add(light, line, before.fromGreen);
  }

  private openLap(lap: OpenLap | null, from: Spot | null, to: Spot, wayM: number): void {
    if (!lap) {
      this.progress.stop();
      this.recorder.stop();
      this.progress.drive(to, wayM);
      return;
    }
    const { number, startMs } = lap;
    if (!from || lap.fromGreen || number === 0) {
      this.progress.begin(this.own.completed, number, startMs, to, wayM);
    } else {
      const part = partOfStep(from, to, startMs);
      const speedMps = speedWithin(from, to, part);
      this.progress.crossLine(this.own.completed, number, startMs, speedMps, to, (1 - part) * wayM);
    }
    if (number > 0 && !lap.beganOut) this.recorder.begin(startMs, from, to);
    else this.recorder.stop();
  }

  /** After the fix: pits and the best times of the running lap. */
  private watch(events: readonly TimingEvent[], lap: OpenLap | null): void {
    const { inPit } = this.detector.current;
    this.pits.see({ events, lap, inPit, offM: this.own.path ? this.progress.offM : null });
    if (events.length > 0 || lap?.number !== this.own.running?.number) {
      if (lap) this.progress.noteGates(lap.bounds);
      this.noteRunning(lap);
    }
    this.noteMinis();
  }

  private noteRunning(lap: OpenLap | null): void {
    const running = runningLap(lap);
    this.own.running = running;
    if (running?.counts) this.bests.runSectors(running.number, running.startMs, running.sectorsMs);
    else this.bests.dropRunning();
  }

  private noteMinis(): void {
    const { path, running } = this.own;
    const [passages] = this.progress.passages;
    if (path && running?.counts && passages?.lap === running.number) this.bests.runMinis(passages);
  }

  /** Metres driven since the last fix. */
  private wayM(from: Spot | null, to: Spot): number {
    if (!from) return 0;
    const drivenM = this.detector.odometerM - this.own.fromM;
    const stepMs = to.timeMs - from.timeMs;
    const bySpeedM = (((from.speedMps + to.speedMps) / 2) * stepMs) / 1000;
    return stepMs > LONG_STEP_MS && bySpeedM > drivenM ? bySpeedM : drivenM;
  }

  /** All state as JSON-safe data. */
  snapshot(): EntrySnapshot {
    return {
      detector: this.detector.snapshot(),
      progress: this.progress.snapshot(),
      pits: this.pits.snapshot(),
      bests: this.bests.snapshot(),
      recorder: this.recorder.snapshot(),
      lines: this.lines.snapshot(),
      laps: [...this.own.laps],
      completed: this.own.completed,
      fix: this.own.fix && { ...this.own.fix },
      pathM: this.own.path?.lengthM ?? null,
    };
  }

  /** Goes on from a snapshot of an entry with the same track and green instant; its path may have been another. */
  restore(snapshot: EntrySnapshot): void {
    this.detector.restore(snapshot.detector);
    this.progress.restore(snapshot.progress);
    this.pits.restore(snapshot.pits);
    this.bests.restore(snapshot.bests);
    this.recorder.restore(snapshot.recorder);
    this.lines.restore(snapshot.lines);
    this.own.laps = [...snapshot.laps];
    this.own.completed = snapshot.completed;
    this.own.fix = snapshot.fix && { ...snapshot.fix };
    const { place } = this.detector.current;
    this.own.from = place && spotOf(place);
    this.own.fromM = this.detector.odometerM;
    this.own.running = runningLap(this.detector.current.lap);
    if (snapshot.pathM !== (this.own.path?.lengthM ?? null)) this.setPath(this.own.path);
  }
}

function closedLap({ sectors, distanceM: _, ...lap }: Lap, crossed: boolean): ClosedLap {
  return { ...lap, sectorsMs: sectors.map((sector) => sector.timeMs), crossed };
}

function spotOf({ timeMs, x, y, speedMps, courseDeg }: Place): Spot {
  return { timeMs, x, y, speedMps, courseDeg };
}

function knownMotion({ speedMps, courseDeg }: Spot): Pick<LastFix, 'speedMps' | 'courseDeg'> {
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  return { speedMps: known(speedMps), courseDeg: known(courseDeg) };
}

function partOfStep(from: Spot, to: Spot, timeMs: number): number {
  return Math.min(1, Math.max(0, (timeMs - from.timeMs) / (to.timeMs - from.timeMs)));
}

const speedWithin = (from: Spot, to: Spot, part: number) =>
  from.speedMps + part * (to.speedMps - from.speedMps);
