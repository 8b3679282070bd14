import { packLine, unpackLine } from './lap-line';
import { referenceLap } from './reference-lap';
import type { ClosedLap, LapLine, LapPath, LineSnapshot, LinesState, ReferenceLap } from './types';

type Kept = {
  number: number;
  timeMs: number;
  fromGreen: boolean;
  line: LapLine;
  packed: LineSnapshot;
  reference: ReferenceLap | null;
};

/** Lines kept: the best one and, for when that is corrected, the one it took the place of. */
const LINES_KEPT = 2;

/** The driven lines of an entry's fastest laps. */
export class LapLines {
  /** Fastest first. */
  private kept: Kept[] = [];

  constructor(private path: LapPath | null) {}

  /** The fastest lap's; null without a path to compare along. */
  get reference(): ReferenceLap | null {
    const [best] = this.kept;
    if (!best || !this.path) return null;
    best.reference ??= referenceLap(best.number, best.timeMs, best.line, this.path);
    return best.reference;
  }

  /** A line to learn a path from: from line to line, not from a standing start. */
  get flying(): LapLine | null {
    return this.kept.find((one) => !one.fromGreen)?.line ?? null;
  }

  /** A new best lap with its line. */
  add({ number, timeMs }: ClosedLap, line: LapLine, fromGreen: boolean): void {
    const one = { number, timeMs, fromGreen, line, packed: packLine(line), reference: null };
    this.kept = [one, ...this.kept].slice(0, LINES_KEPT);
  }

  /** The lap of this number is no best lap. */
  drop(number: number): void {
    this.kept = this.kept.filter((one) => one.number !== number);
  }

  setPath(path: LapPath | null): void {
    this.path = path;
    for (const one of this.kept) one.reference = null;
  }

  snapshot(): LinesState {
    return this.kept.map(({ number, timeMs, fromGreen, packed }) => ({
      number,
      timeMs,
      fromGreen,
      line: packed,
    }));
  }

  restore(state: LinesState): void {
    this.kept = state.map(({ line: packed, ...lap }) => ({
      ...lap,
      packed,
      line: unpackLine(packed),
      reference: null,
    }));
  }
}
