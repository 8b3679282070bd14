import type { ExportFormat } from '@/lib/contracts/exports';
import { labelOf } from '@/lib/contracts/labels';
import { devicesById } from '@/lib/db/devices';
import { fixesAround } from '@/lib/db/positions';
import { type EntryRow, sessionEntryRows } from '@/lib/db/session-list';
import type { SessionRow } from '@/lib/db/sessions';
import { trackById } from '@/lib/db/tracks';
import { AppError, notFound } from '@/lib/errors';
import { trackFromFile } from '@/lib/formats/track-file';
import type { FormatError } from '@/lib/formats/types';
import type { ServiceContext } from './context';
import { type ExportFacts, type ExportPart, exportPieces } from './export-pieces';
import { seenLap } from './lap-list';
import { type SessionRef, seenSession, sessionOf } from './sessions';
import { verb } from './verb';

/** A file to save: its name and its text, piece by piece. */
export type ExportFile = { name: string; pieces: AsyncGenerator<string> };

type Entry = EntryRow & { frame: ExportPart['frame'] };

/** So long a way before and after a lap belongs to its file. */
const RUN_UP_US = 2e6;

/**
 * What one lap recorded, as a file, with 2 s before and after it (one fix at least), so that its crossings can be found
 * again.
 */
export const exportLap = verb(
  'lap.read',
  async (ctx, input: { id: number; format: ExportFormat }): Promise<ExportFile> => {
    const lap = await seenLap(ctx, input.id);
    const session = await seenSession(ctx, lap.session_id);
    const [entry] = await entriesOf(ctx, session, lap.device_id);
    if (!entry) throw notFound(`lap ${input.id}`);
    const [startUs, endUs] = [Number(lap.started_us), Number(lap.ended_us)];
    const { before } = await fixesAround(ctx.db, lap.device_id, startUs);
    const { after } = await fixesAround(ctx.db, lap.device_id, endUs);
    const part = {
      ...partOf(entry, session),
      fromUs: Math.max(session.fromUs, Math.min(before ?? startUs, startUs - RUN_UP_US)),
      untilUs: Math.min(session.toUs, Math.max(after ?? endUs, endUs + RUN_UP_US) + 1),
    };
    const name = `${session.name} ${labelOf(entry)} lap ${lap.number}`;
    return fileOf(ctx, input.format, name, await factsOf(ctx, session, entry), [part]);
  },
);

/** What the devices of a session recorded, as a file: one device after another. */
export const exportSession = verb(
  'session.read',
  async (
    ctx,
    input: { ref: SessionRef; format: ExportFormat; deviceId: number | null },
  ): Promise<ExportFile> => {
    const session = await sessionOf(ctx, input.ref);
    const entries = await entriesOf(ctx, session, input.deviceId);
    const [first, another] = entries;
    if (input.deviceId !== null && !first) throw notFound(`device ${input.deviceId} in this session`);
    refuseSeveral(entries, input.format);
    const sole = another ? undefined : first;
    const name = input.deviceId !== null && first ? `${session.name} ${labelOf(first)}` : session.name;
    const parts = distinct(entries.map((entry) => partOf(entry, session)));
    return fileOf(ctx, input.format, name, await factsOf(ctx, session, sole), parts);
  },
);

async function entriesOf(
  ctx: Pick<ServiceContext, 'db'>,
  session: SessionRow,
  deviceId: number | null,
): Promise<Entry[]> {
  const all = await sessionEntryRows(ctx.db, session.id);
  const rows = all.filter((entry) => deviceId === null || entry.device_id === deviceId);
  const devices = await devicesById(
    ctx.db,
    rows.map((entry) => entry.device_id),
  );
  return rows.flatMap((entry) => {
    const device = devices.find(({ id }) => id === entry.device_id);
    return device ? [{ ...entry, frame: device.frame }] : [];
  });
}

/** Two devices of which a file would make one, or mix degrees and metres. */
function refuseSeveral(entries: readonly Entry[], format: ExportFormat): void {
  if (entries.length < 2) return;
  const frames = new Set(entries.map(({ frame }) => frame));
  const why =
    format === 'gpx' || format === 'vbo'
      ? `A ${format.toUpperCase()} holds one device, and this session has ${entries.length}.`
      : format === 'csv' && frames.size > 1
        ? 'A CSV holds either degrees or metres, and this session has both.'
        : null;
  if (why === null) return;
  const ids = entries.slice(0, 10).map(({ device_id }) => device_id);
  throw new AppError('bad_request', 400, `${why} Choose one with device_id= (${ids.join(', ')}).`, [
    { field: 'device_id', message: 'is needed' },
  ]);
}

const partOf = (entry: Entry, session: SessionRow): ExportPart => ({
  deviceId: entry.device_id,
  name: entry.device_name,
  frame: entry.frame,
  fromUs: session.fromUs,
  untilUs: session.toUs,
});

/** Devices of one name would read back as one device. */
function distinct(parts: readonly ExportPart[]): ExportPart[] {
  const used = new Set<string>();
  return parts.map((part) => {
    let name = part.name;
    for (let copy = 2; used.has(name); copy++) name = `${part.name} ${copy}`;
    used.add(name);
    return { ...part, name };
  });
}

async function factsOf(
  ctx: Pick<ServiceContext, 'db'>,
  session: SessionRow,
  entry: Entry | undefined,
): Promise<ExportFacts> {
  const track = session.trackId === null ? null : await trackById(ctx.db, session.trackId);
  return {
    timeBasis: session.timeBasis,
    title: session.name,
    driver: entry?.driver ?? null,
    vehicle: entry?.car ?? null,
    notes: session.notes,
    track: track ? trackFromFile(track.json) : null,
  };
}

/** Begins the file, so that what its format cannot hold is refused while a refusal can still be sent. */
async function fileOf(
  ctx: ServiceContext,
  format: ExportFormat,
  name: string,
  facts: ExportFacts,
  parts: readonly ExportPart[],
): Promise<ExportFile> {
  const pieces = exportPieces(ctx, format, facts, parts);
  try {
    const first = await pieces.next();
    return { name: `${name}.${format}`, pieces: continued(first, pieces) };
  } catch (error) {
    if (!isFormatFault(error)) throw error;
    throw new AppError('bad_request', 400, error.message, [{ field: 'format', message: 'cannot hold this' }]);
  }
}

const isFormatFault = (error: unknown): error is FormatError =>
  error instanceof Error && 'code' in error && error.code === 'bad_file';

async function* continued(first: IteratorResult<string>, rest: AsyncGenerator<string>) {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
