import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';
import type { Histogram } from './histogram';

/** What the viewers of all sessions saw together. */
export type Sight = {
  /** From a fix's time to the arrival of a frame that shows it, for every viewer. */
  latency: Histogram;
  frames: number;
  /** Frames that a viewer did not get. */
  missed: number;
  /** Streams that ended before they were left. */
  dropped: number;
  bytes: number;
  /** Different fixes that were seen in a frame. */
  shown: number;
  /** Before this instant nothing counts: everybody is still arriving. */
  countsFromMs: number;
};

type Frame = { seq: number; timesMs: number[] };

const shownFrame = z.object({
  type: z.enum(['snapshot', 'update']),
  seq: z.number(),
  cars: z.array(z.tuple([z.number(), z.number()]).rest(z.unknown())).default([]),
});

/**
 * Frames by session and id, read once for all viewers: they get the same bytes. What was read long ago is forgotten.
 */
export function frameReader(sight: Sight) {
  const known = new Map<string, Frame | null>();
  const newest = new Map<number, number>();
  return (key: string, json: string): Frame | null => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const { type, seq, cars } = shownFrame.parse(JSON.parse(json));
    const fresh = cars.filter(([car, timeMs]) => (newest.get(car) ?? 0) < timeMs);
    for (const [car, timeMs] of fresh) newest.set(car, timeMs);
    const counts = type === 'update' && Date.now() > sight.countsFromMs;
    if (counts) sight.shown += fresh.length;
    const frame = { seq, timesMs: counts ? fresh.map(([, timeMs]) => timeMs) : [] };
    known.set(key, frame);
    for (const old of known.keys()) {
      if (known.size <= 2_000) break;
      known.delete(old);
    }
    return frame;
  };
}

export type Viewer = { leave(): void };

/** Watches a session's board to its end; resolves once the stream has begun. */
export function openViewer(
  url: string,
  key: string,
  sessionId: number,
  sight: Sight,
  read: ReturnType<typeof frameReader>,
): Promise<Viewer> {
  const address = new URL(`/api/v1/live/${sessionId}`, url);
  const client = address.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    let left = false;
    const request = client.get(address, { agent: false, headers: { authorization: `Bearer ${key}` } });
    const viewer = {
      leave() {
        left = true;
        request.destroy();
      },
    };
    request.on('error', (error) => {
      if (!left) reject(new Error(`A viewer could not watch ${address}: ${error.message}`));
    });
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`A viewer of ${address} was answered ${response.statusCode}.`));
        request.destroy();
        return;
      }
      resolve(viewer);
      const take = eventTaker(sessionId, sight, read);
      response.setEncoding('utf8');
      response.on('data', (text: string) => take(text));
      response.on('error', () => {});
      response.on('close', () => {
        if (!left) sight.dropped++;
      });
    });
  });
}

/** Takes the stream's text piece by piece. */
function eventTaker(sessionId: number, sight: Sight, read: ReturnType<typeof frameReader>) {
  let rest = '';
  let seq: number | null = null;
  return (text: string): void => {
    sight.bytes += text.length;
    const nowMs = Date.now();
    rest += text;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const [, id, name, json] = /^(?:id: (\S+)\n)?event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
      if (json === undefined || (name !== 'update' && name !== 'snapshot')) continue;
      const frame = read(`${sessionId} ${name} ${id}`, json);
      if (!frame) continue;
      const counts = nowMs > sight.countsFromMs;
      if (counts) sight.frames++;
      if (counts && name === 'update' && seq !== null && frame.seq > seq + 1)
        sight.missed += frame.seq - seq - 1;
      seq = frame.seq;
      for (const timeMs of frame.timesMs) sight.latency.add(nowMs - timeMs);
    }
  };
}
