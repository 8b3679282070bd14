import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { Channel } from '@/lib/timing/types';
import type { Db } from './client';

/** Quick: channels are read seldom and the fixes beside them weigh more. */
const LEVEL = 1;
const MOST_DECIMALS = 6;
/** Whole steps stay below this, so that a difference of two fits 32 bits and never meets UNKNOWN. */
const MOST_STEPS = 2 ** 29;
const UNKNOWN = -(2 ** 31);

/** How a channel of a run is kept: whole steps of 1/scale as differences, or (scale null) float64 as it is. */
export type KeptChannel = { name: string; unit: string; scale: number | null };

/**
 * The rows [from, to) of channels, to the bit: values with few decimals as differences of whole steps (32 bits),
 * others as float64; the same byte of all values together, then raw deflate.
 */
export function packChannels(
  channels: readonly Channel[],
  from: number,
  to: number,
): { kept: KeptChannel[]; data: Uint8Array } {
  const parts = channels.map(({ name, unit, values }) => {
    const part = values.slice(from, to);
    const scale = scaleOf(part);
    const bytes = scale === null ? new Uint8Array(part.buffer) : new Uint8Array(stepsOf(part, scale).buffer);
    return { kept: { name, unit, scale }, bytes: byPlanes(bytes, to - from) };
  });
  const data = deflateRawSync(Buffer.concat(parts.map(({ bytes }) => bytes)), { level: LEVEL });
  return { kept: parts.map(({ kept }) => kept), data };
}

/** The smallest power of ten that makes whole steps of all values, exactly; null when there is none. */
function scaleOf(values: Float64Array): number | null {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    if (values.every((value) => isWhole(value, scale))) return scale;
  }
  return null;
}

function isWhole(value: number, scale: number): boolean {
  if (Number.isNaN(value)) return true;
  const steps = Math.round(value * scale);
  return Math.abs(steps) < MOST_STEPS && steps / scale === value && !Object.is(value, -0);
}

function stepsOf(values: Float64Array, scale: number): Int32Array {
  const differences = new Int32Array(values.length).fill(UNKNOWN);
  let last = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const steps = Math.round(value * scale);
    differences[row] = steps - last;
    last = steps;
  }
  return differences;
}

function valuesOf(differences: Int32Array, scale: number): Float64Array {
  const values = new Float64Array(differences.length).fill(Number.NaN);
  let last = 0;
  for (let row = 0; row < differences.length; row++) {
    const difference = differences[row] ?? UNKNOWN;
    if (difference === UNKNOWN) continue;
    last += difference;
    values[row] = last / scale;
  }
  return values;
}

/** The first byte of every value, then the second of every value, … */
function byPlanes(bytes: Uint8Array, count: number): Uint8Array {
  const width = bytes.length / Math.max(1, count);
  const planes = new Uint8Array(bytes.length);
  for (let plane = 0; plane < width; plane++)
    for (let row = 0; row < count; row++) planes[plane * count + row] = bytes[row * width + plane] ?? 0;
  return planes;
}

function fromPlanes(planes: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const width = planes.length / Math.max(1, count);
  const bytes = new Uint8Array(planes.length);
  for (let plane = 0; plane < width; plane++)
    for (let row = 0; row < count; row++) bytes[row * width + plane] = planes[plane * count + row] ?? 0;
  return bytes;
}

/** The way back: one column of `count` values for each channel. */
export function unpackChannels(
  data: Uint8Array,
  kept: readonly Pick<KeptChannel, 'scale'>[],
  count: number,
): Float64Array[] {
  const planes = inflateRawSync(data, { maxOutputLength: Math.max(1, kept.length * count * 8) });
  let at = 0;
  return kept.map(({ scale }) => {
    const length = count * (scale === null ? 8 : 4);
    const { buffer } = fromPlanes(planes.subarray(at, at + length), count);
    at += length;
    return scale === null ? new Float64Array(buffer) : valuesOf(new Int32Array(buffer), scale);
  });
}

type BlockRow = { count: number; channels: KeptChannel[]; data: Uint8Array };

/**
 * All channels of a device from `fromUs` on, one value for each of the `count` fixes there; NaN where a run did not
 * have the channel. A run's values go with its fixes one by one, so that a window that begins inside a run leaves out
 * as many values as fixes.
 */
export async function readChannels(db: Db, deviceId: number, count: number, fromUs = 0): Promise<Channel[]> {
  const found = new Map<string, Channel>();
  const start = await firstRun(db, deviceId, fromUs);
  let row = -start.skip;
  let afterUs = start.fromUs - 1;
  while (row < count) {
    // One at a time: each is a short turn on the embedded database.
    const [block] = await db.execute<BlockRow & { from_us: string }>(sql`
      select from_us, count, channels, data from channel_blocks
      where device_id = ${deviceId} and from_us > ${afterUs} order by from_us limit 1`);
    if (!block) break;
    const columns = unpackChannels(block.data, block.channels, block.count);
    const left = Math.max(0, -row);
    block.channels.forEach(({ name, unit }, index) => {
      const channel = found.get(name) ?? { name, unit, values: new Float64Array(count).fill(Number.NaN) };
      channel.values.set(columns[index]?.subarray(left, count - row) ?? [], row + left);
      found.set(name, channel);
    });
    row += block.count;
    afterUs = Number(block.from_us);
  }
  return [...found.values()];
}

/** The run in which `fromUs` lies (else the next), and how many of its fixes come before. */
async function firstRun(db: Db, deviceId: number, fromUs: number): Promise<{ fromUs: number; skip: number }> {
  const [row] = await db.execute<{ from_us: string; skip: number }>(sql`
    select from_us, (select count(*)::int from positions
      where device_id = ${deviceId} and time_us >= from_us and time_us < ${fromUs}) as skip
    from channel_blocks where device_id = ${deviceId} and from_us <= ${fromUs} order by from_us desc limit 1`);
  return row ? { fromUs: Number(row.from_us), skip: row.skip } : { fromUs: 0, skip: 0 };
}

/** The channels that a device has in [fromUs, untilUs), in the order in which they came, by the unit they came with. */
export async function channelsOf(
  db: Db,
  deviceId: number,
  fromUs: number,
  untilUs: number,
): Promise<{ name: string; unit: string }[]> {
  return db.execute<{ name: string; unit: string }>(sql`
    select channel->>'name' as name, (array_agg(channel->>'unit' order by from_us))[1] as unit
    from channel_blocks, jsonb_array_elements(channels) with ordinality as listed(channel, place)
    where device_id = ${deviceId} and to_us >= ${fromUs} and from_us < ${untilUs}
    group by 1 order by min(from_us), min(place)`);
}
