import { expect, test } from 'vitest';
import { busMessage, compareIds, isBusId } from '@/lib/live/bus';
import { FIXES_TOPIC } from '@/lib/live/ingest';
import { memoryBus } from '@/lib/live/memory-bus';
import { boardTopic } from '@/lib/live/topics';

test('hands every message to every listener of its topic, and to nobody after it left', () => {
  const bus = memoryBus();
  const heard: unknown[] = [];
  const leave = bus.subscribe('a', (message) => heard.push(message.data));
  bus.subscribe('b', (message) => heard.push(`b ${message.data}`));
  bus.publish('a', 1);
  leave();
  bus.publish('a', 2);
  bus.publish('b', 3);
  expect(heard).toEqual([1, 'b 3']);
});

test('ids grow even when the clock steps back', () => {
  let nowMs = 5000;
  const bus = memoryBus({ now: () => nowMs });
  const ids = [7000, 6000, 6500, 7001].map((ms) => {
    nowMs = ms;
    return bus.publish('a', ms);
  });
  expect(ids).toEqual(['7000-1', '7000-2', '7000-3', '7001-1']);
  expect(ids.every(isBusId)).toBe(true);
  expect([...ids].sort(compareIds)).toEqual(ids);
});

test('gives what came after an id, and null when some of it is gone', () => {
  const bus = memoryBus({ policy: () => ({ messages: 3 }), now: () => 10 });
  const ids = [1, 2, 3, 4, 5].map((data) => bus.publish('a', data));
  expect(bus.since('a', ids[2] ?? '')?.map((message) => message.data)).toEqual([4, 5]);
  expect(bus.since('a', ids[1] ?? '')?.map((message) => message.data)).toEqual([3, 4, 5]);
  expect(bus.since('a', ids[0] ?? '')).toBeNull();
  expect(bus.since('a', '3-1')).toBeNull();
});

test('a listener that throws does not keep the message from the others', () => {
  const lines: string[] = [];
  const bus = memoryBus({ report: (line) => lines.push(line) });
  const heard: unknown[] = [];
  bus.subscribe('a', () => {
    throw new Error('broken');
  });
  bus.subscribe('a', (message) => heard.push(message.data));
  bus.publish('a', 'x');
  expect(heard).toEqual(['x']);
  expect(lines).toEqual(['A listener of a failed: Error: broken']);
});

test('keeps a topic by count, by bytes and by age, and says null before what is kept', () => {
  let nowMs = 1_000;
  const bus = memoryBus({
    now: () => nowMs,
    policy: (topic) => (topic === 'big' ? { messages: 100, bytes: 2_500 } : { messages: 100, ageMs: 60_000 }),
  });
  const big = [1, 2, 3].map((n) => bus.publish('big', `${n}${'x'.repeat(998)}`));
  expect(bus.since('big', big[0] ?? '')).toHaveLength(2);
  expect(bus.since('big', '1000-0')).toBeNull();
  const first = bus.publish('old', 1);
  nowMs += 30_000;
  bus.publish('old', 2);
  expect(bus.since('old', first)).toHaveLength(1);
  nowMs += 31_000;
  bus.publish('old', 3);
  expect(bus.since('old', first)?.map((message) => message.data)).toEqual([2, 3]);
  expect(bus.since('old', '1000-0')).toBeNull();
});

test('keeps nothing of the fixes, and a topic that nobody uses takes no memory', () => {
  let nowMs = 1_000;
  const bus = memoryBus({ now: () => nowMs });
  const before = bus.publish('other', 0);
  bus.publish(FIXES_TOPIC, { fixes: [] });
  expect(bus.since(FIXES_TOPIC, before)).toBeNull();
  const frame = bus.publish(boardTopic(7), { seq: 1 });
  expect(bus.since(boardTopic(7), before)).toHaveLength(1);
  nowMs += 100_000;
  bus.publish('other', 1);
  // The topic is known no more; what it said is still known to be missing.
  expect(bus.since(boardTopic(7), before)).toBeNull();
  expect(bus.since(boardTopic(7), frame)).toEqual([]);
});

test('takes a message of another process under its own id, in its place, and goes on after it', () => {
  const bus = memoryBus({ now: () => 1_000 });
  const own = bus.publish('a', 'own');
  bus.take('a', busMessage('5000-3', 'ahead'));
  bus.take('a', busMessage('1000-2', 'late'));
  expect(bus.since('a', own)?.map((message) => message.data)).toEqual(['late', 'ahead']);
  expect(bus.publish('a', 'next')).toBe('5000-4');
});

test('after a gap nobody goes on after an earlier id, and who asked for it is told', () => {
  const bus = memoryBus({ now: () => 1_000 });
  let told = 0;
  const leave = bus.subscribe('a', () => {}, { onGap: () => told++ });
  const before = bus.publish('a', 1);
  bus.gap();
  const after = bus.publish('a', 2);
  bus.publish('a', 3);
  expect([told, bus.since('a', before), bus.since('never used', before)]).toEqual([1, null, null]);
  expect(bus.since('a', after)?.map((message) => message.data)).toEqual([3]);
  leave();
  bus.gap();
  expect([told, bus.listeners('a'), bus.listeners()]).toEqual([1, 0, 0]);
});

test('makes the JSON of a message once', () => {
  let made = 0;
  const message = busMessage('1-1', { toJSON: () => ++made });
  expect([message.json, message.json, made]).toEqual(['1', '1', 1]);
});
