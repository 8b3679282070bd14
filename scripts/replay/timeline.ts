import { FEED_LIMITS, type FeedFix } from '@/lib/contracts/feeds';
import type { Channel } from '@/lib/timing/types';
import { type Car, durationMsOf } from './cars';

/** Fixes of some cars that go out together. */
export type Parcel = { car: number; fixes: FeedFix[] }[];

export type Timeline = {
  /** Epoch ms of the first fix of all, as it is sent; whole milliseconds lie between this and the recording's own. */
  fromMs: number;
  /** Epoch ms of the last one: the wall clock's when it is sent, or earlier in a replay slower than driven. */
  toMs: number;
  fixes: number;
  /** The fixes up to an instant of the wall clock that were not given yet, in parcels of a message's size. */
  due(nowMs: number): Parcel[];
  /** The same up to a part of the recording, for a replay as fast as it goes. */
  dueUntil(timelineMs: number): Parcel[];
  /** Whether all were given. */
  done(): boolean;
};

/**
 * Plays cars on one clock (begun at 0) from `nowMs` on, `speed` times as fast (infinite = at once). Times keep their
 * distances, so laps are what they were. All are shifted so that none lies ahead of the clock: the last one falls at
 * the replay's end, or, slower than driven, the first one at its begin.
 */
export function timelineOf(cars: readonly Car[], speed: number, nowMs: number): Timeline {
  const durationMs = durationMsOf(cars);
  const firstMs = Math.min(...cars.map(({ fixes }) => fixes.timeMs[0] ?? 0));
  const endMs = nowMs + durationMs / Math.max(1, speed);
  const offsetMs = Math.floor(endMs - durationMs - firstMs);
  const next = cars.map(() => 0);
  const most = cars.map(fixesPerMessage);

  const dueUntil = (timelineMs: number): Parcel[] => {
    const parcels: Parcel[] = [];
    // A part of a message is free.
    let free = 0;
    for (const [index, car] of cars.entries()) {
      const share = 1 / (most[index] ?? 1);
      let fixes: FeedFix[] | null = null;
      let row = next[index] ?? 0;
      for (; (car.fixes.timeMs[row] ?? Number.POSITIVE_INFINITY) <= timelineMs; row++) {
        if (free < share) {
          parcels.push([]);
          [free, fixes] = [1, null];
        }
        if (!fixes) {
          fixes = [];
          parcels.at(-1)?.push({ car: index, fixes });
        }
        fixes.push(feedFixOf(car, row, offsetMs));
        free -= share;
      }
      next[index] = row;
    }
    return parcels;
  };

  return {
    fromMs: firstMs + offsetMs,
    toMs: firstMs + durationMs + offsetMs,
    fixes: cars.reduce((sum, { fixes }) => sum + fixes.count, 0),
    due: (atMs) => dueUntil(firstMs + (atMs - nowMs) * speed),
    dueUntil,
    done: () => cars.every(({ fixes }, index) => next[index] === fixes.count),
  };
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function feedFixOf({ fixes, channels }: Car, row: number, offsetMs: number): FeedFix {
  return [
    Math.round(((fixes.timeMs[row] ?? 0) + offsetMs) * 1000) / 1000,
    fixes.x[row] ?? 0,
    fixes.y[row] ?? 0,
    known(fixes.speedMps[row]),
    known(fixes.courseDeg[row]),
    known(fixes.altitudeM[row]),
    known(fixes.accuracyM[row]),
    attributesAt(channels, row),
  ];
}

/** So many fixes of a car fit into a message: a number has at most 24 characters, a name can need six for one. */
function fixesPerMessage({ channels }: Car): number {
  const bytes = channels.reduce((sum, { name }) => sum + 6 * name.length + 30, 200);
  return Math.max(1, Math.min(FEED_LIMITS.fixesPerMessage, Math.floor((FEED_LIMITS.bytes * 0.9) / bytes)));
}

/** More channels than a fix may carry are left out, the last ones first. */
const MOST_CHANNELS = 64;

function attributesAt(channels: readonly Channel[], row: number): Record<string, number> | null {
  const attributes: Record<string, number> = {};
  let count = 0;
  for (const { name, values } of channels.slice(0, MOST_CHANNELS)) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    attributes[name.slice(0, 60)] = value;
    count++;
  }
  return count > 0 ? attributes : null;
}
