import { describe, expect, it } from 'vitest';
import {
  endOfStatus,
  type LinkOptions,
  type LinkState,
  type LinkWorld,
  openLiveLink,
  type SourceHandlers,
} from '@/components/live/live-link';
import type { EndFrame } from '@/lib/contracts/live';
import { fakeRace } from '../support/live-frames';

/** A clock that is turned by hand, a line that says what the test says, and a page that is seen or not. */
function fakeWorld(refusal: EndFrame | null = null) {
  let nowMs = 1_000_000;
  let next = 0;
  const timers = new Map<number, { atMs: number; run(): void }>();
  const lines: { url: string; handlers: SourceHandlers; isOpen: boolean }[] = [];
  let seen: ((isSeen: boolean) => void) | null = null;
  const world: LinkWorld = {
    open(url, handlers) {
      const line = { url, handlers, isOpen: true };
      lines.push(line);
      return {
        close() {
          line.isOpen = false;
        },
      };
    },
    after(ms, run) {
      const id = next++;
      timers.set(id, { atMs: nowMs + ms, run });
      return () => timers.delete(id);
    },
    nowMs: () => nowMs,
    random: () => 0.5,
    watchSeen(changed) {
      seen = changed;
      return () => {
        seen = null;
      };
    },
    whyRefused: () => Promise.resolve(refusal),
  };
  return {
    world,
    lines,
    waiting: () => timers.size,
    isWatched: () => seen !== null,
    open: () => lines.filter((line) => line.isOpen),
    last: () => lines.at(-1)?.handlers ?? expect.fail('no line was opened'),
    see: (isSeen: boolean) => seen?.(isSeen),
    /** Turns the clock on, timer by timer. */
    pass(ms: number) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...timers]
          .filter(([, timer]) => timer.atMs <= endMs)
          .sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (!due) break;
        timers.delete(due[0]);
        nowMs = due[1].atMs;
        due[1].run();
      }
      nowMs = endMs;
    },
  };
}

const race = fakeRace();
const snapshot = JSON.stringify(race.snapshot(1000, 7));
const END: EndFrame = { type: 'end', reason: 'closed', message: 'Over.', come_again: false };

function opened(
  refusal: EndFrame | null = null,
  taken: () => 'news' | 'same' | 'lost' = () => 'news',
  options: LinkOptions = {},
) {
  const fake = fakeWorld(refusal);
  const states: LinkState[] = [];
  const events = {
    frame: () => taken(),
    follow: () => {},
    state: (state: LinkState) => states.push(state),
  };
  const close = openLiveLink('/api/v1/live/1', fake.world, events, options);
  return { ...fake, close, kinds: () => states.map(({ kind }) => kind), lastState: () => states.at(-1) };
}

describe('the line of a live board', () => {
  it('is live with its first frame', () => {
    const line = opened();
    expect(line.kinds()).toEqual([]);
    line.last().event('snapshot', snapshot);
    expect(line.kinds()).toEqual(['live']);
  });

  it('comes back after 0.5, 1, 2, 4 and then each 5 seconds', () => {
    const line = opened();
    for (const waitMs of [500, 1000, 2000, 4000, 5000, 5000]) {
      line.last().error();
      expect(line.open()).toHaveLength(0);
      const before = line.lines.length;
      line.pass(waitMs - 1);
      expect(line.lines).toHaveLength(before);
      line.pass(1);
      expect(line.lines).toHaveLength(before + 1);
    }
    expect(line.kinds()).toEqual(['reconnecting']);
    line.last().event('snapshot', snapshot);
    line.last().error();
    line.pass(500);
    expect(line.open()).toHaveLength(1);
  });

  it('asks anew when a frame does not follow on the one before', () => {
    let taken: 'news' | 'lost' = 'news';
    const line = opened(null, () => taken);
    line.last().event('snapshot', snapshot);
    taken = 'lost';
    line.last().event('update', snapshot);
    expect(line.open()).toHaveLength(0);
    expect(line.kinds()).toEqual(['live', 'reconnecting']);
    line.pass(500);
    expect(line.open()).toHaveLength(1);
  });

  it('says since when it is stale after 3 seconds, and is live again with the next news', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.pass(2999);
    expect(line.kinds()).toEqual(['live']);
    line.pass(1);
    expect(line.lastState()).toEqual({ kind: 'stale', sinceMs: 1_000_000 });
    line.last().event('update', snapshot);
    expect(line.lastState()).toEqual({ kind: 'live' });
  });

  it('is patient with receivers that send every ten seconds', () => {
    const line = opened();
    for (let count = 0; count < 40; count += 1) {
      line.last().event('update', snapshot);
      line.pass(10_000);
    }
    const before = line.kinds().length;
    line.last().event('update', snapshot);
    line.pass(12_000);
    expect(line.kinds().slice(before)).toEqual([]);
  });

  it('stays stale while whole boards come in which no car has moved', () => {
    let taken: 'news' | 'same' = 'news';
    const line = opened(null, () => taken);
    line.last().event('snapshot', snapshot);
    taken = 'same';
    for (let count = 0; count < 6; count += 1) {
      line.pass(5000);
      line.last().event('snapshot', snapshot);
    }
    expect(line.kinds()).toEqual(['live', 'stale']);
    expect(line.open()).toHaveLength(1);
  });

  it('opens another line when one brings nothing for 15 seconds', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.pass(15_000);
    expect(line.kinds()).toEqual(['live', 'stale', 'reconnecting']);
    line.pass(500);
    expect(line.open()).toHaveLength(1);
    expect(line.lines).toHaveLength(2);
  });

  it('waits for the first frame of a late view until its history is as old, and no longer', () => {
    const line = opened(null, () => 'news', { firstWithinMs: 75_000 });
    line.pass(74_000);
    expect(line.kinds()).toEqual([]);
    line.last().event('snapshot', snapshot);
    expect(line.kinds()).toEqual(['live']);
    line.pass(15_000);
    expect(line.lastState()).toEqual({ kind: 'reconnecting' });
    line.pass(500 + 75_000);
    expect(line.lines).toHaveLength(2);
    expect(line.open()).toHaveLength(0);
  });

  it('is put down after a minute that nobody looks, and taken up again when somebody does', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.see(false);
    for (let count = 0; count < 59; count += 1) {
      line.pass(1000);
      line.last().event('update', snapshot);
    }
    expect(line.open()).toHaveLength(1);
    line.pass(1000);
    expect(line.open()).toHaveLength(0);
    expect(line.lastState()).toEqual({ kind: 'asleep' });
    line.pass(600_000);
    expect(line.lines).toHaveLength(1);
    line.see(true);
    expect(line.open()).toHaveLength(1);
    line.last().event('snapshot', snapshot);
    expect(line.lastState()).toEqual({ kind: 'live' });
  });

  it('stays up when somebody looks again within the minute', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.see(false);
    line.pass(2000);
    line.see(true);
    line.last().event('update', snapshot);
    line.pass(2000);
    expect(line.lines).toHaveLength(1);
    expect(line.open()).toHaveLength(1);
  });

  it('ends with the reason that the server gives, and leaves nothing behind', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.last().event('end', JSON.stringify(END));
    expect(line.lastState()).toEqual({ kind: 'ended', end: END });
    expect(line.open()).toHaveLength(0);
    expect(line.isWatched()).toBe(false);
    line.pass(600_000);
    expect(line.lines).toHaveLength(1);
    expect(line.waiting()).toBe(0);
  });

  it('goes on after an end that asks it to come again', () => {
    const line = opened();
    line.last().event('end', JSON.stringify({ ...END, reason: 'stopping', come_again: true }));
    expect(line.kinds()).toEqual(['reconnecting']);
    line.pass(500);
    expect(line.open()).toHaveLength(1);
  });

  it('ends when the server says why it takes no line', async () => {
    const access: EndFrame = { ...END, reason: 'access', message: 'Your login has ended.' };
    const line = opened(access);
    line.last().error();
    await Promise.resolve();
    await Promise.resolve();
    expect(line.lastState()).toEqual({ kind: 'ended', end: access });
    line.pass(60_000);
    expect(line.lines).toHaveLength(1);
  });

  it('tells a login that has ended from a right that is missing', () => {
    expect([401, 403, 404, 429, 503].map((status) => endOfStatus(status)?.reason)).toEqual([
      'access',
      'forbidden',
      'deleted',
      undefined,
      undefined,
    ]);
  });

  it('leaves no timer and no listener when it is closed', () => {
    const line = opened();
    line.last().event('snapshot', snapshot);
    line.see(false);
    line.close();
    expect(line.open()).toHaveLength(0);
    expect(line.waiting()).toBe(0);
    expect(line.isWatched()).toBe(false);
    line.last().event('update', snapshot);
    line.last().error();
    expect(line.waiting()).toBe(0);
  });
});
