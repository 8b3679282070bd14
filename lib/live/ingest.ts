import type { Fix, Frame } from '@/lib/timing/types';

/** Further values of a fix by name (battery, rpm, throttle …). */
export type Attributes = Record<string, number | string | boolean>;

/** A fix on its way in; unknown numbers are NaN. */
export type IncomingFix = Fix & { attributes: Attributes | null };

/** What the way in knows of a device. */
export type IngestDevice = {
  id: number;
  frame: Frame;
  /** Whether a fix older than the newest one is stored (backfill) or refused as `past` (drop). */
  late: 'drop' | 'backfill';
  /** Its times are the world's: one that lies ahead of the server's clock is wrong. Robots count from anywhere. */
  wallClock: boolean;
};

/** `stored` and `duplicate` are on disk; every other word is the reason why it is not. */
export type Verdict =
  | 'stored'
  | 'duplicate'
  | 'past'
  | 'conflict'
  | 'future'
  | 'out_of_range'
  | 'not_finite'
  | 'null_island';

/** Fixes of one device that were committed together, as everybody hears of them. */
export type CommittedFixes = {
  deviceId: number;
  frame: Frame;
  /** In order of time, as they are stored. */
  fixes: IncomingFix[];
  /** How many fixes of the device had been stored when these were: a follower that misses some sees it. */
  stored: number;
  /** The first of them lies before a fix that was stored earlier. */
  late: boolean;
  receivedAtMs: number;
};

/** The bus topic that every commit goes out on. */
export const FIXES_TOPIC = 'fixes';

/** The one way in for fixes. */
export type Ingest = {
  /**
   * Stores the fixes of one device and gives, once they are committed, the verdict of each in its order. Throws an
   * AppError 429 `busy` with Retry-After when too many wait already or the device sends more than it may.
   */
  take(device: IngestDevice, fixes: readonly IncomingFix[]): Promise<Verdict[]>;
  /** Counts fixes of a device that were refused before they could be taken (`malformed`). */
  refuse(deviceId: number, reason: string, count: number): void;
  /** What this process has taken and refused since its start. */
  counters(): IngestCounters;
  /** Waits until everything that was taken is committed. */
  drain(): Promise<void>;
};

export type IngestCounters = {
  taken: number;
  stored: number;
  duplicates: number;
  refused: Record<string, number>;
  /** Fixes that wait to be committed. */
  waiting: number;
  /** Requests turned away because too much waited. */
  turnedAway: number;
  commits: number;
};
