import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { Channel } from '@/lib/timing/types';
import type { Db } from './client';

/** Quick: channels are read seldom and the fixes beside them weigh more. */
const LEVEL = 1;
const BYTES = 8;

/**
 * The rows [from, to) of channels as bytes: channel after channel, each float64 exact, the same byte of all values
 * together (neighbours differ little in their high bytes), then raw deflate.
 */
export function packChannels(channels: readonly Channel[], from: number, to: number): Uint8Array {
  const count = to - from;
  const planes = new Uint8Array(channels.length * count * BYTES);
  channels.forEach(({ values }, channel) => {
    const bytes = new Uint8Array(values.slice(from, to).buffer);
    const start = channel * count * BYTES;
    for (let plane = 0; plane < BYTES; plane++)
      for (let row = 0; row < count; row++)
        planes[start + plane * count + row] = bytes[row * BYTES + plane] ?? 0;
  });
  return deflateRawSync(planes, { level: LEVEL });
}

/** The way back: one column of `count` values for each channel. */
export function unpackChannels(data: Uint8Array, channels: number, count: number): Float64Array[] {
  const planes = inflateRawSync(data, { maxOutputLength: Math.max(1, channels * count * BYTES) });
  return Array.from({ length: channels }, (_, channel) => {
    const bytes = new Uint8Array(count * BYTES);
    const start = channel * count * BYTES;
    for (let plane = 0; plane < BYTES; plane++)
      for (let row = 0; row < count; row++)
        bytes[row * BYTES + plane] = planes[start + plane * count + row] ?? 0;
    return new Float64Array(bytes.buffer);
  });
}

type BlockRow = { count: number; channels: { name: string; unit: string }[]; data: Uint8Array };

/** All channels of a device, one value for each of its `count` fixes; NaN where a run did not have the channel. */
export async function readChannels(db: Db, deviceId: number, count: number): Promise<Channel[]> {
  const found = new Map<string, Channel>();
  let row = 0;
  let afterUs = -1;
  for (;;) {
    // One at a time: each is a short turn on the embedded database.
    const [block] = await db.execute<BlockRow & { from_us: string }>(sql`
      select from_us, count, channels, data from channel_blocks
      where device_id = ${deviceId} and from_us > ${afterUs} order by from_us limit 1`);
    if (!block) break;
    const columns = unpackChannels(block.data, block.channels.length, block.count);
    block.channels.forEach(({ name, unit }, index) => {
      const channel = found.get(name) ?? { name, unit, values: new Float64Array(count).fill(Number.NaN) };
      channel.values.set(columns[index]?.subarray(0, count - row) ?? [], row);
      found.set(name, channel);
    });
    row += block.count;
    afterUs = Number(block.from_us);
  }
  return [...found.values()];
}
