import { permissionOf } from '@/lib/auth/permissions';
import type { ReadResult, StoredDevice } from '@/lib/contracts/jobs';
import { ensureDevice } from '@/lib/db/devices';
import { type ImportRow, setImportDevices } from '@/lib/db/imports';
import { patiently } from '@/lib/db/patience';
import { userById } from '@/lib/db/users';
import { SOLE_DEVICE } from '@/lib/formats/fix-table';
import { fileHead, HEAD_BYTES, openReader } from '@/lib/formats/registry';
import { looksLikeTrackFile, parseTrackFile, trackToFile } from '@/lib/formats/track-file';
import { type DeviceRecording, FormatError, type Recording } from '@/lib/formats/types';
import { normaliseColumns, pickValues } from '@/lib/timing/normalise';
import type { Channel, FixColumns, Frame } from '@/lib/timing/types';
import { addedCounts } from '@/lib/timing/words';
import type { SayProgress, WorkerContext } from '../context';
import { keepTrack } from '../track-store';
import { storeFixes } from './store-fixes';
import { baseName, count, megabytes } from './words';

const MAX_TRACK_FILE_BYTES = 10 * 1024 * 1024;

/** Reads an uploaded file: a track file becomes a track, a recording becomes hidden devices with their fixes. */
export async function readFile(ctx: WorkerContext, row: ImportRow, say: SayProgress): Promise<ReadResult> {
  const content = await readContent(ctx, row, say);
  if (content.kind === 'track') {
    await checkMayAddTracks(ctx, row.ownerId);
    const kept = await keepTrack(ctx.db, parseTrackFile(content.text), `import:${row.id}`, false);
    return {
      kind: 'track',
      message: kept.made ? `track ${kept.name} stored` : `track ${kept.name} was known already`,
    };
  }
  const { recording } = content;
  const notes = [...recording.notes];
  const shiftMs = timeShiftMs(recording, row, notes);
  const all = recording.devices.map((device) => normalised(device, shiftMs));
  const kept = all.filter(({ fixes }) => fixes.count > 0);
  if (kept.length === 0)
    throw new FormatError(
      `The file holds no usable fix (${reasons(recording, all)}). Check that the logger had reception.`,
    );
  return {
    kind: 'recording',
    devices: await storeDevices(ctx, row, recording, kept, say),
    own_track: recording.track ? trackToFile(recording.track) : null,
    title: recording.title,
    time_basis: recording.timeBasis,
    notes,
  };
}

/** A bare track is no by-product of a recording: it needs the level of its own. */
async function checkMayAddTracks(ctx: WorkerContext, ownerId: number | null): Promise<void> {
  if (ownerId === null) return;
  const owner = await patiently(() => userById(ctx.db, ownerId));
  const needed = permissionOf('track.create').level ?? 0;
  if ((owner?.level ?? 0) < needed)
    throw new FormatError(
      `This is a track file, and adding tracks needs level ${needed}. Ask somebody who has it to import it.`,
    );
}

type Content = { kind: 'track'; text: string } | { kind: 'recording'; recording: Recording };

async function readContent(ctx: WorkerContext, row: ImportRow, say: SayProgress): Promise<Content> {
  const name = row.file.replace(/\.gz$/i, '');
  const onBytes = (bytes: number): void =>
    say({
      phase: 'reading',
      progress: Math.min(1, bytes / Math.max(1, row.bytes)),
      message: `reading ${megabytes(bytes)} of ${megabytes(row.bytes)} MB`,
    });
  const reader = openReader(name);
  let head: Uint8Array[] | null = [];
  let headBytes = 0;
  let track: Uint8Array[] | null = null;
  const decide = (): void => {
    const bytes = Buffer.concat(head ?? []);
    head = null;
    if (looksLikeTrackFile(fileHead(name, bytes))) track = [bytes];
    else reader.push(bytes);
  };
  for await (const chunk of ctx.spool.read(row.hash ?? '', onBytes)) {
    headBytes += chunk.byteLength;
    if (head) {
      head.push(chunk);
      if (headBytes >= HEAD_BYTES) decide();
    } else if (track) takeTrackPiece(track, chunk, headBytes);
    else reader.push(chunk);
  }
  if (head) decide();
  return track
    ? { kind: 'track', text: Buffer.concat(track).toString('utf8') }
    : { kind: 'recording', recording: reader.end() };
}

function takeTrackPiece(pieces: Uint8Array[], chunk: Uint8Array, bytes: number): void {
  if (bytes > MAX_TRACK_FILE_BYTES)
    throw new FormatError(`The track file is larger than ${megabytes(MAX_TRACK_FILE_BYTES)} MB.`);
  pieces.push(chunk);
}

/** Whole milliseconds that put a recording without a date where it ends with the file. Adds a note. */
function timeShiftMs(recording: Recording, row: ImportRow, notes: string[]): number {
  if (recording.timeBasis === 'local')
    notes.push('The file gives local time without a zone: its times are taken as UTC.');
  if (recording.timeBasis !== 'none') return 0;
  const lastMs = Math.max(...recording.devices.map(({ fixes }) => greatest(fixes.timeMs)));
  if (!Number.isFinite(lastMs)) return 0;
  const what = row.modifiedAt ? "the file's last change" : 'the upload';
  notes.push(`The file gives no date: the recording is taken to end at the time of ${what}.`);
  return Math.round(Date.parse(row.modifiedAt ?? row.createdAt) - lastMs);
}

function greatest(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most && value < Number.POSITIVE_INFINITY) most = value;
  return most;
}

type Kept = { device: string; fixes: FixColumns; channels: Channel[]; rejected: Record<string, number> };

function normalised({ device, fixes, channels }: DeviceRecording, shiftMs: number): Kept {
  const shifted = shiftMs === 0 ? fixes : { ...fixes, timeMs: fixes.timeMs.map((time) => time + shiftMs) };
  const { fixes: kept, kept: rows, rejected } = normaliseColumns(shifted);
  const picked = channels.map((channel) => ({
    ...channel,
    values: pickValues(channel.values, rows),
  }));
  return { device, fixes: kept, channels: picked, rejected };
}

function reasons(recording: Recording, devices: readonly Kept[]): string {
  const rejected = devices.reduce((sum, device) => addedCounts(sum, device.rejected), recording.rejected);
  const list = Object.entries(rejected).map(([reason, rows]) => `${reason}: ${rows}`);
  return list.length > 0 ? list.join(', ') : 'every row was refused';
}

/**
 * The import's own device, hidden, under the file's hash: the same import again finds the same row. A device that is
 * shown is an earlier import's, and goes on with a session that somebody made of it: this import gets another one.
 */
async function ownDevice(ctx: WorkerContext, row: ImportRow, device: string, frame: Frame): Promise<number> {
  const name = deviceName(device, row.file);
  const ensure = (externalId: string) =>
    patiently(() => ensureDevice(ctx.db, { source: 'file', externalId, name, frame, ownerId: row.ownerId }));
  const externalId = `${row.hash}:${device}`;
  const first = await ensure(externalId);
  return first.ready ? (await ensure(`${externalId}:${row.id}`)).id : first.id;
}

/** Stores each device hidden, with its fixes. */
async function storeDevices(
  ctx: WorkerContext,
  row: ImportRow,
  recording: Recording,
  kept: readonly Kept[],
  say: SayProgress,
): Promise<StoredDevice[]> {
  const ids: number[] = [];
  for (const { device, fixes } of kept) ids.push(await ownDevice(ctx, row, device, fixes.frame));
  await patiently(() => setImportDevices(ctx.db, row.id, ids));
  const total = kept.reduce((sum, { fixes }) => sum + fixes.count, 0);
  const stored: StoredDevice[] = [];
  let before = 0;
  ctx.lastStored.clear();
  for (const [index, { device, fixes, channels, rejected }] of kept.entries()) {
    const id = ids[index] ?? 0;
    await storeFixes(ctx, id, fixes, channels, (rows) =>
      say({
        phase: 'storing',
        progress: (before + rows) / total,
        message: `storing ${count(before + rows, 'fix')} of ${total.toLocaleString('en')}`,
      }),
    );
    before += fixes.count;
    ctx.lastStored.set(id, { fixes, channels });
    stored.push({
      id,
      name: deviceName(device, row.file),
      frame: fixes.frame,
      ...windowOf(fixes),
      // Rows that hold no fix belong to no device: the first one carries them.
      rejected: index === 0 ? addedCounts(recording.rejected, rejected) : rejected,
      number: null,
      driver: recording.driver,
      car: recording.vehicle,
      car_class: null,
    });
  }
  return stored;
}

/** A file that names no device is called after itself. */
const deviceName = (device: string, file: string): string =>
  device === '' || device === SOLE_DEVICE ? baseName(file) : device;

/** What the list of fixes says of itself. */
export function windowOf(fixes: FixColumns) {
  const us = (row: number): number => Math.round((fixes.timeMs[row] ?? 0) * 1000);
  const steps = fixes.timeMs
    .slice(1)
    .map((time, row) => time - (fixes.timeMs[row] ?? 0))
    .sort();
  const median = steps[steps.length >> 1];
  return {
    fixes: fixes.count,
    from_us: us(0),
    to_us: us(fixes.count - 1) + 1,
    rate_hz: median ? 1000 / median : null,
  };
}
