import type { LapTrace } from '@/lib/contracts/laps';
import { secondsOf } from './seconds';

type Values = readonly (number | null)[];

/** What recordings call the channels that LFS-Ayats has a field for; the first that is there counts. */
const NAMES = {
  rpm: ['rpm', 'engine_rpm', 'engine_speed'],
  gear: ['gear'],
  throttle: ['throttle', 'throttle_position', 'throttle_pos'],
  brake: ['brake', 'brake_position', 'brake_pos'],
  steering: ['steering', 'steer', 'steering_angle'],
  altitude: ['altitude', 'altitude_m'],
} as const;

const KMH_PER_MPS = 3.6;

/**
 * A lap's trace as LFS-Ayats gives it: a point for each sample, at most `rateHz` a second (null = all). Seconds from
 * the lap's start, km/h, pedals 0 to 1; places as they were recorded, longitude and latitude or metres. What was not
 * recorded is null.
 */
export function lfsTelemetry(lapId: number, trace: LapTrace | null, rateHz: number | null) {
  if (!trace) return { lap_id: lapId, points: [], total_points: 0 };
  const { samples, columns } = trace;
  const timesMs = columns.time_ms ?? [];
  const found = (names: readonly string[]) => channelOf(trace, names);
  const [rpm, gear, altitude] = [found(NAMES.rpm), found(NAMES.gear), found(NAMES.altitude)];
  const [throttle, brake] = [pedalOf(found(NAMES.throttle)), pedalOf(found(NAMES.brake))];
  const steering = steeringOf(found(NAMES.steering));
  const points = chosen(timesMs, samples, rateHz).map((at) => ({
    timestamp: secondsOf(timesMs[at] ?? 0),
    speed: Math.round((columns.speed_mps?.[at] ?? 0) * KMH_PER_MPS * 1000) / 1000,
    rpm: whole(rpm?.values[at]),
    gear: whole(gear?.values[at]),
    throttle: throttle?.[at] ?? null,
    brake: brake?.[at] ?? null,
    steering: steering?.[at] ?? null,
    position_x: columns.x?.[at] ?? null,
    position_y: columns.y?.[at] ?? null,
    position_z: altitude?.values[at] ?? null,
  }));
  return { lap_id: lapId, points, total_points: samples };
}

/** Of the samples the first in each slot of 1/rate seconds. */
function chosen(timesMs: Values, samples: number, rateHz: number | null): number[] {
  const all = Array.from({ length: samples }, (_, at) => at);
  if (rateHz === null) return all;
  let last = -1;
  return all.filter((at) => {
    // A thousandth of a sample's time is rounding, not lateness.
    const slot = Math.floor(((timesMs[at] ?? 0) * rateHz) / 1000 + 1e-3);
    const isFirst = slot > last;
    if (isFirst) last = slot;
    return isFirst;
  });
}

type FoundChannel = { unit: string; values: Values };

function channelOf({ channels, columns }: LapTrace, names: readonly string[]): FoundChannel | null {
  const plain = (name: string): string =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_');
  for (const name of names) {
    const channel = channels.find((one) => plain(one.name) === name);
    const values = channel && columns[channel.name];
    if (values) return { unit: channel.unit, values };
  }
  return null;
}

const whole = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value);

/** Loggers write pedals as 0 to 1 or as per cent, and do not always say which. */
function pedalOf(channel: FoundChannel | null): Values | null {
  if (!channel) return null;
  const isPercent = channel.unit === '%' || channel.values.some((value) => value !== null && value > 1.5);
  return channel.values.map((value) =>
    value === null ? null : Math.min(1, Math.max(0, isPercent ? value / 100 : value)),
  );
}

/** A share of the full lock; an angle cannot be made one without knowing the lock. */
function steeringOf(channel: FoundChannel | null): Values | null {
  const isShare = channel?.unit === '' && channel.values.every((value) => Math.abs(value ?? 0) <= 1);
  return isShare ? channel.values : null;
}
