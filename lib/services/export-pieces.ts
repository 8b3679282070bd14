import type { ExportFormat } from '@/lib/contracts/exports';
import { channelsOf, readChannels } from '@/lib/db/channel-blocks';
import { fixCounts, readFixes } from '@/lib/db/positions';
import { loadStored } from '@/lib/db/stored-fixes';
import { AppError } from '@/lib/errors';
import { writeCsv } from '@/lib/formats/csv-write';
import { writeGpx } from '@/lib/formats/gpx-write';
import { writeJson } from '@/lib/formats/json-write';
import type { DeviceRecording, Recording } from '@/lib/formats/types';
import { writeVbo } from '@/lib/formats/vbo-write';
import { emptyColumns } from '@/lib/timing/normalise';
import type { Channel, Frame } from '@/lib/timing/types';
import type { ServiceContext } from './context';

type Reading = Pick<ServiceContext, 'db'>;

/** A device's part of a file: its fixes in [fromUs, untilUs). */
export type ExportPart = { deviceId: number; name: string; frame: Frame; fromUs: number; untilUs: number };

/** What a file tells beside its fixes. */
export type ExportFacts = Omit<Recording, 'devices' | 'format' | 'rejected' | 'recordedLaps'>;

/** Fixes that are in memory at once. */
const PIECE_FIXES = 15_000;
/** Values that a file may have which must be in memory whole (160 MB). */
const MOST_VALUES = 20_000_000;
const COLUMNS = 7;

const WRITERS = { json: writeJson, gpx: writeGpx, vbo: writeVbo } as const;

/**
 * The text of a file, piece by piece. A CSV is read while it is written, whatever its length; the other formats
 * cannot be begun before all of it is known. Throws an AppError 400 `too_long` where that is too much, and a
 * FormatError for what a format cannot hold.
 */
export async function* exportPieces(
  ctx: Reading,
  format: ExportFormat,
  facts: ExportFacts,
  parts: readonly ExportPart[],
): AsyncGenerator<string> {
  if (format === 'csv') yield* csvPieces(ctx, facts, parts);
  else yield* WRITERS[format](await wholeRecording(ctx, facts, parts));
}

const recordingOf = (facts: ExportFacts, devices: DeviceRecording[]): Recording => ({
  ...facts,
  format: 'csv',
  rejected: {},
  recordedLaps: [],
  devices,
});

async function* csvPieces(
  ctx: Reading,
  facts: ExportFacts,
  parts: readonly ExportPart[],
): AsyncGenerator<string> {
  const named = new Map<string, { name: string; unit: string }>();
  for (const { deviceId, fromUs, untilUs } of parts)
    for (const channel of await channelsOf(ctx.db, deviceId, fromUs, untilUs))
      if (!named.has(channel.name)) named.set(channel.name, channel);
  const channels = [...named.values()];
  // Every piece is a whole CSV with the same header; only the first one's is kept.
  const heading = parts.map(({ name, frame }) => ({
    device: name,
    fixes: emptyColumns(frame, 0),
    channels: channels.map((channel) => ({ ...channel, values: new Float64Array(0) })),
  }));
  yield* writeCsv(recordingOf(facts, heading));
  for (const part of parts)
    for await (const device of devicePieces(ctx, part, channels)) {
      const [, ...rows] = writeCsv(recordingOf(facts, [device]));
      yield rows.join('');
    }
}

async function* devicePieces(
  ctx: Reading,
  { deviceId, name, frame, fromUs, untilUs }: ExportPart,
  channels: readonly { name: string; unit: string }[],
): AsyncGenerator<DeviceRecording> {
  for (let nextUs = fromUs; ; ) {
    const fixes = await readFixes(ctx.db, deviceId, frame, nextUs, untilUs, PIECE_FIXES);
    if (fixes.count === 0) return;
    const read = channels.length > 0 ? await readChannels(ctx.db, deviceId, fixes.count, nextUs) : [];
    const unknown = new Float64Array(fixes.count).fill(Number.NaN);
    const all = channels.map((channel): Channel => {
      const values = read.find((one) => one.name === channel.name)?.values ?? unknown;
      return { ...channel, values };
    });
    yield { device: name, fixes, channels: all };
    if (fixes.count < PIECE_FIXES) return;
    nextUs = Math.round((fixes.timeMs[fixes.count - 1] ?? 0) * 1000) + 1;
  }
}

async function wholeRecording(
  ctx: Reading,
  facts: ExportFacts,
  parts: readonly ExportPart[],
): Promise<Recording> {
  await refuseLong(ctx, parts);
  const devices: DeviceRecording[] = [];
  for (const part of parts) {
    const window = { fromUs: part.fromUs, untilUs: part.untilUs };
    const { fixes, channels } = await loadStored(ctx.db, { id: part.deviceId, frame: part.frame }, window);
    devices.push({ device: part.name, fixes, channels });
  }
  return recordingOf(facts, devices);
}

async function refuseLong(ctx: Reading, parts: readonly ExportPart[]): Promise<void> {
  let values = 0;
  for (const { deviceId, fromUs, untilUs } of parts) {
    const [counted] = await fixCounts(ctx.db, [deviceId], fromUs, untilUs);
    const channels = await channelsOf(ctx.db, deviceId, fromUs, untilUs);
    values += (counted?.fixes ?? 0) * (COLUMNS + channels.length);
  }
  if (values > MOST_VALUES)
    throw new AppError(
      'too_long',
      400,
      `This file would have ${values} values; only a CSV may have more than ${MOST_VALUES}. Take format=csv, or one device with device_id.`,
      [{ field: 'format', message: 'is too long for it' }],
    );
}
