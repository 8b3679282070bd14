import type { Spot } from './path-follow';
import type { LapLine, LineSnapshot, RecorderState } from './types';

type Line = { timeMs: number[]; xM: number[]; yM: number[] };

/** Steps longer than this get points between them. */
const FILL_ABOVE_MS = 150;
const FILL_STEP_MS = 100;
/** Over longer steps nobody knows the line. */
const FILL_BELOW_MS = 3_000;
/** Fixes that come faster than this tell no more of a line. */
const LEAST_STEP_MS = 39;
/** A lap with more points than this (half an hour at the full rate) is no reference. */
const MOST_POINTS = 45_000;
const PER_METRE = 10_000;
const RAD = Math.PI / 180;

/** Records the line that a lap drives, with a point exactly at its start and end. */
export class LineRecorder {
  private line: Line | null = null;
  private startMs = 0;

  /** The line of the running lap so far; null when none is recorded. */
  get current(): LapLine | null {
    return this.line;
  }

  /** A lap begins on the step between two fixes (`from` null: at `to`). */
  begin(startMs: number, from: Spot | null, to: Spot): void {
    this.line = { timeMs: [], xM: [], yM: [] };
    this.startMs = startMs;
    if (from && startMs >= from.timeMs) this.addBetween(from, to, startMs);
    if (from) this.fill(from, to, Math.max(startMs, from.timeMs), to.timeMs);
    this.add(to.timeMs, to.x, to.y, true);
  }

  /** The next fix within the lap. */
  drive(from: Spot, to: Spot): void {
    if (!this.line) return;
    this.fill(from, to, from.timeMs, to.timeMs);
    this.add(to.timeMs, to.x, to.y, false);
  }

  /** The lap ends on the step between two fixes; gives its whole line. */
  end(endMs: number, from: Spot, to: Spot): LapLine | null {
    const { line } = this;
    if (!line) return null;
    this.fill(from, to, from.timeMs, endMs);
    this.addBetween(from, to, endMs);
    this.line = null;
    return line;
  }

  stop(): void {
    this.line = null;
  }

  private fill(from: Spot, to: Spot, afterMs: number, beforeMs: number): void {
    const stepMs = to.timeMs - from.timeMs;
    if (stepMs <= FILL_ABOVE_MS || stepMs >= FILL_BELOW_MS) return;
    const count = Math.ceil(stepMs / FILL_STEP_MS);
    for (let i = 1; i < count; i++) {
      const timeMs = from.timeMs + (i * stepMs) / count;
      if (timeMs > afterMs && timeMs < beforeMs) this.addBetween(from, to, timeMs);
    }
  }

  private addBetween(from: Spot, to: Spot, timeMs: number): void {
    const { x, y } = spotBetween(from, to, timeMs);
    this.add(timeMs, x, y, true);
  }

  private add(timeMs: number, x: number, y: number, always: boolean): void {
    const { line } = this;
    if (!line) return;
    const sinceMs = Math.round((timeMs - this.startMs) * 1000) / 1000;
    const lastMs = line.timeMs[line.timeMs.length - 1] ?? Number.NEGATIVE_INFINITY;
    if (sinceMs <= lastMs || (!always && sinceMs - lastMs < LEAST_STEP_MS)) return;
    line.timeMs.push(sinceMs);
    line.xM.push(Math.round(x * PER_METRE) / PER_METRE);
    line.yM.push(Math.round(y * PER_METRE) / PER_METRE);
    if (line.timeMs.length > MOST_POINTS) this.line = null;
  }

  snapshot(): RecorderState {
    return { startMs: this.startMs, line: this.line && packLine(this.line) };
  }

  restore({ startMs, line }: RecorderState): void {
    this.startMs = startMs;
    this.line = line && unpackLine(line);
  }
}

export function packLine(line: LapLine): LineSnapshot {
  return {
    timeUs: differences(line.timeMs, 1000),
    x: differences(line.xM, PER_METRE),
    y: differences(line.yM, PER_METRE),
  };
}

export function unpackLine(packed: LineSnapshot): Line {
  return {
    timeMs: sums(packed.timeUs, 1000),
    xM: sums(packed.x, PER_METRE),
    yM: sums(packed.y, PER_METRE),
  };
}

function differences(values: readonly number[], perUnit: number): number[] {
  let before = 0;
  return values.map((value) => {
    const whole = Math.round(value * perUnit);
    const step = whole - before;
    before = whole;
    return step;
  });
}

function sums(steps: readonly number[], perUnit: number): number[] {
  let whole = 0;
  return steps.map((step) => {
    whole += step;
    return whole / perUnit;
  });
}

/** Metres per second along x and y; null when not known. A standing car needs no course. */
function velocity(spot: Spot): { x: number; y: number } | null {
  if (spot.speedMps === 0) return { x: 0, y: 0 };
  if (Number.isNaN(spot.speedMps) || Number.isNaN(spot.courseDeg)) return null;
  const course = spot.courseDeg * RAD;
  return { x: spot.speedMps * Math.sin(course), y: spot.speedMps * Math.cos(course) };
}

/**
 * Where the car was between two fixes: on the cubic through both with their velocities, on the straight where these
 * are not known or do not fit the way.
 */
function spotBetween(from: Spot, to: Spot, timeMs: number): { x: number; y: number } {
  const stepMs = to.timeMs - from.timeMs;
  const u = stepMs > 0 ? (timeMs - from.timeMs) / stepMs : 1;
  const [x, y] = [to.x - from.x, to.y - from.y];
  const straight = { x: from.x + u * x, y: from.y + u * y };
  const [v0, v1] = [velocity(from), velocity(to)];
  const expectedM = ((from.speedMps + to.speedMps) / 2) * (stepMs / 1000);
  const wayM = Math.hypot(x, y);
  if (!v0 || !v1 || stepMs >= FILL_BELOW_MS || wayM > 1.5 * expectedM || expectedM > 2 * wayM)
    return straight;
  const stepS = stepMs / 1000;
  const [h0, h1] = [u * (1 - u) * (1 - u) * stepS, u * u * (u - 1) * stepS];
  const s = u * u * (3 - 2 * u);
  return { x: from.x + s * x + h0 * v0.x + h1 * v1.x, y: from.y + s * y + h0 * v0.y + h1 * v1.y };
}
