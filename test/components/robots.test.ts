import { expect, test } from 'vitest';
import { refusedWords } from '@/components/devices/refused-words';
import { fitView, gridStepM, lengthWords, toPixels, zoomView } from '@/components/robots/plane';
import { planeCamera } from '@/components/robots/plane-camera';
import { type Place, robotStore } from '@/components/robots/robot-store';
import type { RobotItem } from '@/lib/contracts/robots';

const SIZE = { width: 800, height: 400 };

test('the view that fits shows every place, both ways on one scale, north up', () => {
  const places: Place[] = [
    [0, -10, -2],
    [1, 10, 6],
  ];
  const view = fitView(places, SIZE);
  expect([view.x, view.y]).toEqual([0, 2]);
  for (const [, x, y] of places) {
    const [px, py] = toPixels(view, SIZE, x, y);
    expect(px > 0 && px < 800 && py > 0 && py < 400).toBe(true);
  }
  expect(toPixels(view, SIZE, 0, 6)[1]).toBeLessThan(toPixels(view, SIZE, 0, -2)[1]);
});

test('one robot that stands is not magnified without end, and none makes a view too', () => {
  expect(fitView([[0, 5, 5]], SIZE).pixelsPerM).toBeLessThanOrEqual(200);
  expect(fitView([], SIZE)).toEqual({ x: 0, y: 0, pixelsPerM: 40 });
});

test('a zoom leaves the place under the pointer where it is', () => {
  const view = { x: 3, y: -4, pixelsPerM: 20 };
  const before = toPixels(view, SIZE, 10, 2);
  const after = toPixels(zoomView(view, SIZE, 2.5, before), SIZE, 10, 2);
  expect(after[0]).toBeCloseTo(before[0], 9);
  expect(after[1]).toBeCloseTo(before[1], 9);
});

test('a zoom or drag starts from what is painted, and what moves then changes nothing until all is asked for', () => {
  const way: Place[] = [
    [0, 100, 100],
    [1, 140, 120],
  ];
  const camera = planeCamera();
  const painted = camera.frame(way, SIZE);
  camera.zoom(SIZE, 2);
  const zoomed = camera.frame([[2, 0, 0]], SIZE);
  expect(zoomed).toEqual(zoomView(painted, SIZE, 2));
  camera.drag(30, -20);
  const dragged = camera.frame([[2, 0, 0]], SIZE);
  expect(toPixels(dragged, SIZE, 120, 110)).toEqual([430, 180].map((px) => expect.closeTo(px, 9)));
  camera.showAll();
  expect(camera.frame([[2, 0, 0]], SIZE)).toEqual(fitView([[2, 0, 0]], SIZE));
});

test('the grid has steps of 1, 2 or 5, far enough apart, with their lengths in words', () => {
  for (const pixelsPerM of [1e-6, 0.003, 0.4, 1, 17, 400, 9e4]) {
    const stepM = gridStepM(pixelsPerM);
    expect(stepM * pixelsPerM).toBeGreaterThanOrEqual(64);
    expect(stepM * pixelsPerM).toBeLessThan(64 * 2.51);
    expect(String(Number(stepM.toPrecision(3)))).toMatch(/^(0\.0*)?[125]0*(e-\d)?$/);
  }
  expect([0.5, -20, 2000, -1500, 0].map(lengthWords)).toEqual(['0.5 m', '−20 m', '2 km', '−1.5 km', '0 m']);
});

const row = (device_id: number, name: string, more: Partial<RobotItem> = {}): RobotItem => ({
  ...{ device_id, name, time_ms: null, x_m: null, y_m: null, odometer_m: 0, trips: { a: null, b: null } },
  ...{ last_seen: null, online: false, events: 0, duplicates: 0, refused: {}, created_at: '' },
  ...more,
});

test('news join what is known: rows by name, ways in order of time and never without end', () => {
  const store = robotStore([row(1, 'b', { time_ms: 5, x_m: 1, y_m: 1 })]);
  let [rows, trails] = [0, 0];
  store.onRows(() => rows++);
  const stop = store.onTrails(() => trails++);
  const first = store.rows();
  store.takeNews({ fixes: [[1, 6, 2, 2]], robots: [] });
  expect([store.rows() === first, rows, trails]).toEqual([true, 0, 1]);
  store.takeNews({ fixes: [[1, 6, 2, 2]], robots: [row(2, 'a'), row(1, 'b', { odometer_m: 7 })] });
  expect(store.rows().map(({ name, odometer_m }) => [name, odometer_m])).toEqual([
    ['a', 0],
    ['b', 7],
  ]);
  expect(store.trail(1)).toEqual([
    [5, 1, 1],
    [6, 2, 2],
  ]);
  stop();
  for (let at = 7; at < 5_000; at++) store.takeNews({ fixes: [[1, at, at, 0]], robots: [] });
  expect(trails).toBe(2);
  expect(store.trail(1).length).toBeLessThanOrEqual(1_200);
  expect(store.trail(1).at(-1)).toEqual([4_999, 4_999, 0]);
});

test('what was refused is said in words, the most frequent first', () => {
  expect(refusedWords({ past: 1, malformed: 1200, odd_thing: 3, none: 0 })).toBe(
    '1,200 not readable, 3 odd thing, 1 older than the newest',
  );
});
