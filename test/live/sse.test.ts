import { afterEach, expect, test } from 'vitest';
import { closeStreams, streamClosers } from '@/lib/live/closers';
import { memoryBus } from '@/lib/live/memory-bus';
import { type SseOptions, sseResponse } from '@/lib/live/sse';
import { until } from '../support/until';

afterEach(closeStreams);

function open(options: Partial<SseOptions> & Pick<SseOptions, 'bus'>) {
  const response = sseResponse({ topic: 't', event: 'e', initial: async () => ['now'], ...options });
  const reader = response.body?.getReader();
  let text = '';
  const decoder = new TextDecoder();
  const more = async (): Promise<boolean> => {
    const piece = await reader?.read();
    text += decoder.decode(piece?.value);
    return piece?.done ?? true;
  };
  const upTo = (part: string) => until(part, async () => text.includes(part) || (await more()) || null);
  return { response, upTo, more, text: () => text, cancel: () => reader?.cancel() };
}

test('sends what is there first, then every message with its id', async () => {
  const bus = memoryBus();
  const stream = open({ bus });
  await stream.upTo('data: "now"');
  const id = bus.publish('t', { lap: 1 });
  await stream.upTo(`id: ${id}\nevent: e\ndata: {"lap":1}\n\n`);
  expect(stream.response.headers.get('cache-control')).toBe('no-cache, no-transform');
  expect(stream.response.headers.get('connection')).toBe('close');
});

test('goes on after the last event that the browser saw, without the first view again', async () => {
  const bus = memoryBus();
  const seen = bus.publish('t', 'one');
  bus.publish('t', 'two');
  const stream = open({ bus, lastEventId: seen });
  await stream.upTo('data: "two"');
  expect(stream.text()).not.toContain('"now"');
  expect(stream.text()).not.toContain('"one"');
});

test('starts anew when what was missed is gone', async () => {
  const bus = memoryBus({ policy: () => ({ messages: 1 }) });
  const seen = bus.publish('t', 'one');
  bus.publish('t', 'two');
  bus.publish('t', 'three');
  const stream = open({ bus, lastEventId: seen });
  await stream.upTo('data: "now"');
  expect(stream.text()).not.toContain('"three"');
});

test('loses no message that comes while the first view is fetched', async () => {
  const bus = memoryBus();
  let give: (list: unknown[]) => void = () => {};
  const initial = () => new Promise<unknown[]>((resolve) => (give = resolve));
  const stream = open({ bus, initial });
  bus.publish('t', 'meanwhile');
  give(['view']);
  await stream.upTo('"meanwhile"');
  expect(stream.text().indexOf('"view"')).toBeLessThan(stream.text().indexOf('"meanwhile"'));
});

test('sends only what the listener wants', async () => {
  const bus = memoryBus();
  const stream = open({ bus, wants: (data) => data !== 'noise' });
  await stream.upTo('"now"');
  bus.publish('t', 'noise');
  bus.publish('t', 'signal');
  await stream.upTo('"signal"');
  expect(stream.text()).not.toContain('noise');
});

test('drops a listener that does not read, and keeps the others', async () => {
  const bus = memoryBus();
  const slow = open({ bus, maxQueuedBytes: 10_000 });
  const quick = open({ bus });
  await slow.upTo('"now"');
  await quick.upTo('"now"');
  for (let index = 0; index < 30; index++) bus.publish('t', `${index} ${'x'.repeat(1000)}`);
  expect(streamClosers().size).toBe(1);
  await quick.upTo('"29 x');
});

test('ends with the request, with the reader and with a graceful stop', async () => {
  const bus = memoryBus();
  const request = new AbortController();
  const first = open({ bus, signal: request.signal });
  const second = open({ bus });
  const third = open({ bus });
  await Promise.all([first, second, third].map((stream) => stream.upTo('"now"')));
  request.abort();
  expect(await first.more()).toBe(true);
  await second.cancel();
  expect(streamClosers().size).toBe(1);
  closeStreams();
  expect(await third.more()).toBe(true);
  expect(streamClosers().size).toBe(0);
});

test('says that it is still there', async () => {
  const stream = open({ bus: memoryBus(), heartbeatMs: 5 });
  await stream.upTo('"now"');
  await stream.more();
  expect(stream.text()).toContain(': still here\n\n');
});
