import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type BusMessage, busMessage } from './bus';

/** One message of the past; packed when it is no longer likely to be needed at once. */
type Past = { id: string; atMs: number; isSnapshot: boolean; held: BusMessage | Buffer };

/** The messages of a board since some time ago, by numbers that count from the first ever. */
export type FrameHistory = {
  /** `atMs` is when it came, on a clock that only grows. */
  add(message: BusMessage, atMs: number, isSnapshot: boolean): void;
  /** The number of the first message that came after `atMs`; the next number that will be given when there is none. */
  firstAfter(atMs: number): number;
  /** The number of the newest snapshot before the number `end`; null = none is kept. */
  snapshotBefore(end: number): number | null;
  /** A message and when it came; null = gone, or not there yet. */
  at(number: number): { message: BusMessage; atMs: number } | null;
  /** The number of the oldest message that is kept. */
  first(): number;
};

export const HISTORY_LIMITS = { looseMs: 10_000, bytes: 64e6 } as const;

/**
 * Keeps `ageMs` of messages for viewers who see everything late. Frames of a board are much alike: packed, five minutes
 * of sixty cars take a few megabytes.
 */
export function frameHistory(ageMs: number): FrameHistory {
  const kept: Past[] = [];
  let gone = 0;
  /** How many of the oldest are packed, and what they weigh. */
  let packed = 0;
  let bytes = 0;

  const forget = (count: number): void => {
    for (const past of kept.splice(0, count)) if (Buffer.isBuffer(past.held)) bytes -= past.held.length;
    gone += count;
    packed = Math.max(0, packed - count);
  };
  const pack = (nowMs: number): void => {
    for (let past = kept[packed]; past && nowMs - past.atMs > HISTORY_LIMITS.looseMs; past = kept[packed]) {
      if (!Buffer.isBuffer(past.held)) {
        past.held = deflateRawSync(past.held.json, { level: 1 });
        bytes += past.held.length;
      }
      packed++;
    }
  };
  return {
    add(message, atMs, isSnapshot) {
      kept.push({ id: message.id, atMs, isSnapshot, held: message });
      pack(atMs);
      let old = 0;
      while (old < kept.length && atMs - (kept[old]?.atMs ?? atMs) > ageMs) old++;
      if (old > 0) forget(old);
      while (bytes > HISTORY_LIMITS.bytes) forget(1);
    },
    firstAfter(atMs) {
      let at = kept.length;
      while (at > 0 && (kept[at - 1]?.atMs ?? atMs) > atMs) at--;
      return gone + at;
    },
    snapshotBefore(end) {
      for (let at = Math.min(end - gone, kept.length) - 1; at >= 0; at--)
        if (kept[at]?.isSnapshot) return gone + at;
      return null;
    },
    at(number) {
      const past = kept[number - gone];
      return past ? { message: unpacked(past), atMs: past.atMs } : null;
    },
    first: () => gone,
  };
}

function unpacked({ id, held }: Past): BusMessage {
  if (!Buffer.isBuffer(held)) return held;
  const json = inflateRawSync(held).toString();
  return busMessage(id, JSON.parse(json), json);
}
