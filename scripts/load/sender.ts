import type { FeedLink } from '../replay/feed-link';
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

/** How often a sender looks whose turn it is; cars are spread over it evenly, as real ones are. */
const LOOK_MS = 5;

/** Sends each car's fix at its turn, `rateHz` times a second, until it is stopped; each fix is a message of its own. */
export function startSending(
  link: FeedLink,
  cars: readonly { ref: string; index: number }[],
  traffic: Traffic,
  rateHz: number,
  sent: Sent,
): () => void {
  const periodMs = 1000 / rateHz;
  const startMs = performance.now();
  const due = cars.map((_, place) => startMs + (place / cars.length) * periodMs);
  const newestMs = cars.map(() => 0);
  const send = ({ ref, index }: (typeof cars)[number], timeMs: number): void => {
    sent.sent++;
    link.ask({ type: 'fixes', device: ref, fixes: [traffic.fixAt(index, timeMs)] }).then(
      (ack) => {
        if (timeMs > sent.countsFromMs) sent.latency.add(Date.now() - timeMs);
        if (ack.type !== 'ack') return;
        sent.stored += ack.stored ?? 0;
        sent.duplicates += ack.duplicates ?? 0;
        for (const [reason, count] of Object.entries(ack.refused ?? {}))
          sent.refused[reason] = (sent.refused[reason] ?? 0) + count;
      },
      () => {
        sent.failed++;
      },
    );
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [place, car] of cars.entries()) {
      const atMs = due[place] ?? 0;
      const timeMs = Date.now();
      // Two fixes of one millisecond would be one.
      if (nowMs < atMs || timeMs <= (newestMs[place] ?? 0)) continue;
      newestMs[place] = timeMs;
      send(car, timeMs);
      // A sender that was held up leaves out what it missed, as a receiver does.
      due[place] = Math.max(atMs + periodMs, nowMs - periodMs);
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}
