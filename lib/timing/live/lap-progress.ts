import { follow, roadM, type Spot, whereabouts } from './path-follow';
import {
  type LapLine,
  type LapPath,
  MINI_SECTORS,
  type OnRoad,
  type Passages,
  type ProgressState,
} from './types';

/** Laps kept beside the running one: no car is timed against an older one. */
const LAPS_KEPT = 2;

/**
 * How far a car is in its lap, and when it passed the boundaries of the mini-sectors. The line crossings of the
 * detector begin and end a lap; between them the projection on the path says where it is, held within the lap when it
 * runs ahead of the crossing or lags behind. Without a path only the gates are boundaries.
 */
export class LapProgress {
  private state: ProgressState = { at: null, on: null, wayM: 0, mostM: 0, passings: [], running: false };

  /** `gates`: timed gates of a lap. */
  constructor(
    private path: LapPath | null,
    private readonly gates: number,
  ) {}

  get parts(): number {
    return this.path ? MINI_SECTORS : this.gates;
  }

  get passages(): readonly Passages[] {
    return this.state.passings;
  }

  /** Part of the running lap, 0 … 1. */
  get lapPart(): number | null {
    if (!this.path || !this.state.on) return null;
    return this.state.running ? this.state.mostM / this.path.lengthM : 0;
  }

  /** Way in the lap in metres while the car is on the road: below 0 before the line, above the length beyond it. */
  get lapM(): number | null {
    const { at, on } = this.state;
    return at && on && at.timeMs === on.timeMs ? on.lapM : null;
  }

  /** Distance from the path in metres; null without one. */
  get offM(): number | null {
    return this.state.at?.offM ?? null;
  }

  /** The next fix, `wayM` metres on, with no line between. */
  drive(to: Spot, wayM: number): void {
    if (this.path) this.moveTo(this.path, to, wayM);
  }

  /** A lap begins where nothing was crossed: the first fix, or a race's green. The car may stand before the line. */
  begin(round: number, lap: number, startMs: number, to: Spot, wayM: number): void {
    this.open(round, lap, startMs);
    const { path } = this;
    if (!path) return;
    if (this.state.at) {
      follow(path, this.state.at, to, wayM);
      this.count(path, to, this.state.at.sM);
    } else this.place(path, to);
  }

  /** The first place of a lap that no line crossing began. */
  private place(path: LapPath, to: Spot): void {
    this.state.at = whereabouts(path, to);
    if (this.state.at.offM <= roadM(path)) this.count(path, to, this.state.at.sM);
  }

  private count(path: LapPath, to: Spot, sM: number): void {
    const [running] = this.state.passings;
    if (!running) return;
    // Lap 0 has no line behind it: its way is the place on the path.
    const lapM = running.lap > 0 && path.closed && sM > path.lengthM / 2 ? sM - path.lengthM : sM;
    this.settle(to, sM, lapM);
    this.state.mostM = Math.max(0, lapM);
    running.passed = Math.floor(this.state.mostM / (path.lengthM / this.parts));
  }

  /** The running lap ended. `speedMps` at that instant; `wayM` driven since the fix before. */
  end(endMs: number, speedMps: number, wayM: number): void {
    const { path, state } = this;
    const [running] = state.passings;
    state.running = false;
    if (!running) return;
    if (path && state.on) {
      const leftM = path.lengthM - state.on.lapM;
      const isLikely = leftM <= 1.5 * (state.wayM + wayM) + roadM(path);
      if (isLikely) this.pass(state.on, { timeMs: endMs, lapM: path.lengthM, speedMps: known(speedMps) });
    }
    running.atMs[this.parts] = endMs;
    running.passed = this.parts;
  }

  /** A lap begins at a line crossing; `to` is the fix after it, `wayM` metres on from the line. */
  crossLine(round: number, lap: number, startMs: number, speedMps: number, to: Spot, wayM: number): void {
    this.open(round, lap, startMs);
    const { path, state } = this;
    if (!path) return;
    this.anchorAtStart(path, startMs, wayM);
    state.on = { timeMs: startMs, lapM: 0, sM: 0, speedMps: known(speedMps) };
    state.wayM = 0;
    this.moveTo(path, to, wayM);
  }

  /** The running lap's gates, where they are the boundaries; `bounds` from the start on. */
  noteGates(bounds: readonly (number | null)[]): void {
    const [running] = this.state.passings;
    if (this.path || !running) return;
    for (let i = 1; i < bounds.length; i++) {
      const atMs = bounds[i] ?? null;
      running.atMs[i] = atMs;
      if (atMs !== null) running.passed = Math.max(running.passed, i);
    }
  }

  /** The car was put elsewhere: look for it anew. */
  forget(): void {
    this.state.at = null;
  }

  /** No lap runs. */
  stop(): void {
    this.state.running = false;
  }

  /** Another path from now on; the running lap is gone through again by its line so far, else found at `last`. */
  setPath(path: LapPath | null, line: LapLine | null, last: Spot | null): void {
    this.path = path;
    const { running: isRunning, passings } = this.state;
    const running = isRunning ? passings[0] : undefined;
    const closed = isRunning ? passings.slice(1) : passings;
    const { parts } = this;
    for (const passing of closed) {
      const marks = emptyMarks(parts, passing.atMs[0] ?? null);
      marks[parts] = passing.atMs.at(-1) ?? null;
      passing.atMs = marks;
      passing.passed = parts;
    }
    this.state = { at: null, on: null, wayM: 0, mostM: 0, passings: closed, running: isRunning };
    const startMs = running?.atMs[0] ?? null;
    if (running) this.open(running.round, running.lap, startMs ?? 0);
    if (!path) return;
    if (running && line && startMs !== null) this.driveLine(path, line, startMs);
    else if (last) this.moveTo(path, last, 0);
  }

  private driveLine(path: LapPath, line: LapLine, startMs: number): void {
    for (let i = 0; i < line.timeMs.length; i++) {
      const [x, y] = [line.xM[i] ?? 0, line.yM[i] ?? 0];
      const timeMs = startMs + (line.timeMs[i] ?? 0);
      const spot = { timeMs, x, y, speedMps: Number.NaN, courseDeg: Number.NaN };
      const { at } = this.state;
      if (at) this.moveTo(path, spot, Math.hypot(x - at.xM, y - at.yM));
      else this.place(path, spot);
    }
  }

  private open(round: number, lap: number, startMs: number): void {
    const { state } = this;
    // What was driven before the first line counts for nothing.
    const kept = state.passings.filter((passing) => passing.lap > 0).slice(0, LAPS_KEPT);
    state.passings = [{ round, lap, passed: 0, atMs: emptyMarks(this.parts, startMs) }, ...kept];
    state.mostM = 0;
    state.running = true;
  }

  private anchorAtStart(path: LapPath, timeMs: number, wayM: number): void {
    const { at } = this.state;
    if (at) {
      const fromStartM = path.closed ? Math.min(at.sM, path.lengthM - at.sM) : at.sM;
      if (fromStartM <= 1.5 * wayM + roadM(path)) return;
    }
    const [xM = 0, yM = 0] = [path.xM[0], path.yM[0]];
    this.state.at = { segment: 0, sM: 0, offM: 0, astray: 0, timeMs, xM, yM };
  }

  private moveTo(path: LapPath, to: Spot, wayM: number): void {
    const { state } = this;
    state.wayM += wayM;
    if (state.at) follow(path, state.at, to, wayM);
    else state.at = whereabouts(path, to);
    const { at, on } = state;
    if (at.offM > roadM(path)) return;
    let lapM = at.sM;
    if (on) lapM = on.lapM + this.advanceM(path, at.sM - on.sM);
    const partM = path.lengthM / this.parts;
    if (state.passings[0]?.lap === 0 && lapM > path.lengthM + partM / 2)
      lapM = this.beginRound(lapM - path.lengthM);
    if (on) this.pass(on, { timeMs: to.timeMs, lapM, speedMps: known(to.speedMps) });
    state.mostM = Math.max(state.mostM, Math.min(lapM, path.lengthM));
    this.settle(to, at.sM, lapM);
  }

  /** On a circuit a place is reached again every lap: the way that fits what was driven. */
  private advanceM(path: LapPath, stepM: number): number {
    if (!path.closed) return stepM;
    const half = path.lengthM / 2;
    const least = stepM > half ? stepM - path.lengthM : stepM < -half ? stepM + path.lengthM : stepM;
    const more = least + path.lengthM;
    return Math.abs(more - this.state.wayM) < Math.abs(least - this.state.wayM) ? more : least;
  }

  /** A car that has not crossed its first line yet came past the start beside the gate, in the pit lane perhaps. */
  private beginRound(lapM: number): number {
    const [running] = this.state.passings;
    if (running) {
      running.passed = 0;
      running.atMs = emptyMarks(this.parts, running.atMs[0] ?? null);
    }
    this.state.mostM = 0;
    this.state.on = null;
    return lapM;
  }

  private settle(to: Spot, sM: number, lapM: number): void {
    this.state.on = { timeMs: to.timeMs, lapM, sM, speedMps: known(to.speedMps) };
    this.state.wayM = 0;
  }

  /** Notes the boundaries between two places of the lap. */
  private pass(
    from: Pick<OnRoad, 'timeMs' | 'lapM' | 'speedMps'>,
    to: Pick<OnRoad, 'timeMs' | 'lapM' | 'speedMps'>,
  ): void {
    const [running] = this.state.passings;
    if (!running || !this.path) return;
    const partM = this.path.lengthM / this.parts;
    while (running.passed + 1 < this.parts && (running.passed + 1) * partM <= to.lapM) {
      const next = ++running.passed;
      const wayM = next * partM - from.lapM;
      running.atMs[next] = wayM >= 0 ? from.timeMs + timeOfWayMs(from, to, wayM) : null;
    }
  }

  snapshot(): ProgressState {
    return structuredClone(this.state);
  }

  restore(state: ProgressState): void {
    this.state = structuredClone(state);
  }
}

const known = (speedMps: number) => (Number.isNaN(speedMps) ? null : speedMps);

function emptyMarks(parts: number, startMs: number | null): (number | null)[] {
  const marks: (number | null)[] = new Array(parts + 1).fill(null);
  marks[0] = startMs;
  return marks;
}

/** Speeds and the way on the path may differ by this factor before the speeds are not believed. */
const SPEED_RATIO_MAX = 2;

/**
 * Time in ms after `from` at which `wayM` of the step was driven, to the microsecond: constant acceleration between
 * the two speeds, scaled so that they make the step; evenly where they are not known.
 */
function timeOfWayMs(
  from: Pick<OnRoad, 'timeMs' | 'lapM' | 'speedMps'>,
  to: Pick<OnRoad, 'timeMs' | 'lapM' | 'speedMps'>,
  wayM: number,
): number {
  const stepMs = to.timeMs - from.timeMs;
  const stepM = to.lapM - from.lapM;
  const exact = (part: number) => Math.round(part * stepMs * 1000) / 1000;
  const [v0, v1] = [from.speedMps, to.speedMps];
  if (!(stepM > 0)) return 0;
  if (v0 === null || v1 === null) return exact(wayM / stepM);
  const ratio = (2 * stepM * 1000) / ((v0 + v1) * stepMs);
  if (!(ratio < SPEED_RATIO_MAX && ratio > 1 / SPEED_RATIO_MAX)) return exact(wayM / stepM);
  // wayM = b·u + a·u², with u the part of the step's time.
  const b = (v0 * ratio * stepMs) / 1000;
  const a = ((v1 - v0) * ratio * stepMs) / 2000;
  const root = Math.sqrt(Math.max(0, b * b + 4 * a * wayM));
  return exact(Math.min(1, (2 * wayM) / (b + root)));
}
