import type { FeedUp } from '@/lib/contracts/feeds';
import type { Car } from './cars';
import type { Ack, FeedLink } from './feed-link';
import { type Parcel, timelineOf } from './timeline';

export type PlayOptions = {
  cars: readonly Car[];
  /** Times as fast as driven; infinite = as fast as the server takes it. */
  speed: number;
  session: {
    name: string;
    kind: 'practice' | 'qualifying' | 'race';
    track_id?: number | null;
    track?: Record<string, unknown> | null;
  };
  /** Ends the replay early: what is on the way is waited for, then the session closes. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (counts: PlayCounts) => void;
};

export type PlayCounts = {
  /** How far into the recording, and how long it is. */
  atMs: number;
  durationMs: number;
  fixes: number;
  sent: number;
  stored: number;
  duplicates: number;
  refused: Record<string, number>;
  sessionId: number;
};

/** Wall time between two sendings. */
const TICK_MS = 100;
/** Of a replay at full speed so much of the recording is sent at a time, so that the cars stay together. */
const SLICE_MS = 5_000;
/** So many messages without an answer are enough to keep the server busy. */
const AHEAD = 64;

const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** Sends cars as a live session from now on; gives the counts when the session is closed. */
export async function play(link: FeedLink, options: PlayOptions): Promise<PlayCounts> {
  const { cars, speed, signal, onProgress = () => {} } = options;
  const startMs = Date.now();
  const timeline = timelineOf(cars, speed, startMs);
  const ref = (car: number): string => `car ${car + 1}`;
  // Each replay has devices of its own: the same fixes again at other times are other fixes.
  const devices = cars.map(({ key, name, fixes }, index): FeedUp => {
    const external_id = `replay:${key.slice(0, 100)}:${startMs}`;
    return { type: 'device', ref: ref(index), external_id, name: name.slice(0, 150), frame: fixes.frame };
  });
  await Promise.all(devices.map((device) => link.ask(device)));
  const sessionId = await open(link, options, timeline.fromMs, ref);
  const durationMs = timeline.toMs - timeline.fromMs;
  const counts: PlayCounts = {
    ...{ atMs: 0, durationMs, fixes: timeline.fixes, sent: 0, stored: 0, duplicates: 0, refused: {} },
    sessionId,
  };
  let fault: unknown = null;
  const send = (parcel: Parcel): void => {
    counts.sent += parcel.reduce((sum, { fixes }) => sum + fixes.length, 0);
    link.ask({ type: 'batch', of: parcel.map(({ car, fixes }) => ({ device: ref(car), fixes })) }).then(
      (ack) => count(counts, ack),
      (error: unknown) => {
        fault ??= error;
      },
    );
  };
  const isFast = speed === Number.POSITIVE_INFINITY;
  while (!timeline.done() && !signal?.aborted && fault === null) {
    counts.atMs = isFast ? counts.atMs + SLICE_MS : (Date.now() - startMs) * speed;
    for (const parcel of isFast ? timeline.dueUntil(counts.atMs) : timeline.due(Date.now())) send(parcel);
    counts.atMs = Math.min(counts.atMs, durationMs);
    onProgress(counts);
    if (!isFast && !timeline.done()) await pause(TICK_MS);
    await link.until(AHEAD);
  }
  await link.until(0);
  if (fault === null) await link.ask({ type: 'session', action: 'close', session_id: sessionId });
  onProgress(counts);
  if (fault !== null) throw fault;
  return counts;
}

async function open(
  link: FeedLink,
  { cars, session }: PlayOptions,
  from_ms: number,
  ref: (car: number) => string,
): Promise<number> {
  const short = (text: string | null) => text?.trim().slice(0, 60) || null;
  const entries = cars.map(({ driver, car }, index) => ({
    device: ref(index),
    driver: short(driver),
    car: short(car),
  }));
  const answer = await link.ask({ type: 'session', action: 'open', ...session, from_ms, entries });
  if (answer.type !== 'ack' || answer.session_id === undefined)
    throw new Error('The server opened no session: is it a Pitwall of another version?');
  return answer.session_id;
}

function count(counts: PlayCounts, ack: Ack): void {
  if (ack.type !== 'ack') return;
  counts.stored += ack.stored ?? 0;
  counts.duplicates += ack.duplicates ?? 0;
  for (const [reason, fixes] of Object.entries(ack.refused ?? {}))
    counts.refused[reason] = (counts.refused[reason] ?? 0) + fixes;
}
