import { sql } from 'drizzle-orm';
import { emptyColumns } from '@/lib/timing/normalise';
import type { Channel, FixColumns, Frame } from '@/lib/timing/types';
import { packChannels } from './channel-blocks';
import type { Db, Sql } from './client';

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
export type FixesToStore = { text: string; values: (string | number | Uint8Array)[] };

/**
 * Prepares the rows [from, to) of one device's normalised fixes, and their channels, as one statement: all of it or
 * nothing. A run of which a row is there already is left out whole.
 */
export function prepareFixes(
  deviceId: number,
  fixes: FixColumns,
  channels: readonly Channel[],
  from: number,
  to: number,
): FixesToStore {
  const run = { deviceId, fromUs: toUs(fixes.timeMs[from]), toUs: toUs(fixes.timeMs[to - 1]) };
  const [x, y] = fixes.frame === 'planar' ? ['x_m', 'y_m'] : ['lon', 'lat'];
  // What the logger does not know at all need not be spelt out row by row.
  const known = COLUMNS.filter(([, key]) => !fixes[key].subarray(from, to).every(Number.isNaN));
  const values: FixesToStore['values'] = [run.deviceId, run.fromUs, run.toUs];
  const arrays = [
    [timesText(fixes.timeMs, from, to), 'int8'],
    [arrayText(fixes.x, from, to), 'float8'],
    [arrayText(fixes.y, from, to), 'float8'],
    ...known.map(([, key]) => [arrayText(fixes[key], from, to), 'float4']),
  ].map(([text = '', type]) => `$${values.push(text)}::text::${type}[]`);
  const block = channels.length > 0 ? insertBlock(channels, from, to, values) : '';
  const text = `${block}
    insert into positions (${['device_id, time_us', x, y, ...known.map(([name]) => name)].join(', ')})
    select $1::int4, fix.* from unnest(${arrays.join(', ')}) as fix
    where not exists (
      select 1 from positions where device_id = $1::int4 and time_us between $2::int8 and $3::int8)`;
  return { text, values };
}

/** The part that keeps a run's channels beside it; its values follow those of the run ($1 to $3). */
function insertBlock(
  channels: readonly Channel[],
  from: number,
  to: number,
  values: FixesToStore['values'],
): string {
  const { kept, data } = packChannels(channels, from, to);
  const at = values.push(to - from, JSON.stringify(kept), data) - 2;
  return `with block as (
    insert into channel_blocks (device_id, from_us, to_us, count, channels, data)
    values ($1::int4, $2::int8, $3::int8, $${at}::int4, $${at + 1}::text::jsonb, $${at + 2}::bytea)
    on conflict (device_id, from_us) do nothing)`;
}

/**
 * Stores what prepareFixes made. As a prepared statement of the raw client: drizzle's has no name, so it would be
 * parsed and described anew for every run (a third of the whole).
 */
export async function storePrepared(sql: Sql, { text, values }: FixesToStore): Promise<void> {
  await sql.unsafe(text, values, { prepare: true });
}

/** Prepares and stores rows in one go. */
export async function insertFixes(
  sql: Sql,
  deviceId: number,
  fixes: FixColumns,
  channels: readonly Channel[],
  from: number,
  to: number,
): Promise<void> {
  if (to > from) await storePrepared(sql, prepareFixes(deviceId, fixes, channels, from, to));
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

/** A device's stored fixes in [fromUs, untilUs), the first `most`, in order of time, exactly as they were stored. */
export async function readFixes(
  db: Db,
  deviceId: number,
  frame: Frame,
  fromUs = 0,
  untilUs = Number.MAX_SAFE_INTEGER,
  most = Number.POSITIVE_INFINITY,
): Promise<FixColumns> {
  const pieces: Uint8Array[] = [];
  const place = frame === 'planar' ? sql.raw('x_m as x, y_m as y') : sql.raw('lon as x, lat as y');
  let left = most;
  for (let nextUs = fromUs; left > 0; ) {
    const rows = Math.min(READ_ROWS, left);
    const [piece] = await db.execute<{ last: string | null; data: Uint8Array | null }>(sql`
      select max(time_us) as last, string_agg(
        float8send(time_us::float8) || float8send(x) || float8send(y)
        || float4send(coalesce(speed_mps, 'NaN')) || float4send(coalesce(course_deg, 'NaN'))
        || float4send(coalesce(altitude_m, 'NaN')) || float4send(coalesce(accuracy_m, 'NaN')), ''::bytea) as data
      from (
        select time_us, ${place}, speed_mps, course_deg, altitude_m, accuracy_m from positions
        where device_id = ${deviceId} and time_us >= ${nextUs} and time_us < ${untilUs}
        order by time_us limit ${rows}) as part`);
    if (!piece?.data || piece.last === null) break;
    pieces.push(piece.data);
    if (piece.data.byteLength < rows * ROW_BYTES) break;
    left -= rows;
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

/** So long a window is counted at once: a short turn on the embedded database. */
const COUNT_US = 2 * 3600 * 1e6;

/** How many fixes a device has in [fromUs, untilUs), a window of some days at most. */
export async function countFixes(db: Db, deviceId: number, fromUs: number, untilUs: number): Promise<number> {
  let fixes = 0;
  for (let at = fromUs; at < untilUs; at += COUNT_US) {
    const end = Math.min(untilUs, at + COUNT_US);
    const [row] = await db.execute<{ fixes: number }>(sql`
      select count(*)::int as fixes from positions
      where device_id = ${deviceId} and time_us >= ${at} and time_us < ${end}`);
    fixes += row?.fixes ?? 0;
  }
  return fixes;
}

/** Time of the last fix at or before `atUs` and of the first at or after, in µs; null where there is none. */
export async function fixesAround(
  db: Db,
  deviceId: number,
  atUs: number,
): Promise<{ before: number | null; after: number | null }> {
  const [row] = await db.execute<{ before: string | null; after: string | null }>(sql`
    select (select max(time_us) from positions where device_id = ${deviceId} and time_us <= ${atUs}) as before,
      (select min(time_us) from positions where device_id = ${deviceId} and time_us >= ${atUs}) as after`);
  const number = (text: string | null | undefined) => (text == null ? null : Number(text));
  return { before: number(row?.before), after: number(row?.after) };
}

/** How many fixes devices have in [fromUs, untilUs), and how often they came. */
export async function fixCounts(
  db: Db,
  deviceIds: readonly number[],
  fromUs: number,
  untilUs: number,
): Promise<{ deviceId: number; fixes: number; rateHz: number | null }[]> {
  const counted: { deviceId: number; fixes: number; rateHz: number | null }[] = [];
  for (const deviceId of deviceIds) {
    const [row] = await db.execute<{ fixes: number; first: string | null; last: string | null }>(sql`
      select count(*)::int as fixes, min(time_us) as first, max(time_us) as last from positions
      where device_id = ${deviceId} and time_us >= ${fromUs} and time_us < ${untilUs}`);
    const fixes = row?.fixes ?? 0;
    const spanUs = Number(row?.last ?? 0) - Number(row?.first ?? 0);
    counted.push({ deviceId, fixes, rateHz: spanUs > 0 ? ((fixes - 1) * 1e6) / spanUs : null });
  }
  return counted;
}
