import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { boardMirrors } from '@/lib/live/board-mirror';
import { closeStreams, streamClosers } from '@/lib/live/closers';
import { FIXES_TOPIC } from '@/lib/live/ingest';
import { type LiveEvent, type LiveStreamOptions, openLiveStream } from '@/lib/live/live-stream';
import { memoryBus } from '@/lib/live/memory-bus';
import { type StreamEnd, streamCounters } from '@/lib/live/stream-counters';
import { boardTopic } from '@/lib/live/topics';
import { fakeEngine } from '../support/fake-engine';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  closeStreams();
  vi.useRealTimers();
});

function world(entries?: number) {
  const bus = memoryBus();
  const engine = fakeEngine(bus, 7, entries);
  const boards = boardMirrors(bus);
  const open = (options: Partial<LiveStreamOptions> = {}) => {
    const events: LiveEvent[] = [];
    const closed: StreamEnd[] = [];
    let waiting = 0;
    const sink = {
      send: (event: LiveEvent) => void events.push(event),
      waitingBytes: () => waiting,
      close: (how: StreamEnd) => void closed.push(how),
    };
    const stream = openLiveStream({ bus, boards, sessionId: 7, delayS: 0, sink, ...options });
    return {
      stream,
      events,
      closed,
      saw: () => events.map(({ event, message }) => `${event} ${wordOf(JSON.parse(message.json))}`),
      stall: (bytes: number) => {
        waiting = bytes;
      },
    };
  };
  return { bus, engine, boards, open };
}

const wordOf = ({ seq, reason, fixes }: { seq?: number; reason?: string; fixes?: number[][] }) =>
  seq ?? reason ?? fixes?.map(([atMs]) => atMs).join();

const fixes = (deviceId: number, timesMs: number[], late = false) => ({
  deviceId,
  frame: 'planar',
  fixes: timesMs.map((timeMs) => ({
    timeMs,
    x: 1,
    y: 2,
    speedMps: 3,
    courseDeg: Number.NaN,
    altitudeM: Number.NaN,
    accuracyM: 1,
    attributes: { rpm: 9000 },
  })),
  stored: 1,
  late,
  receivedAtMs: 0,
});

test('begins with the whole board and goes on with every frame, each with the place to go on from', () => {
  const { engine, open } = world();
  engine.update();
  const viewer = open();
  const id = engine.update();
  expect(viewer.saw()).toEqual(['snapshot 1', 'update 2']);
  expect(viewer.events[1]?.id).toBe(id);
  expect(viewer.events[0]?.id).toMatch(/^\d+-\d+$/);
});

test('all viewers get the same message, to be encoded once', () => {
  const { engine, open } = world();
  const viewers = [open(), open({ delayS: 0 }), open()];
  engine.update();
  expect(new Set(viewers.map(({ events }) => events[0]?.message)).size).toBe(1);
  expect(new Set(viewers.map(({ events }) => events[1]?.message)).size).toBe(1);
});

test('goes on exactly after the last event that the viewer saw', () => {
  const { engine, open } = world();
  const first = open();
  engine.update();
  const lastEventId = first.events[0]?.id ?? '';
  first.stream.leave();
  engine.update();
  const again = open({ lastEventId });
  engine.update();
  expect(again.saw()).toEqual(['update 1', 'update 2', 'update 3']);
});

test('begins anew when what was missed is gone, is much, or is seen late', () => {
  const { bus, engine, open } = world(300);
  const first = open();
  const lastEventId = first.events[0]?.id ?? '';
  for (let tick = 0; tick < 20; tick++) engine.update();
  expect(open({ lastEventId }).saw()).toEqual(['snapshot 20']);
  const near = engine.update();
  engine.update();
  expect(open({ lastEventId: near }).saw()).toEqual(['update 22']);
  bus.gap();
  expect(open({ lastEventId: near }).saw()).toEqual(['snapshot 22']);
  expect(open({ lastEventId: 'not an id' }).saw()).toEqual(['snapshot 22']);
  vi.advanceTimersByTime(1_000);
  expect(open({ lastEventId: near, delayS: 1 }).saw()).toEqual(['snapshot 22']);
});

test('begins with the first snapshot when nobody has timed the session yet', () => {
  const { engine, open } = world();
  engine.answering = false;
  const viewer = open();
  engine.update();
  expect(viewer.saw()).toEqual([]);
  engine.answering = true;
  vi.advanceTimersByTime(500);
  engine.update();
  expect(viewer.saw()).toEqual(['snapshot 1', 'update 2']);
});

test('holds everything back by the delay: the board, the followed fixes and the end', () => {
  const { bus, engine, open } = world();
  engine.snapshot();
  open();
  vi.advanceTimersByTime(10_000);
  const viewer = open({ delayS: 10, follow: { entryId: 1, deviceId: 101 } });
  expect(viewer.saw()).toEqual(['snapshot 0']);
  engine.update();
  bus.publish(FIXES_TOPIC, fixes(101, [1, 2]));
  vi.advanceTimersByTime(5_000);
  engine.update({ session: { closed: true } });
  bus.publish(FIXES_TOPIC, fixes(101, [3]));
  vi.advanceTimersByTime(4_999);
  expect(viewer.saw()).toEqual(['snapshot 0']);
  vi.advanceTimersByTime(2);
  expect(viewer.saw().sort()).toEqual(['follow 1,2', 'snapshot 0', 'update 1']);
  vi.advanceTimersByTime(4_998);
  expect(viewer.closed).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(viewer.saw().slice(-2)).toEqual(['update 2', 'end closed']);
  expect(viewer.closed).toEqual(['closed']);
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('follows one device at its full rate, but for late fixes', () => {
  const { bus, open } = world();
  const viewer = open({ follow: { entryId: 1, deviceId: 101 } });
  bus.publish(FIXES_TOPIC, fixes(101, [1, 2]));
  bus.publish(FIXES_TOPIC, fixes(102, [3]));
  bus.publish(FIXES_TOPIC, fixes(101, [0], true));
  expect(viewer.saw()).toEqual(['snapshot 0', 'follow 1,2']);
  expect(JSON.parse(viewer.events[1]?.message.json ?? '')).toEqual({
    type: 'follow',
    entry_id: 1,
    fixes: [
      [1, 1, 2, 3, null, null, { rpm: 9000 }],
      [2, 1, 2, 3, null, null, { rpm: 9000 }],
    ],
  });
});

test('ends with the reason as its last word', () => {
  const { bus, engine, open } = world();
  const [byAccess, stopped, deleted] = [open(), open(), open()];
  byAccess.stream.end('access');
  byAccess.stream.end('closed');
  bus.publish(boardTopic(8), { type: 'end', reason: 'deleted' });
  engine.update();
  expect(deleted.closed).toEqual([]);
  bus.publish(boardTopic(7), { type: 'end', reason: 'deleted', message: '', come_again: false });
  const another = open();
  closeStreams();
  expect([byAccess, deleted, another].map(({ saw }) => saw().at(-1))).toEqual([
    'end access',
    'end deleted',
    'end stopping',
  ]);
  expect(stopped.closed).toEqual(['deleted']);
  expect(JSON.parse(another.events.at(-1)?.message.json ?? '')).toMatchObject({
    type: 'end',
    come_again: true,
    message: expect.stringContaining('Connect again'),
  });
});

test('drops who takes less than is sent, and counts it; a large board alone drops nobody', () => {
  const { engine, open } = world(2_000);
  const before = streamCounters().ended.slow;
  const [slow, quick] = [open(), open()];
  const bytes = slow.events[0]?.message.json.length ?? 0;
  expect(bytes).toBeGreaterThan(256 * 1024);
  slow.stall(bytes);
  engine.update();
  expect(slow.saw()).toEqual(['snapshot 0', 'update 1']);
  slow.stall(2 * bytes + 300 * 1024);
  engine.update();
  engine.update();
  expect(slow.saw().slice(2)).toEqual(['end slow']);
  expect(quick.saw()).toEqual(['snapshot 0', 'update 1', 'update 2', 'update 3']);
  expect(streamCounters().ended.slow - before).toBe(1);
});

test('a session that is over: its last board, if it is known, and the end', () => {
  const { engine, open } = world();
  expect(open({ over: true, sessionId: 9 }).saw()).toEqual(['end closed']);
  open();
  vi.advanceTimersByTime(5_000);
  engine.update({ session: { closed: true } });
  expect(open({ over: true }).saw()).toEqual(['snapshot 1', 'end closed']);
  // Who sees it late has the end still before him.
  const late = open({ over: true, delayS: 4 });
  expect(late.saw()).toEqual(['snapshot 0']);
  vi.advanceTimersByTime(4_000);
  expect(late.saw()).toEqual(['snapshot 0', 'update 1', 'end closed']);
});

test('a thousand viewers who come and vanish leave nothing behind', () => {
  const { bus, engine, boards, open } = world();
  engine.snapshot();
  vi.advanceTimersByTime(20_000);
  const before = { listeners: bus.listeners(), closers: streamClosers().size, ...streamCounters() };
  let released = 0;
  for (let round = 0; round < 1_000; round++) {
    const viewer = open({
      delayS: round % 7,
      follow: round % 2 ? { entryId: 1, deviceId: 101 } : null,
      release: () => released++,
    });
    if (round % 50 === 0) {
      engine.update();
      bus.publish(FIXES_TOPIC, fixes(101, [round]));
      vi.advanceTimersByTime(100);
    }
    if (round % 3 === 0) viewer.stream.end('access');
    viewer.stream.leave();
  }
  expect(released).toBe(1_000);
  expect(streamCounters().open).toBe(before.open);
  vi.advanceTimersByTime(61_000);
  expect([boards.count(), bus.listeners(), streamClosers().size]).toEqual([
    0,
    before.listeners,
    before.closers,
  ]);
  expect(vi.getTimerCount()).toBe(0);
});
