import { type SQL, sql } from 'drizzle-orm';
import { emptyColumns } from '@/lib/timing/normalise';
import type { Channel, FixColumns, Frame } from '@/lib/timing/types';
import { insertBlock, packChannels } from './channel-blocks';
import type { Db } from './client';

const toUs = (timeMs: number | undefined): number => Math.round((timeMs ?? 0) * 1000);

/** Rows of a column as the text of an array; unknown = NULL. One parameter, whatever its length. */
function arrayText(values: Float64Array, from: number, to: number): string {
  let text = '{';
  for (let row = from; row < to; row++) {
    const value = values[row] ?? Number.NaN;
    text += `${row > from ? ',' : ''}${Number.isNaN(value) ? 'NULL' : Object.is(value, -0) ? '-0' : value}`;
  }
  return `${text}}`;
}

function timesText(times: Float64Array, from: number, to: number): string {
  let text = '{';
  for (let row = from; row < to; row++) text += `${row > from ? ',' : ''}${toUs(times[row])}`;
  return `${text}}`;
}

const COLUMNS = [
  ['speed_mps', 'speedMps'],
  ['course_deg', 'courseDeg'],
  ['altitude_m', 'altitudeM'],
  ['accuracy_m', 'accuracyM'],
] as const;

/** A run of fixes ready to be stored; made apart from its sending, so that the next can be made meanwhile. */
export type FixesToStore = { statement: SQL };

/**
 * Prepares the rows [from, to) of one device's normalised fixes, and their channels, as one statement. Rows that are
 * there already stay as they are.
 */
export function prepareFixes(
  deviceId: number,
  fixes: FixColumns,
  channels: readonly Channel[],
  from: number,
  to: number,
): FixesToStore {
  const [x, y] = fixes.frame === 'planar' ? ['x_m', 'y_m'] : ['lon', 'lat'];
  // What the logger does not know at all need not be spelt out row by row.
  const known = COLUMNS.filter(([, key]) => !fixes[key].subarray(from, to).every(Number.isNaN));
  const names = sql.raw(['time_us', x, y, ...known.map(([name]) => name)].join(', '));
  const arrays = [
    sql`${timesText(fixes.timeMs, from, to)}::text::int8[]`,
    sql`${arrayText(fixes.x, from, to)}::text::float8[]`,
    sql`${arrayText(fixes.y, from, to)}::text::float8[]`,
    ...known.map(([, key]) => sql`${arrayText(fixes[key], from, to)}::text::float4[]`),
  ];
  const rows = sql`
    insert into positions (device_id, ${names})
    select ${deviceId}::int4, fix.* from unnest(${sql.join(arrays, sql`, `)}) as fix
    on conflict do nothing`;
  if (channels.length === 0) return { statement: rows };
  const block = {
    deviceId,
    fromUs: toUs(fixes.timeMs[from]),
    toUs: toUs(fixes.timeMs[to - 1]),
    count: to - from,
  };
  const data = packChannels(channels, from, to);
  return { statement: sql`with block as (${insertBlock(block, channels, data)}) ${rows}` };
}

/** Stores what prepareFixes made, all or nothing. */
export async function storePrepared(db: Db, { statement }: FixesToStore): Promise<void> {
  await db.execute(statement);
}

/** Prepares and stores rows in one go. */
export async function insertFixes(
  db: Db,
  deviceId: number,
  fixes: FixColumns,
  channels: readonly Channel[],
  from: number,
  to: number,
): Promise<void> {
  if (to > from) await storePrepared(db, prepareFixes(deviceId, fixes, channels, from, to));
}

/** Time of the newest stored fix of a device in µs, or null. */
export async function newestFixUs(db: Db, deviceId: number): Promise<number | null> {
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(time_us) as last from positions where device_id = ${deviceId}`,
  );
  return row?.last == null ? null : Number(row.last);
}

/** Rows per read: a short turn on the embedded database. */
const READ_ROWS = 15_000;
/** time, x, y as float64, then speed, course, altitude and accuracy as float32, all big-endian. */
const ROW_BYTES = 3 * 8 + 4 * 4;

/** A device's stored fixes in [fromUs, toUs), in order of time, exactly as they were stored. */
export async function readFixes(
  db: Db,
  deviceId: number,
  frame: Frame,
  fromUs = 0,
  untilUs = Number.MAX_SAFE_INTEGER,
): Promise<FixColumns> {
  const pieces: Uint8Array[] = [];
  const place = frame === 'planar' ? sql.raw('x_m as x, y_m as y') : sql.raw('lon as x, lat as y');
  for (let nextUs = fromUs; ; ) {
    const [piece] = await db.execute<{ last: string | null; data: Uint8Array | null }>(sql`
      select max(time_us) as last, string_agg(
        float8send(time_us::float8) || float8send(x) || float8send(y)
        || float4send(coalesce(speed_mps, 'NaN')) || float4send(coalesce(course_deg, 'NaN'))
        || float4send(coalesce(altitude_m, 'NaN')) || float4send(coalesce(accuracy_m, 'NaN')), ''::bytea) as data
      from (
        select time_us, ${place}, speed_mps, course_deg, altitude_m, accuracy_m from positions
        where device_id = ${deviceId} and time_us >= ${nextUs} and time_us < ${untilUs}
        order by time_us limit ${READ_ROWS}) as part`);
    if (!piece?.data || piece.last === null) break;
    pieces.push(piece.data);
    if (piece.data.byteLength < READ_ROWS * ROW_BYTES) break;
    nextUs = Number(piece.last) + 1;
  }
  return decodeRows(frame, pieces);
}

function decodeRows(frame: Frame, pieces: readonly Uint8Array[]): FixColumns {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const fixes = emptyColumns(frame, bytes / ROW_BYTES);
  let row = 0;
  for (const piece of pieces) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = 0; at < piece.byteLength; at += ROW_BYTES, row++) {
      fixes.timeMs[row] = view.getFloat64(at) / 1000;
      fixes.x[row] = view.getFloat64(at + 8);
      fixes.y[row] = view.getFloat64(at + 16);
      fixes.speedMps[row] = view.getFloat32(at + 24);
      fixes.courseDeg[row] = view.getFloat32(at + 28);
      fixes.altitudeM[row] = view.getFloat32(at + 32);
      fixes.accuracyM[row] = view.getFloat32(at + 36);
    }
  }
  return fixes;
}

/** Deletes up to `rows` of a device's oldest fixes; gives how many went. */
export async function deleteFixes(db: Db, deviceId: number, rows: number): Promise<number> {
  const [gone] = await db.execute<{ count: number }>(sql`
    with gone as (
      delete from positions where device_id = ${deviceId} and time_us <= (
        select max(time_us) from (
          select time_us from positions where device_id = ${deviceId} order by time_us limit ${rows}) as oldest)
      returning 1)
    select count(*)::int as count from gone`);
  return gone?.count ?? 0;
}

/** Deletes the channels of a device. */
export async function deleteBlocks(db: Db, deviceId: number): Promise<void> {
  await db.execute(sql`delete from channel_blocks where device_id = ${deviceId}`);
}
