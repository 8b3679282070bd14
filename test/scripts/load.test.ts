import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { FEED_LIMITS, type FeedUp } from '@/lib/contracts/feeds';
import { histogram } from '@/scripts/load/histogram';
import { runLoad } from '@/scripts/load/run';
import { startSending } from '@/scripts/load/sender';
import { ovalTraffic } from '@/scripts/load/traffic';
import { askPatiently } from '@/scripts/replay/server-api';
import { scriptedFeed } from '../support/scripted-feed';
import { until } from '../support/until';

afterEach(() => {
  vi.useRealTimers();
});

describe('the senders of a load test', () => {
  const CARS = 300;
  const sizeOf = (message: FeedUp): number =>
    message.type === 'batch' ? message.of.reduce((sum, { fixes }) => sum + fixes.length, 0) : 0;

  it('send what gathered while the server was slow in messages that it takes, and to the last fix', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    const sent = {
      ...{ sent: 0, stored: 0, duplicates: 0, refused: {}, failed: 0, latency: histogram() },
      countsFromMs: Number.POSITIVE_INFINITY,
    };
    const messages: FeedUp[] = [];
    const link = {
      pending: 0,
      async ask(message: FeedUp) {
        messages.push(message);
        link.pending++;
        return { type: 'ack', stored: sizeOf(message) } as const;
      },
    };
    const cars = Array.from({ length: CARS }, (_, index) => ({ ref: `car ${index + 1}`, index }));
    const stop = startSending(link, cars, ovalTraffic(CARS), 10, sent);
    link.pending = 1_000;
    vi.advanceTimersByTime(10_000);
    expect(messages).toHaveLength(0);
    link.pending = 20;
    vi.advanceTimersByTime(10);
    expect(messages).toHaveLength(4);
    stop();
    const fixes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    expect(fixes).toBeGreaterThanOrEqual(CARS * 10 * 10);
    expect(sent.sent).toBe(fixes);
    expect(Math.max(...messages.map(sizeOf))).toBeLessThanOrEqual(FEED_LIMITS.fixesPerMessage);
    expect(Math.max(...messages.map((message) => JSON.stringify(message).length))).toBeLessThan(
      FEED_LIMITS.bytes,
    );
  });
});

describe('a load test', () => {
  it('leaves no channel open when a session is refused', async () => {
    const feed = await scriptedFeed((message) =>
      message.type === 'device'
        ? { type: 'device', ref: message.ref, device_id: 1 }
        : { type: 'error', error: 'forbidden', message: 'Adding a track takes level 2.' },
    );
    try {
      const settings = { url: feed.url, key: 'x', report: () => {} };
      const load = runLoad({ ...settings, cars: 2, rateHz: 1, viewers: 0, seconds: 1, sessions: 1 });
      await expect(load).rejects.toThrow('Adding a track takes level 2.');
      expect(feed.heard.map(({ type }) => type)).toEqual(['device', 'device', 'session']);
      await until('no channel is open', () => feed.open() === 0);
    } finally {
      feed.stop();
    }
  });

  it('asks again after the pause that is named when it is asked too often, and else says what is wrong', async () => {
    const statuses = [429, 429, 200, 404];
    const server = createServer((_request, response) => {
      response.writeHead(statuses.shift() ?? 500, { 'retry-after': '0.01' });
      response.end('{"total":5}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const ask = askPatiently(`http://127.0.0.1:${port}`, 'x');
      expect(await ask('/', z.object({ total: z.int() }))).toEqual({ total: 5 });
      await expect(ask('/', z.object({}))).rejects.toMatchObject({ status: 404 });
      expect(statuses).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
