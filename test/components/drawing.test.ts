import { describe, expect, it } from 'vitest';
import { lapLine, MOST_LAPS } from '@/components/charts/lap-palette';
import { lapTimeRange, timeTicks } from '@/components/charts/lap-time-range';
import { boxOf, lngLat, thin } from '@/components/map/projection';
import { gradientStops, scaleColor, speedRange } from '@/components/map/speed-scale';
import { sketchPlaces } from '@/components/map/track-sketch';
import { placeOn, valueAt } from '@/components/timing/trace-values';

describe('places on a trace', () => {
  const distanceM = [0, 10, 20, 20, 30];

  it('are found between two samples', () => {
    expect(placeOn(distanceM, 5)).toEqual({ index: 0, part: 0.5 });
    expect(placeOn(distanceM, 25)).toEqual({ index: 3, part: 0.5 });
    expect(valueAt([1, 3], { index: 0, part: 0.5 })).toBe(2);
  });

  it('are found at both ends and where the car stood, never outside', () => {
    expect(placeOn(distanceM, 0)).toEqual({ index: 0, part: 0 });
    expect(placeOn(distanceM, 30)).toEqual({ index: 3, part: 1 });
    expect(placeOn(distanceM, 20)?.index).toBe(3);
    expect(placeOn(distanceM, 30.1)).toBeNull();
    expect(placeOn([], 0)).toBeNull();
  });
});

describe('the map', () => {
  it('lays metres around 0, 0 so that its scale bar is right', () => {
    const [lng, lat] = lngLat('planar', { x: 111_319.49, y: -111_319.49 });
    expect([lng, lat]).toEqual([1, -1]);
    expect(lngLat('wgs84', { x: 2.26, y: 41.57 })).toEqual([2.26, 41.57]);
  });

  it('knows the box around its points', () => {
    expect(boxOf([])).toBeNull();
    expect(
      boxOf([
        [1, 5],
        [3, 2],
        [2, 9],
      ]),
    ).toEqual([
      [1, 2],
      [3, 9],
    ]);
  });

  it('thins long lines but keeps their end', () => {
    const long = Array.from({ length: 1001 }, (_, index) => index);
    const kept = thin(long, 100);
    expect(kept.length).toBeLessThanOrEqual(101);
    expect(kept.at(-1)).toBe(1000);
    expect(thin([1, 2], 100)).toEqual([1, 2]);
  });

  it('colours the line with stops that rise strictly and begin at the slow end', () => {
    const line = Array.from({ length: 5000 }, (_, index): [number, number] => [index / 1e5, 41]);
    const speeds = line.map((_, index) => (index < 2500 ? 10 : 60));
    const stops = gradientStops(line, speeds, [10, 60]);
    const progress = stops.filter((stop) => typeof stop === 'number');
    expect(progress.length).toBeLessThanOrEqual(251);
    expect(progress.every((stop, index) => index === 0 || stop > (progress[index - 1] ?? 0))).toBe(true);
    expect(stops[1]).toBe(scaleColor(0));
    expect(stops.at(-1)).toBe(scaleColor(1));
  });

  it('passes over speeds that are not known', () => {
    expect(speedRange([Number.NaN, 3, 9])).toEqual([3, 9]);
    expect(speedRange([Number.NaN])).toBeNull();
    expect(gradientStops([[0, 0]], [5], [5, 5])).toEqual([]);
  });

  it('sketches an outline on one scale, north up', () => {
    const square = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
      { x: 0, y: 10 },
    ];
    expect(sketchPlaces('planar', square)).toEqual(['8.0 92.0', '92.0 92.0', '92.0 8.0', '8.0 8.0']);
    expect(sketchPlaces('planar', square.slice(0, 1))).toEqual(['50.0 50.0']);
    expect(sketchPlaces('planar', [])).toEqual([]);
  });
});

describe('the lap chart', () => {
  const lap = (lap_time_ms: number, change = {}) => ({
    id: 1,
    session_id: 1,
    entry_id: 1,
    device_id: 1,
    number: 1,
    class: 'complete' as const,
    reason: null,
    lap_time_ms,
    uncertainty_ms: null,
    estimated: false,
    started_at: '2026-03-14T09:00:00.000Z',
    started_ms: 0,
    ended_ms: 0,
    sectors: [],
    distance_m: 0,
    top_speed_mps: null,
    min_speed_mps: null,
    stint: 1,
    track_revision: 1,
    source: 'gps' as const,
    ...change,
  });

  it('scales to the laps that count, so that a pit stop does not flatten them', () => {
    expect(lapTimeRange([lap(60_000), lap(61_000), lap(180_000, { class: 'pitstop' })])).toEqual([
      60_000, 61_000,
    ]);
    expect(lapTimeRange([lap(60_000), lap(90_000)])).toEqual([60_000, 67_200]);
  });

  it('shows every lap when none counts, and a range of its own when there is none', () => {
    expect(lapTimeRange([lap(60_000, { class: 'outlap' }), lap(90_000, { class: 'inlap' })])).toEqual([
      60_000, 90_000,
    ]);
    expect(lapTimeRange([])).toEqual([0, 120_000]);
  });

  it('puts its ticks on round times', () => {
    expect(timeTicks(55_600, 58_650)).toEqual([56_000, 57_000, 58_000]);
  });
});

describe('the lap palette', () => {
  it('draws no two laps alike, and dashes from the fifth on', () => {
    const lines = Array.from({ length: MOST_LAPS }, (_, place) => lapLine(place));
    const looks = lines.map(
      (line) => `${line.token.replace(/[78]$/, (digit) => String(Number(digit) - 6))} ${line.dash}`,
    );
    expect(new Set(looks).size).toBe(MOST_LAPS);
    expect(lines.map((line) => line.dash !== 'solid')).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});
