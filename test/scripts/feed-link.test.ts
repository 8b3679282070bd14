import { afterEach, describe, expect, it } from 'vitest';
import type { FeedDown, FeedUp } from '@/lib/contracts/feeds';
import { FeedLink } from '@/scripts/replay/feed-link';
import { type HeardMessage, scriptedFeed } from '../support/scripted-feed';

type Feed = Awaited<ReturnType<typeof scriptedFeed>>;

const BUSY: FeedDown = { type: 'error', error: 'busy', message: 'Later.', retry_after_s: 0.01 };
const CLOSED: FeedDown = { type: 'error', error: 'closed', message: 'Session 7 is not live (any more).' };
const STORED: FeedDown = { type: 'ack', stored: 1 };
const close = { type: 'session', action: 'close', session_id: 7 } as const;
const fixOf = (timeMs: number): FeedUp => ({ type: 'fixes', device: 'car 1', fixes: [[timeMs, 1, 2]] });
const device = { type: 'device', ref: 'car 1', external_id: 'a', name: 'a', frame: 'planar' } as const;
/** Of fixes the first one's time, else the type. */
const wordOf = (message: HeardMessage): string => {
  const [first] = message.type === 'fixes' ? message.fixes : [];
  return Array.isArray(first) ? String(first[0]) : message.type;
};

describe('a feed channel that outlives its connections', () => {
  let feed: Feed;
  let link: FeedLink;
  afterEach(() => {
    link.close();
    feed.stop();
  });
  const open = async (script: Parameters<typeof scriptedFeed>[0]): Promise<void> => {
    feed = await scriptedFeed(script);
    link = new FeedLink({ url: feed.url, key: 'x', hello: { type: 'hello', feed: 'other', name: 'test' } });
  };

  it('sends what a busy server refused again in its order', async () => {
    let refusals = 0;
    await open(() => (refusals++ < 3 ? BUSY : STORED));
    await Promise.all([1, 2, 3, 4].map((timeMs) => link.ask(fixOf(timeMs))));
    const again = feed.heard.map(wordOf).slice(4);
    expect(again).toEqual(['1', '2', '3']);
  });

  it('names its devices again before all else, also when the server is busy then', async () => {
    let refusals = 0;
    await open((message, connection) => {
      if (connection === 1) return message.type === 'device' ? { ...message, device_id: 1 } : 'cut';
      if (refusals++ < 3) return BUSY;
      return message.type === 'device' ? { ...message, device_id: 1 } : STORED;
    });
    await link.ask(device);
    await Promise.all([1, 2].map((timeMs) => link.ask(fixOf(timeMs))));
    expect(feed.heard.map(wordOf).slice(-3)).toEqual(['device', '1', '2']);
    expect(link.reconnects).toBe(1);
  });

  it('takes a session for closed that the first try has closed before the connection was cut', async () => {
    await open((_message, connection) => (connection === 1 ? 'cut' : CLOSED));
    await expect(link.ask(close)).resolves.toMatchObject({ type: 'ack' });
    expect(link.reconnects).toBe(1);
    await expect(link.ask(close)).rejects.toMatchObject({ code: 'closed' });
  });
});
