import { z } from 'zod';
import { FeedLink } from '../replay/feed-link';
import { askPatiently } from '../replay/server-api';
import { histogram } from './histogram';
import { type Sent, startSending } from './sender';
import { ovalTraffic, type Traffic } from './traffic';
import { frameReader, openViewer, type Sight, type Viewer } from './viewer';

export type LoadSettings = {
  url: string;
  key: string;
  cars: number;
  rateHz: number;
  viewers: number;
  seconds: number;
  /** The cars and viewers are spread over so many sessions, each with a channel of its own. */
  sessions: number;
  report: (line: string) => void;
};

type Spread = { p50: number | null; p99: number | null; max: number | null };

export type LoadResult = {
  cars: number;
  rate_hz: number;
  viewers: number;
  sessions: number;
  seconds: number;
  sent: number;
  /** By the answers: on disk. */
  stored: number;
  duplicates: number;
  refused: Record<string, number>;
  failed: number;
  /** Read back from the server afterwards. */
  found: number;
  lost: number;
  ack_ms: Spread;
  frame_ms: Spread;
  frames: number;
  frames_missed: number;
  viewers_dropped: number;
  /** Part of the fixes that a frame showed; of several within a frame's time it shows the newest. */
  shown: number;
  reconnects: number;
  mb_to_viewers: number;
};

type Group = { link: FeedLink; sessionId: number; devices: number[]; cars: { ref: string; index: number }[] };

/** So long everybody may arrive before latencies and frames count. */
const WARM_UP_MS = 3_000;
const LAST_FRAMES_MS = 500;
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));

/** Puts a server under load with real clients and counts everything; ends by itself. */
export async function runLoad(settings: LoadSettings): Promise<LoadResult> {
  const { url, key, cars, viewers, rateHz, seconds, report } = settings;
  const traffic = ovalTraffic(cars);
  const sent: Sent = {
    ...{ sent: 0, stored: 0, duplicates: 0, refused: {}, failed: 0, latency: histogram() },
    countsFromMs: Number.POSITIVE_INFINITY,
  };
  const sight: Sight = {
    ...{ latency: histogram(), frames: 0, missed: 0, dropped: 0, bytes: 0, shown: 0 },
    countsFromMs: Number.POSITIVE_INFINITY,
  };
  const groups: Group[] = [];
  const links: FeedLink[] = [];
  const watching: Viewer[] = [];
  const stops: (() => void)[] = [];
  try {
    for (let index = 0; index < settings.sessions; index++) {
      const link = new FeedLink({ url, key, hello: helloOf(index), report });
      links.push(link);
      groups.push(await openGroup(link, settings, traffic, index));
    }
    report(`${groups.length} sessions are open with ${cars} cars`);
    for (const { link, cars: own } of groups) stops.push(startSending(link, own, traffic, rateHz, sent));
    const read = frameReader(sight);
    for (let index = 0; index < viewers; index++) {
      const group = groups[index % groups.length];
      if (group) watching.push(await openViewer(url, key, group.sessionId, sight, read));
    }
    report(`${viewers} viewers watch; ${seconds} s begin`);
    await pause(WARM_UP_MS);
    sight.countsFromMs = Date.now();
    sent.countsFromMs = sight.countsFromMs;
    const before = sent.sent;
    await pause(seconds * 1000);
    const during = sent.sent - before;
    for (const stop of stops) stop();
    await Promise.all(groups.map(({ link }) => link.until(0)));
    await pause(LAST_FRAMES_MS);
    for (const viewer of watching) viewer.leave();
    for (const { link, sessionId } of groups)
      await link.ask({ type: 'session', action: 'close', session_id: sessionId });
    report('reading back what was stored');
    const found = await storedFixes(settings, groups);
    return resultOf(settings, sent, sight, groups, found, during);
  } finally {
    for (const stop of stops) stop();
    for (const viewer of watching) viewer.leave();
    for (const link of links) link.close();
  }
}

const helloOf = (group: number) => ({ type: 'hello', feed: 'other', name: `load ${group + 1}` }) as const;

async function openGroup(
  link: FeedLink,
  { cars, sessions }: LoadSettings,
  traffic: Traffic,
  group: number,
): Promise<Group> {
  const own = Array.from({ length: cars }, (_, index) => ({ ref: `car ${index + 1}`, index })).filter(
    ({ index }) => index % sessions === group,
  );
  const run = `load ${Date.now()}`;
  const devices: number[] = [];
  for (const { ref } of own) {
    const device = { ref, external_id: `${run} ${ref}`, name: `Load ${ref}`, frame: 'wgs84' } as const;
    const answer = await link.ask({ type: 'device', ...device });
    if (answer.type === 'device') devices.push(answer.device_id);
  }
  const answer = await link.ask({
    ...{ type: 'session', action: 'open', name: `Load test ${group + 1}`, kind: 'practice' },
    track: traffic.track,
    entries: own.map(({ ref, index }) => ({ device: ref, number: String(index + 1) })),
  });
  const sessionId = answer.type === 'ack' ? (answer.session_id ?? 0) : 0;
  return { link, sessionId, devices, cars: own };
}

const total = z.object({ total: z.int() });

/** Every fix that the server has of these devices; waits where it is asked too often. */
async function storedFixes({ url, key }: LoadSettings, groups: readonly Group[]): Promise<number> {
  const ask = askPatiently(url, key);
  let found = 0;
  for (const id of groups.flatMap(({ devices }) => devices))
    found += (await ask(`/api/v1/devices/${id}/positions?limit=1`, total)).total;
  return found;
}

function resultOf(
  { cars, rateHz, viewers, sessions, seconds }: LoadSettings,
  sent: Sent,
  sight: Sight,
  groups: readonly Group[],
  found: number,
  during: number,
): LoadResult {
  const spread = ({ latency }: { latency: Sent['latency'] }): Spread => ({
    p50: latency.quantile(0.5),
    p99: latency.quantile(0.99),
    max: latency.max(),
  });
  const { duplicates, refused, failed, stored } = sent;
  return {
    ...{ cars, rate_hz: rateHz, viewers, sessions, seconds },
    ...{ sent: sent.sent, stored, duplicates, refused, failed, found, lost: sent.sent - found },
    ack_ms: spread(sent),
    frame_ms: spread(sight),
    frames: sight.frames,
    frames_missed: sight.missed,
    viewers_dropped: sight.dropped,
    shown: during > 0 ? sight.shown / during : 0,
    reconnects: groups.reduce((sum, { link }) => sum + link.reconnects, 0),
    mb_to_viewers: sight.bytes / 1e6,
  };
}
