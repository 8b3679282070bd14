import type { Fix, TimingEvent } from '../types';
import type { EntryView, LapPath, LastFix } from './types';

/** An entry of a session that has no track: where it is and how fast, and no laps. */
export class TracklessEntry {
  private lastFix: LastFix | null = null;

  push(fix: Fix): readonly TimingEvent[] {
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    const { timeMs, x, y } = fix;
    this.lastFix = { timeMs, x, y, speedMps: known(fix.speedMps), courseDeg: known(fix.courseDeg) };
    return [];
  }

  finish(): readonly TimingEvent[] {
    return [];
  }

  setPath(_path: LapPath): void {}

  /** There is nothing to go on from. */
  snapshot(): null {
    return null;
  }

  get view(): EntryView {
    const { lastFix } = this;
    return {
      laps: [],
      lapsCompleted: 0,
      running: null,
      lastFix,
      intervalMs: Number.NaN,
      state: lastFix ? 'track' : 'waiting',
      stint: { number: 1, laps: 0 },
      pitStops: 0,
      parts: 0,
      hasMinis: false,
      passages: [],
      best: null,
      bestSectors: [],
      bestMinis: [],
      reference: null,
      lapLine: null,
      lapPart: null,
      odometerM: 0,
      deltaTo: () => null,
    };
  }
}
