import { describe, expect, it } from 'vitest';
import { createStripRecorder, DELTA, SPEED } from '@/components/live/strip-recorder';
import {
  choosableChannels,
  chosenChannels,
  spanWindow,
  stripSource,
  stripsOf,
} from '@/components/live/strips';
import { createCarTrails, frameOfCars, squarePlace } from '@/components/map/car-trails';
import { onCanvas } from '@/components/map/draw-cars';
import type { CarFix } from '@/lib/contracts/live';
import { fakeRace, GREEN_MS } from '../support/live-frames';

const car = (timeMs: number, x: number, entryId = 1): CarFix => [entryId, timeMs, x, 0, 10, 90];
const eastOf = (x: number | undefined) => ((x ?? Number.NaN) - 0.5) * 360 * 111_319.49;

describe('cars between their fixes', () => {
  it('drive evenly along them, one interval late, and never past the newest one', () => {
    const trails = createCarTrails('planar');
    for (let step = 0; step <= 50; step += 1) trails.take([car(step * 100, step)], 10_000 + step * 100);
    const at = (nowMs: number) => eastOf(trails.shown(nowMs)[0]?.x);
    const first = at(15_000);
    expect(first).toBeGreaterThan(48);
    expect(first).toBeLessThan(49.5);
    expect(at(15_040) - first).toBeCloseTo(0.4, 5);
    expect(at(15_080) - first).toBeCloseTo(0.8, 5);
    expect(at(25_000)).toBeCloseTo(50, 5);
  });

  it('never drive backwards when a frame comes early', () => {
    const trails = createCarTrails('planar');
    let last = Number.NEGATIVE_INFINITY;
    for (let step = 0; step <= 100; step += 1) {
      const late = step % 7 === 0 ? 60 : 0;
      trails.take([car(step * 100, step)], 10_000 + step * 100 + late);
      const x = eastOf(trails.shown(10_000 + step * 100 + late + 1)[0]?.x);
      expect(x).toBeGreaterThanOrEqual(last - 1e-6);
      last = x;
    }
  });

  it('leave a trail of ten seconds', () => {
    const trails = createCarTrails('planar');
    for (let step = 0; step <= 400; step += 1) trails.take([car(step * 100, step)], step * 100);
    const [shown] = trails.shown(40_000);
    const xs = (shown?.trail ?? []).filter((_, index) => index % 2 === 0).map(eastOf);
    expect(xs.length).toBeGreaterThan(95);
    expect(xs.length).toBeLessThan(105);
    expect((xs.at(-1) ?? 0) - (xs[0] ?? 0)).toBeCloseTo(100, -1);
  });

  it('begin anew after a long silence or a step back in time, and go when the board lets them go', () => {
    const trails = createCarTrails('planar');
    trails.take([car(0, 0), car(0, 5, 2)], 0);
    trails.take([car(20_000, 900)], 20_000);
    expect(trails.shown(20_000)).toHaveLength(1);
    expect(eastOf(trails.shown(20_000)[0]?.x)).toBeCloseTo(900, 5);
    trails.take([car(5000, 3)], 20_100);
    expect(eastOf(trails.shown(20_100)[0]?.x)).toBeCloseTo(3, 5);
    expect(trails.newest(1)?.[0]).toBeCloseTo(3 / 111_319.49, 9);
    expect(trails.newest(2)).toBeNull();
  });

  it('lie where the map draws longitude and latitude', () => {
    expect(squarePlace([0, 0])).toEqual([0.5, 0.5]);
    const [x, y] = squarePlace([2.26, 41.57]);
    // The formula of web maps, once more in its other form.
    expect(y).toBeCloseTo((1 - Math.asinh(Math.tan((41.57 * Math.PI) / 180)) / Math.PI) / 2, 12);
    const view = { centreX: x, centreY: y, worldPx: 512 * 2 ** 15, originX: 400, originY: 200 };
    expect(onCanvas(view, x, y)).toEqual({ x: 400, y: 200 });
  });

  it('stand on plain ground when their places are no degrees', () => {
    expect(frameOfCars([car(0, 2.26)])).toBe('wgs84');
    expect(frameOfCars([car(0, 2.26), car(0, 640, 2)])).toBe('planar');
  });
});

describe('the strips of a car', () => {
  const race = fakeRace({ cars: 2 });
  const filled = (fromMs: number, toMs: number) => {
    const recorder = createStripRecorder();
    recorder.begin(2);
    recorder.take(race.follow(2, fromMs, toMs));
    return recorder;
  };

  it('have what the car sends, numbers and switches, and nothing of another car', () => {
    const recorder = filled(0, 1000);
    expect(recorder.channels()).toEqual(['speed', 'altitude', 'throttle', 'brake', 'gear', 'drs']);
    recorder.take(race.follow(1, 1000, 2000));
    expect(recorder.newestMs()).toBe(GREEN_MS + 950);
  });

  it('take no fix twice when a line is opened again', () => {
    const recorder = filled(0, 1000);
    recorder.take(race.follow(2, 500, 1500));
    const { timesMs } = recorder.between(GREEN_MS, GREEN_MS + 5000, [SPEED]);
    expect(timesMs).toEqual([...new Set(timesMs)]);
    expect(timesMs).toHaveLength(30);
  });

  it('show the last minute, the running lap or the last one', () => {
    const recorder = filled(0, 130_000);
    const row = race.snapshot(129_950, 1).rows.find(({ entry_id }) => entry_id === 2) ?? expect.fail();
    expect(spanWindow(recorder, 'lap')).toBeNull();
    recorder.takeRow(row);
    const newest = GREEN_MS + 129_950;
    expect(spanWindow(recorder, '60s')).toMatchObject({ fromMs: newest - 60_000, zeroMs: newest });
    expect(spanWindow(recorder, 'lap')).toMatchObject({ fromMs: GREEN_MS + 120_800, toMs: newest });
    expect(spanWindow(recorder, 'last')).toMatchObject({
      fromMs: GREEN_MS + 60_400,
      toMs: GREEN_MS + 120_800,
    });
  });

  it('put both pedals into one, and draw in the units of the reader', () => {
    const recorder = filled(0, 2000);
    const choosable = choosableChannels(recorder.channels(), true);
    expect(choosable).toEqual(['speed', 'throttle', 'brake', 'delta', 'altitude', 'drs', 'gear']);
    const strips = stripsOf(chosenChannels(null, choosable), 'mph');
    expect(strips.map(({ key }) => key)).toEqual(['speed', 'pedals', 'delta']);
    expect(stripsOf(['brake'], 'mph').map(({ key }) => key)).toEqual(['brake']);
    const [speed, pedals] = strips.map((strip) => stripSource(recorder, strip, '60s').read());
    expect(speed?.ys[0]?.at(-1)).toBeCloseTo((race.follow(2, 1950, 2000).fixes[0]?.[3] ?? 0) * 2.23694, 2);
    expect(pedals?.ys).toHaveLength(2);
    expect(speed).toMatchObject({ fromS: -60, toS: 0 });
  });

  it('break the line of the delta between two laps', () => {
    const recorder = createStripRecorder();
    recorder.begin(2);
    for (let atMs = 119_000; atMs <= 122_000; atMs += 100)
      recorder.takeRow(race.snapshot(atMs, 1).rows.find(({ entry_id }) => entry_id === 2) ?? expect.fail());
    const { timesMs, values } = recorder.between(GREEN_MS + 119_100, GREEN_MS + 122_000, [DELTA]);
    const broken = timesMs.filter((_, index) => values[0]?.[index] === null);
    expect(broken).toEqual([GREEN_MS + 120_800]);
  });

  it('begin anew with another car', () => {
    const recorder = filled(0, 1000);
    recorder.begin(1);
    expect(recorder.channels()).toEqual([]);
    expect(recorder.newestMs()).toBeNull();
  });

  it('begin anew with the same car when it is shown later than before', () => {
    const recorder = filled(60_000, 61_000);
    recorder.begin(2);
    recorder.take(race.follow(2, 30_000, 31_000));
    expect(recorder.newestMs()).toBe(GREEN_MS + 30_950);
  });

  it('hold a bounded part of a long stint', () => {
    const recorder = createStripRecorder();
    recorder.begin(1);
    const fixes = Array.from(
      { length: 200_000 },
      (_, index): ReturnType<typeof race.follow>['fixes'][number] => [index * 10, 0, 0, 1, null, null, null],
    );
    for (let from = 0; from < fixes.length; from += 1000)
      recorder.take({ type: 'follow', entry_id: 1, fixes: fixes.slice(from, from + 1000) });
    const { timesMs } = recorder.between(0, Number.MAX_SAFE_INTEGER, [SPEED]);
    expect(timesMs.length).toBeGreaterThan(50_000);
    expect(timesMs.length).toBeLessThan(70_000);
    expect(recorder.newestMs()).toBe(1_999_990);
  });
});
