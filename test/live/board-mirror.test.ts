import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { boardMirrors } from '@/lib/live/board-mirror';
import { boardMessageOf } from '@/lib/live/board-view';
import type { BusMessage } from '@/lib/live/bus';
import { memoryBus } from '@/lib/live/memory-bus';
import { boardTopic } from '@/lib/live/topics';
import { fakeEngine } from '../support/fake-engine';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function world(entries?: number) {
  const bus = memoryBus();
  const engine = fakeEngine(bus, 7, entries);
  const boards = boardMirrors(bus);
  return { bus, engine, boards };
}

const shown = (message: BusMessage) => {
  const frame = boardMessageOf(message);
  return frame?.type === 'end' ? frame.reason : `${frame?.type} ${frame?.seq}`;
};

test('asks for a snapshot when it has none, and then shows the board after every frame', () => {
  const { engine, boards } = world();
  engine.update();
  const hold = boards.use(7);
  const view = hold.view(0);
  expect([engine.asked(), view.state()?.seq]).toEqual([1, 1]);
  const heard: string[] = [];
  view.listen((message) => heard.push(shown(message)));
  engine.update({ rows: [{ entry_id: 2, laps: 3 }] });
  expect(view.state()).toMatchObject({ seq: 2, rows: [{ laps: 0 }, { laps: 3 }] });
  expect(view.state()?.cars.map(([entry, atMs]) => [entry, atMs])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  // It says nothing new: nobody needs it who has the board.
  engine.snapshot();
  engine.update();
  expect(heard).toEqual(['update 2', 'update 3']);
});

test('shows nothing that does not follow, and goes on with a snapshot', () => {
  const { engine, boards } = world();
  const view = boards.use(7).view(0);
  const heard: string[] = [];
  view.listen((message) => heard.push(shown(message)));
  engine.update();
  engine.answering = false;
  engine.lose();
  engine.update();
  engine.update();
  expect([view.state(), heard, engine.asked()]).toEqual([null, ['update 1'], 2]);
  engine.answering = true;
  vi.advanceTimersByTime(500);
  expect([view.state()?.seq, heard]).toEqual([4, ['update 1', 'snapshot 4']]);
});

test('asks again and again, ever less often, as long as somebody waits', async () => {
  const { engine, boards } = world();
  engine.answering = false;
  const hold = boards.use(7);
  const ready = hold.ready(0);
  vi.advanceTimersByTime(2_900);
  expect(engine.asked()).toBe(3);
  vi.advanceTimersByTime(200);
  expect(await ready).toBeNull();
  engine.answering = true;
  vi.advanceTimersByTime(1_000);
  expect(hold.view(0).state()?.seq).toBe(0);
  expect(await hold.ready(0)).toMatchObject({ seq: 0 });
  const asked = engine.asked();
  vi.advanceTimersByTime(60_000);
  expect(engine.asked()).toBe(asked);
});

test('asks anew when messages of other processes may be missing, and goes on meanwhile', () => {
  const { bus, engine, boards } = world();
  const view = boards.use(7).view(0);
  const heard: string[] = [];
  view.listen((message) => heard.push(shown(message)));
  engine.answering = false;
  bus.gap();
  engine.update();
  expect([engine.asked(), heard]).toEqual([2, ['update 1']]);
  engine.answering = true;
  vi.advanceTimersByTime(500);
  engine.update();
  vi.advanceTimersByTime(60_000);
  expect([engine.asked(), heard]).toEqual([3, ['update 1', 'update 2']]);
});

test('lets go a minute after its last user, with every listener', () => {
  const { bus, engine, boards } = world();
  const before = bus.listeners();
  const [one, two] = [boards.use(7), boards.use(7)];
  one.view(0);
  two.view(30);
  one.release();
  one.release();
  vi.advanceTimersByTime(120_000);
  expect(boards.count()).toBe(1);
  two.release();
  vi.advanceTimersByTime(59_000);
  expect(boards.use(7).view(0).state()?.seq).toBe(engine.seq());
  vi.advanceTimersByTime(120_000);
  expect(boards.count()).toBe(1);
  boards.close();
  expect([boards.count(), bus.listeners()]).toEqual([0, before]);
});

test('a late view begins with the board as it was then, and goes on as it went on', () => {
  const { engine, boards } = world();
  const hold = boards.use(7);
  for (let tick = 1; tick <= 600; tick++) {
    vi.advanceTimersByTime(100);
    engine.update();
    if (tick % 50 === 0) engine.snapshot();
  }
  const late = hold.view(30);
  expect(late.state()).toMatchObject({ seq: 300, delay_s: 30 });
  expect(boardMessageOf(late.start() ?? never())).toMatchObject({ seq: 300, delay_s: 30 });
  expect(hold.view(0).state()).toMatchObject({ seq: 600, delay_s: 0 });
  const heard: string[] = [];
  late.listen((message) => heard.push(shown(message)));
  vi.advanceTimersByTime(1_000);
  expect(heard).toEqual(Array.from({ length: 10 }, (_, at) => `update ${301 + at}`));
  expect(late.state()?.cars[0]?.[1]).toBe(310);
});

test('a late view begins empty when nothing is so old, and never shows what is younger', () => {
  const { engine, boards } = world();
  const hold = boards.use(7);
  engine.update();
  const late = hold.view(5);
  const heard: string[] = [];
  late.listen((message) => heard.push(shown(message)));
  expect([late.state(), late.start()]).toEqual([null, null]);
  vi.advanceTimersByTime(4_900);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(heard).toEqual(['snapshot 0', 'update 1']);
});

test('a new mirror begins with what the bus still has', () => {
  const { bus, engine } = world();
  engine.snapshot();
  for (let tick = 0; tick < 200; tick++) {
    vi.advanceTimersByTime(100);
    engine.update();
    if (tick % 50 === 49) engine.snapshot();
  }
  const hold = boardMirrors(bus).use(7);
  expect([hold.view(0).state()?.seq, engine.asked()]).toEqual([200, 0]);
  expect(hold.view(10).state()?.seq).toBe(100);
});

test('five minutes ago is known too, and packed', () => {
  const { engine, boards } = world(60);
  const hold = boards.use(7);
  for (let tick = 1; tick <= 3_600; tick++) {
    vi.advanceTimersByTime(100);
    engine.update();
    if (tick % 50 === 0) engine.snapshot();
  }
  expect(hold.view(300).state()).toMatchObject({ seq: 600, rows: { length: 60 } });
});

test('ignores what is no frame, and hands on the end', () => {
  const { bus, boards } = world();
  const view = boards.use(7).view(0);
  const heard: string[] = [];
  view.listen((message) => heard.push(shown(message)));
  for (const data of [null, 7, {}, { type: 'other' }]) bus.publish(boardTopic(7), data);
  bus.publish(boardTopic(7), { type: 'end', reason: 'deleted', message: 'Gone.', come_again: false });
  expect(heard).toEqual(['deleted']);
});

function never(): never {
  throw new Error('There is a board.');
}
