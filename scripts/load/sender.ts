import { FEED_LIMITS, type FeedFix } from '@/lib/contracts/feeds';
import type { Ack, FeedLink } from '../replay/feed-link';
import type { Histogram } from './histogram';
import type { Traffic } from './traffic';

/** What all senders sent and heard together. */
export type Sent = {
  sent: number;
  stored: number;
  duplicates: number;
  refused: Record<string, number>;
  failed: number;
  /** From a fix's time to its acknowledgement: it is on disk. */
  latency: Histogram;
  /** Latencies of earlier fixes do not count: everybody is still arriving. */
  countsFromMs: number;
};

/** How often a sender looks whose turn it is; cars are spread over a second evenly, as real ones are. */
const LOOK_MS = 10;
/** Messages without an answer, beyond which a sender gathers what its cars say. */
const MOST_PENDING = 24;

/**
 * Sends each car's fixes at its turn, `rateHz` times a second, until it is stopped; none is left out. What gathers while
 * the server is slow goes out in messages of the size that it takes.
 */
export function startSending(
  link: Pick<FeedLink, 'ask' | 'pending'>,
  cars: readonly { ref: string; index: number }[],
  traffic: Traffic,
  rateHz: number,
  sent: Sent,
): () => void {
  const periodMs = 1000 / rateHz;
  const startMs = Date.now();
  const next = cars.map((_, place) => startMs + (place / cars.length) * periodMs);
  const gathered = cars.map((): FeedFix[] => []);
  const gather = (): void => {
    const nowMs = Date.now();
    for (const [place, { index }] of cars.entries()) {
      let atMs = next[place] ?? nowMs;
      for (; atMs <= nowMs; atMs += periodMs) gathered[place]?.push(traffic.fixAt(index, Math.round(atMs)));
      next[place] = atMs;
    }
  };
  const share = Math.floor(FEED_LIMITS.fixesPerMessage / cars.length);
  /** Sends a message; false when nothing is gathered. */
  const send = (): boolean => {
    const of = cars.flatMap(({ ref }, place) => {
      const fixes = gathered[place]?.splice(0, share) ?? [];
      return fixes.length > 0 ? [{ device: ref, fixes }] : [];
    });
    if (of.length === 0) return false;
    const timesMs = of.flatMap(({ fixes }) => fixes.map(([timeMs]) => timeMs));
    sent.sent += timesMs.length;
    link.ask({ type: 'batch', of }).then(
      (ack) => heard(sent, timesMs, ack),
      () => {
        sent.failed += timesMs.length;
      },
    );
    return true;
  };
  const timer = setInterval(() => {
    gather();
    while (link.pending < MOST_PENDING && send());
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    while (send());
  };
}

function heard(sent: Sent, timesMs: readonly number[], ack: Ack): void {
  const nowMs = Date.now();
  for (const timeMs of timesMs) if (timeMs > sent.countsFromMs) sent.latency.add(nowMs - timeMs);
  if (ack.type !== 'ack') return;
  sent.stored += ack.stored ?? 0;
  sent.duplicates += ack.duplicates ?? 0;
  for (const [reason, count] of Object.entries(ack.refused ?? {}))
    sent.refused[reason] = (sent.refused[reason] ?? 0) + count;
}
