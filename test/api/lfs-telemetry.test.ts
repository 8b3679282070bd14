import { expect, test } from 'vitest';
import { lfsTelemetry } from '@/lib/api/seeds/lfs-telemetry';
import { secondsOf } from '@/lib/api/seeds/seconds';
import type { LapTrace } from '@/lib/contracts/laps';

/** A lap of 1 s at 10 Hz with these channels. */
function lap(channels: Record<string, { unit: string; values: (number | null)[] }>): LapTrace {
  const samples = 11;
  const row = (value: (at: number) => number) => Array.from({ length: samples }, (_, at) => value(at));
  const own = Object.entries(channels).map(([name, { values }]): [string, (number | null)[]] => [
    name,
    row((at) => at).map((at) => values[at % values.length] ?? null),
  ]);
  return {
    lap_id: 1,
    device_id: 1,
    frame: 'wgs84',
    samples,
    channels: Object.entries(channels).map(([name, { unit }]) => ({ name, unit })),
    columns: {
      time_ms: row((at) => at * 100),
      distance_m: row((at) => at),
      x: row(() => 9.2),
      y: row(() => 47.5),
      speed_mps: row(() => 10),
      ...Object.fromEntries(own),
    },
  };
}

test('every sample becomes a point in seconds and km/h; what was not recorded is null', () => {
  const { points, total_points } = lfsTelemetry(7, lap({}), null);
  expect(total_points).toBe(11);
  expect(points).toHaveLength(11);
  expect(points[3]).toEqual({
    timestamp: 0.3,
    speed: 36,
    rpm: null,
    gear: null,
    throttle: null,
    brake: null,
    steering: null,
    position_x: 9.2,
    position_y: 47.5,
    position_z: null,
  });
});

test('seconds have no more digits than the milliseconds had', () => {
  const trace = lap({});
  trace.columns.time_ms = trace.columns.time_ms?.map((timeMs) => Number(timeMs) + 0.544) ?? [];
  expect(lfsTelemetry(7, trace, null).points[9]?.timestamp).toBe(0.900544);
  expect(secondsOf(40_839.848)).toBe(40.839848);
  expect(secondsOf(109_964.544)).toBe(109.964544);
});

test('a rate thins the samples evenly, whatever rate they came at', () => {
  const times = (rateHz: number) => lfsTelemetry(7, lap({}), rateHz).points.map((point) => point.timestamp);
  expect(times(1)).toEqual([0, 1]);
  expect(times(5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  // The recording's own rate, and more than it has.
  expect(times(10)).toHaveLength(11);
  expect(times(100)).toHaveLength(11);
  expect(lfsTelemetry(7, lap({}), 1).total_points).toBe(11);
});

test('channels are found by their usual names, pedals come as shares, an angle of the wheel does not', () => {
  const [first, second] = lfsTelemetry(
    7,
    lap({
      'Engine RPM': { unit: 'rpm', values: [6500.4, null] },
      Gear: { unit: '', values: [3] },
      Throttle: { unit: '%', values: [100, 55] },
      brake: { unit: '', values: [0, 80] },
      steer: { unit: 'rad', values: [0.2] },
    }),
    null,
  ).points;
  expect(first).toMatchObject({ rpm: 6500, gear: 3, throttle: 1, brake: 0, steering: null });
  expect(second).toMatchObject({ rpm: null, throttle: 0.55, brake: 0.8 });
});

test('a lap without a trace has no points', () => {
  expect(lfsTelemetry(7, null, 10)).toEqual({ lap_id: 7, points: [], total_points: 0 });
});
