import type postgres from 'postgres';
import type { Attributes, IncomingFix, IngestDevice, Verdict } from '@/lib/live/ingest';
import { type Settled, settleFixes } from '@/lib/live/settle-fixes';
import { stepM } from '@/lib/timing/odometer';
import type { Sql } from './client';
import { lateWaysM } from './late-ways';

/** Normalised fixes of one device, in the order in which they came. */
export type FixesOfDevice = { device: IngestDevice; fixes: IncomingFix[] };

/** What became of them; `gone` = the device is deleted. */
export type CommittedDevice =
  | { gone: true }
  | { gone: false; verdicts: Verdict[]; stored: IncomingFix[]; storedTotal: number; late: boolean };

type Tx = postgres.TransactionSql;

type StateRow = {
  device_id: number;
  last_us: string | null;
  x: number | null;
  y: number | null;
  speed_mps: number | null;
  stored: string;
};

const us = (timeMs: number): number => Math.round(timeMs * 1000);
const orNaN = (value: number | null): number => value ?? Number.NaN;

/**
 * Stores fixes of several devices with their states in one transaction: all of it or nothing. Whoever writes fixes of
 * the same device meanwhile waits for its row. May be repeated: what is there already is a duplicate.
 */
export async function commitFixes(sql: Sql, groups: readonly FixesOfDevice[]): Promise<CommittedDevice[]> {
  return sql.begin(async (tx) => {
    const states = await lockStates(
      tx,
      groups.map(({ device }) => device.id),
    );
    const known = await storedAtTimes(tx, groups, states);
    const settled = groups.map((group) => {
      const state = states.get(group.device.id);
      if (!state) return null;
      const lastUs = state.last_us === null ? null : Number(state.last_us);
      const at = (timeUs: number) => known.get(`${group.device.id} ${timeUs}`);
      return settleFixes(group.device, lastUs, at, group.fixes);
    });
    await insertRows(tx, groups, settled);
    const changes: Change[] = [];
    for (const [index, group] of groups.entries()) {
      const [one, state] = [settled[index], states.get(group.device.id)];
      if (one && state) changes.push(await changeOf(tx, group.device, one, state));
    }
    await updateStates(tx, changes);
    return settled.map((one, index): CommittedDevice => {
      const state = states.get(groups[index]?.device.id ?? 0);
      if (!one || !state) return { gone: true };
      const storedTotal = Number(state.stored) + one.toStore.length;
      return { gone: false, verdicts: one.verdicts, stored: one.toStore, storedTotal, late: one.late > 0 };
    });
  });
}

/** The devices' states, locked until the end of the transaction; made where there was none yet. */
async function lockStates(tx: Tx, ids: readonly number[]): Promise<Map<number, StateRow>> {
  const list = `{${ids.join(',')}}`;
  const select = () =>
    tx.unsafe<StateRow[]>(
      `select device_id, last_us, x, y, speed_mps, stored from device_states
       where device_id = any($1::text::int4[]) order by device_id for update`,
      [list],
      { prepare: true },
    );
  let rows = await select();
  if (rows.length < new Set(ids).size) {
    await tx.unsafe(
      `insert into device_states (device_id, last_us)
       select id, (select max(time_us) from positions where device_id = devices.id)
       from devices where id = any($1::text::int4[]) order by id on conflict do nothing`,
      [list],
    );
    rows = await select();
  }
  return new Map(rows.map((row) => [row.device_id, row]));
}

type StoredRow = {
  device_id: number;
  time_us: string;
  x: number;
  y: number;
  speed_mps: number | null;
  course_deg: number | null;
  altitude_m: number | null;
  accuracy_m: number | null;
};

/** What is stored at the times that are not newer than the device's newest fix, by `device time`. */
async function storedAtTimes(
  tx: Tx,
  groups: readonly FixesOfDevice[],
  states: ReadonlyMap<number, StateRow>,
): Promise<Map<string, IncomingFix>> {
  const found = new Map<string, IncomingFix>();
  for (const { device, fixes } of groups) {
    const lastUs = Number(states.get(device.id)?.last_us ?? Number.NaN);
    const times = fixes.map(({ timeMs }) => us(timeMs)).filter((timeUs) => timeUs <= lastUs);
    if (times.length === 0) continue;
    const rows = await tx.unsafe<StoredRow[]>(
      `select device_id, time_us, coalesce(lon, x_m) as x, coalesce(lat, y_m) as y,
         speed_mps, course_deg, altitude_m, accuracy_m
       from positions where device_id = $1::int4 and time_us = any($2::text::int8[])`,
      [device.id, `{${times.join(',')}}`],
      { prepare: true },
    );
    for (const row of rows) found.set(`${row.device_id} ${row.time_us}`, fixOf(row));
  }
  return found;
}

const fixOf = (row: StoredRow): IncomingFix => ({
  timeMs: Number(row.time_us) / 1000,
  x: row.x,
  y: row.y,
  speedMps: orNaN(row.speed_mps === null ? null : Math.fround(row.speed_mps)),
  courseDeg: orNaN(row.course_deg === null ? null : Math.fround(row.course_deg)),
  altitudeM: orNaN(row.altitude_m === null ? null : Math.fround(row.altitude_m)),
  accuracyM: orNaN(row.accuracy_m === null ? null : Math.fround(row.accuracy_m)),
  attributes: null,
});

/** A column of numbers as the text of an array; unknown = NULL. */
class ColumnText {
  private text = '';

  add(value: number | null): void {
    const known = value !== null && !Number.isNaN(value);
    const written = known ? (Object.is(value, -0) ? '-0' : String(value)) : 'NULL';
    this.text += this.text ? `,${written}` : written;
  }

  toString(): string {
    return `{${this.text}}`;
  }
}

const ROW_COLUMNS = [
  ['device_id', 'int4'],
  ['time_us', 'int8'],
  ['lat', 'float8'],
  ['lon', 'float8'],
  ['x_m', 'float8'],
  ['y_m', 'float8'],
  ['speed_mps', 'float4'],
  ['course_deg', 'float4'],
  ['altitude_m', 'float4'],
  ['accuracy_m', 'float4'],
] as const;

async function insertRows(
  tx: Tx,
  groups: readonly FixesOfDevice[],
  settled: readonly (Settled | null)[],
): Promise<void> {
  const columns = ROW_COLUMNS.map(() => new ColumnText());
  const attributes: (Attributes | null)[] = [];
  for (const [index, { device }] of groups.entries()) {
    const isGeo = device.frame === 'wgs84';
    for (const fix of settled[index]?.toStore ?? []) {
      const place = isGeo ? [fix.y, fix.x, null, null] : [null, null, fix.x, fix.y];
      const values = [device.id, us(fix.timeMs), ...place];
      const rest = [fix.speedMps, fix.courseDeg, fix.altitudeM, fix.accuracyM];
      for (const [at, value] of [...values, ...rest].entries()) columns[at]?.add(value);
      attributes.push(fix.attributes);
    }
  }
  const rows = attributes.length;
  if (rows === 0) return;
  const hasAttributes = attributes.some((one) => one !== null);
  const arrays = ROW_COLUMNS.map(([, type], at) => `unnest($${at + 1}::text::${type}[])`);
  const names = ROW_COLUMNS.map(([name]) => name).join(', ');
  const values: string[] = columns.map(String);
  if (hasAttributes) values.push(JSON.stringify(attributes));
  const more = hasAttributes ? `, jsonb_array_elements($${values.length}::text::jsonb)` : '';
  const result = await tx.unsafe(
    `insert into positions (${names}${hasAttributes ? ', attributes' : ''})
     select ${names}${hasAttributes ? ", nullif(attributes, 'null')" : ''}
     from rows from (${arrays.join(', ')}${more}) as fix(${names}${hasAttributes ? ', attributes' : ''})
     on conflict do nothing`,
    values,
    { prepare: true },
  );
  // The states are locked and their newest times known: only somebody who writes past this way could be in between.
  if (result.count !== rows)
    throw new Error(`${rows - result.count} of ${rows} fixes were stored by somebody else meanwhile.`);
}

type Change = {
  device_id: number;
  /** null = the newest fix is still the old one. */
  last_us: number | null;
  x: number | null;
  y: number | null;
  speed_mps: number | null;
  course_deg: number | null;
  altitude_m: number | null;
  accuracy_m: number | null;
  attributes: Attributes | null;
  way_m: number;
  stored: number;
  duplicates: number;
  refused: Record<string, number>;
};

async function changeOf(tx: Tx, device: IngestDevice, settled: Settled, state: StateRow): Promise<Change> {
  const fresh = settled.toStore.slice(settled.late);
  const last = fresh.at(-1);
  const late = settled.toStore.slice(0, settled.late);
  const lateM = late.length > 0 ? await lateWaysM(tx, device, late) : 0;
  const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  const refused: Record<string, number> = {};
  let duplicates = 0;
  for (const verdict of settled.verdicts) {
    if (verdict === 'duplicate') duplicates++;
    else if (verdict !== 'stored') refused[verdict] = (refused[verdict] ?? 0) + 1;
  }
  return {
    device_id: device.id,
    last_us: last ? us(last.timeMs) : null,
    x: orNull(last?.x),
    y: orNull(last?.y),
    speed_mps: orNull(last?.speedMps),
    course_deg: orNull(last?.courseDeg),
    altitude_m: orNull(last?.altitudeM),
    accuracy_m: orNull(last?.accuracyM),
    attributes: last?.attributes ?? null,
    way_m: freshWaysM(device, state, fresh) + lateM,
    stored: settled.toStore.length,
    duplicates,
    refused,
  };
}

/** The way from the newest stored fix on through the new ones. */
function freshWaysM({ frame }: IngestDevice, state: StateRow, fresh: readonly IncomingFix[]): number {
  let before =
    state.last_us === null || state.x === null || state.y === null
      ? null
      : {
          timeMs: Number(state.last_us) / 1000,
          x: state.x,
          y: state.y,
          speedMps: orNaN(state.speed_mps === null ? null : Math.fround(state.speed_mps)),
        };
  let wayM = 0;
  for (const fix of fresh) {
    if (before) wayM += stepM(frame, before, fix);
    before = fix;
  }
  return wayM;
}

async function updateStates(tx: Tx, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const ofLast = ['x', 'y', 'speed_mps', 'course_deg', 'altitude_m', 'accuracy_m', 'attributes']
    .map((name) => `${name} = case when change.last_us is null then state.${name} else change.${name} end`)
    .join(', ');
  await tx.unsafe(
    `update device_states as state set ${ofLast},
       last_us = coalesce(change.last_us, state.last_us),
       received_at = now(),
       last_at = case when change.last_us is null then state.last_at else now() end,
       odometer_m = state.odometer_m + change.way_m,
       stored = state.stored + change.stored,
       duplicates = state.duplicates + change.duplicates,
       refused = case when change.refused = '{}' then state.refused else (
         select coalesce(jsonb_object_agg(reason, total), '{}') from (
           select reason, sum(count::int8) as total from (
             select * from jsonb_each_text(state.refused) as old(reason, count)
             union all select * from jsonb_each_text(change.refused)) as both_counts group by reason) as sums) end
     from jsonb_to_recordset($1::text::jsonb) as change(device_id int4, last_us int8, x float8, y float8,
       speed_mps float4, course_deg float4, altitude_m float4, accuracy_m float4, attributes jsonb, way_m float8,
       stored int8, duplicates int8, refused jsonb)
     where state.device_id = change.device_id`,
    [JSON.stringify(changes)],
    { prepare: true },
  );
}
