import { expect, test } from 'vitest';
import { compareIds, isBusId } from '@/lib/live/bus';
import { memoryBus } from '@/lib/live/memory-bus';

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
  const times = [5000, 7000, 6000, 6500, 7001];
  const bus = memoryBus({ now: () => times.shift() ?? 0 });
  const ids = [1, 2, 3, 4].map((data) => bus.publish('a', data));
  expect(ids).toEqual(['7000-1', '7000-2', '7000-3', '7001-1']);
  expect(ids.every(isBusId)).toBe(true);
  expect([...ids].sort(compareIds)).toEqual(ids);
});

test('gives what came after an id, and null when some of it is gone', () => {
  const bus = memoryBus({ keep: 3, now: () => 10 });
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
