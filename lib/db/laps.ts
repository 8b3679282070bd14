import { sql } from 'drizzle-orm';
import { keptIds } from '@/lib/timing/lap-identity';
import { CROSSING_METHODS, type Crossing, type Lap } from '@/lib/timing/types';
import { type Db, inTransaction } from './client';

/** A lap as it is stored, with its trace; `id` = the old lap that it replaces, null = a new one. */
export type LapToStore = {
  id: number | null;
  lap: Lap;
  topMps: number | null;
  minMps: number | null;
  trace: StoredTrace | null;
};

export type StoredTrace = {
  samples: number;
  channels: { name: string; unit: string; scale: number }[];
  data: Uint8Array;
};

export type EntryResult = {
  sessionId: number;
  deviceId: number;
  trackRevision: number;
  detectorVersion: number;
  laps: readonly LapToStore[];
  crossings: readonly Crossing[];
};

const us = (timeMs: number): number => Math.round(timeMs * 1000);

/** Windows of an entry's laps, to find which new lap goes on as which old one. */
export async function lapWindows(
  db: Db,
  sessionId: number,
  deviceId: number,
): Promise<{ id: number; startMs: number; endMs: number }[]> {
  const rows = await db.execute<{ id: string; started_us: string; ended_us: string }>(sql`
    select id, started_us, ended_us from laps
    where session_id = ${sessionId} and device_id = ${deviceId} order by started_us`);
  return rows.map((row) => ({
    id: Number(row.id),
    startMs: Number(row.started_us) / 1000,
    endMs: Number(row.ended_us) / 1000,
  }));
}

/** Traces per statement: more would hold the embedded database too long. */
const TRACE_BYTES = 256 * 1024;

/**
 * Replaces an entry's laps, crossings and traces in one transaction, together with what `also` writes. Of a very
 * long recording the later traces follow after it, so that no transaction takes long. May be repeated. An entry
 * that was deleted meanwhile stays so.
 */
export async function replaceEntry(
  db: Db,
  result: EntryResult,
  also: (tx: Db) => Promise<void> = async () => {},
): Promise<void> {
  const { sessionId, deviceId } = result;
  const later = await inTransaction(db, async (tx) => {
    if (!(await holdEntry(tx, sessionId, deviceId))) return [];
    await deleteEntryLaps(tx, sessionId, deviceId);
    const ids = result.laps.length > 0 ? await insertLaps(tx, result) : [];
    if (result.crossings.length > 0) await insertCrossings(tx, result);
    const [first, ...rest] = traceBatches(result, ids);
    if (first) await insertTraces(tx, deviceId, first);
    await also(tx);
    return rest;
  });
  for (const batch of later)
    await inTransaction(db, async (tx) => {
      if (await holdEntry(tx, sessionId, deviceId)) await insertTraces(tx, deviceId, batch);
    });
}

/** Whether the entry is still there; until the end of the transaction it stays. */
async function holdEntry(tx: Db, sessionId: number, deviceId: number): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from sessions join session_entries on session_entries.session_id = sessions.id
    where sessions.id = ${sessionId} and session_entries.device_id = ${deviceId} for key share of sessions`);
  return rows.length > 0;
}

/**
 * Puts the laps of an entry from `fromUs` on in the place of those that are stored from there on (a lap that goes on
 * keeps its id), and adds crossings; with `crossingsFromUs` those from there on go first. Part of a transaction.
 */
export async function replaceLapsFrom(
  tx: Db,
  result: EntryResult,
  { fromUs, crossingsFromUs }: { fromUs: number; crossingsFromUs: number | null },
): Promise<void> {
  const { sessionId, deviceId } = result;
  if (!(await holdEntry(tx, sessionId, deviceId))) return;
  const old = (await lapWindows(tx, sessionId, deviceId)).filter(({ startMs }) => us(startMs) >= fromUs);
  const ids = keptIds(
    result.laps.map(({ lap }) => lap),
    old,
  );
  await deleteEntryLaps(tx, sessionId, deviceId, { fromUs, crossingsFromUs });
  const laps = result.laps.map((lap, index) => ({ ...lap, id: ids[index] ?? null }));
  const stored = laps.length > 0 ? await insertLaps(tx, { ...result, laps }) : [];
  if (result.crossings.length > 0) await insertCrossings(tx, result);
  for (const batch of traceBatches(result, stored)) await insertTraces(tx, deviceId, batch);
}

/** Writes what became of a lap that was stored before: its class and what goes with it. */
export async function correctLap(
  tx: Db,
  sessionId: number,
  deviceId: number,
  lap: Pick<Lap, 'startMs' | 'class' | 'reason' | 'estimated'>,
): Promise<void> {
  await tx.execute(sql`
    update laps set class = ${lap.class}, reason = ${lap.reason}, estimated = ${lap.estimated}
    where session_id = ${sessionId} and device_id = ${deviceId} and started_us = ${us(lap.startMs)}`);
}

type KeyedTrace = StoredTrace & { id: number };

function traceBatches({ laps }: EntryResult, ids: readonly number[]): KeyedTrace[][] {
  const batches: KeyedTrace[][] = [];
  let bytes = 0;
  laps.forEach(({ trace }, index) => {
    if (!trace) return;
    bytes += trace.data.byteLength;
    if (batches.length === 0 || bytes > TRACE_BYTES) {
      batches.push([]);
      bytes = trace.data.byteLength;
    }
    batches.at(-1)?.push({ ...trace, id: ids[index] ?? 0 });
  });
  return batches;
}

/** Deletes an entry's laps, crossings and traces; all, or those from an instant on (null = no crossings). */
export async function deleteEntryLaps(
  tx: Db,
  sessionId: number,
  deviceId: number,
  { fromUs, crossingsFromUs }: { fromUs: number; crossingsFromUs: number | null } = {
    fromUs: 0,
    crossingsFromUs: 0,
  },
): Promise<void> {
  const own = sql`laps.session_id = ${sessionId} and laps.device_id = ${deviceId} and started_us >= ${fromUs}`;
  await tx.execute(sql`
    delete from lap_traces using laps
    where ${own} and lap_traces.device_id = laps.device_id and lap_traces.lap_id = laps.id`);
  await tx.execute(sql`delete from laps where ${own}`);
  if (crossingsFromUs !== null)
    await tx.execute(sql`
      delete from crossings
      where session_id = ${sessionId} and device_id = ${deviceId} and time_us >= ${crossingsFromUs}`);
}

/** Gives the id of each lap, in their order. */
async function insertLaps(tx: Db, { laps, ...entry }: EntryResult): Promise<number[]> {
  const column = <T>(value: (lap: LapToStore) => T) => sql.param(laps.map(value));
  const rows = await tx.execute<{ id: string; started_us: string }>(sql`
    insert into laps (device_id, session_id, source, track_revision, detector_version,
      id, number, class, reason, started_us, ended_us, time_ms, uncertainty_ms, estimated, sectors, distance_m,
      top_speed_mps, min_speed_mps)
    overriding system value
    select ${entry.deviceId}::int4, ${entry.sessionId}::int4, 'gps', ${entry.trackRevision}::int4,
      ${entry.detectorVersion}::int4, coalesce(lap.id, nextval(pg_get_serial_sequence('laps', 'id'))),
      lap.number, lap.class, lap.reason, lap.started_us, lap.ended_us, lap.time_ms, lap.uncertainty_ms,
      lap.estimated, lap.sectors, lap.distance_m, lap.top_speed_mps, lap.min_speed_mps
    from unnest(
      ${column(({ id }) => id)}::int8[], ${column(({ lap }) => lap.number)}::int4[],
      ${column(({ lap }) => lap.class)}::text[], ${column(({ lap }) => lap.reason)}::text[],
      ${column(({ lap }) => us(lap.startMs))}::int8[], ${column(({ lap }) => us(lap.endMs))}::int8[],
      ${column(({ lap }) => lap.timeMs)}::float8[], ${column(({ lap }) => lap.uncertaintyMs)}::float8[],
      ${column(({ lap }) => String(lap.estimated))}::text[]::bool[], ${column(sectorsJson)}::text[]::jsonb[],
      ${column(({ lap }) => lap.distanceM)}::float4[],
      ${column(({ topMps }) => topMps)}::float4[], ${column(({ minMps }) => minMps)}::float4[]
    ) as lap(id, number, class, reason, started_us, ended_us, time_ms, uncertainty_ms, estimated, sectors,
      distance_m, top_speed_mps, min_speed_mps)
    returning id, started_us`);
  const idByStart = new Map(rows.map((row) => [Number(row.started_us), Number(row.id)]));
  return laps.map(({ lap }) => idByStart.get(us(lap.startMs)) ?? 0);
}

const sectorsJson = ({ lap }: LapToStore): string =>
  JSON.stringify(lap.sectors.map(({ number, timeMs }) => ({ number, time_ms: timeMs })));

async function insertTraces(tx: Db, deviceId: number, traces: readonly KeyedTrace[]): Promise<void> {
  // One parameter for all bytes: as an array of texts they would be quoted and copied several times.
  const bytes = Buffer.concat(traces.map((trace) => trace.data));
  let end = 0;
  const places = traces.map((trace) => {
    end += trace.data.byteLength;
    return end - trace.data.byteLength + 1;
  });
  await tx.execute(sql`
    insert into lap_traces (device_id, lap_id, samples, channels, data)
    select ${deviceId}::int4, trace.id, trace.samples, trace.channels,
      substring(${bytes}::bytea from trace.place for trace.bytes)
    from unnest(
      ${sql.param(traces.map((trace) => trace.id))}::int8[],
      ${sql.param(traces.map((trace) => trace.samples))}::int4[],
      ${sql.param(traces.map((trace) => JSON.stringify(trace.channels)))}::text[]::jsonb[],
      ${sql.param(places)}::int4[],
      ${sql.param(traces.map((trace) => trace.data.byteLength))}::int4[]
    ) as trace(id, samples, channels, place, bytes)
    on conflict (device_id, lap_id) do update set
      samples = excluded.samples, channels = excluded.channels, data = excluded.data`);
}

async function insertCrossings(tx: Db, { crossings, sessionId, deviceId }: EntryResult): Promise<void> {
  const column = <T>(value: (crossing: Crossing) => T) => sql.param(crossings.map(value));
  await tx.execute(sql`
    insert into crossings (device_id, session_id, time_us, checkpoint, direction, method, speed_mps,
      uncertainty_ms, in_gap)
    select ${deviceId}::int4, ${sessionId}::int4, crossing.* from unnest(
      ${column(({ timeMs }) => us(timeMs))}::int8[], ${column(({ checkpoint }) => checkpoint)}::int4[],
      ${column(({ direction }) => direction)}::int2[], ${column(methodOf)}::text[],
      ${column(({ speedMps }) => (Number.isFinite(speedMps) ? speedMps : null))}::float4[],
      ${column(({ uncertaintyMs }) => uncertaintyMs)}::float8[],
      ${column(({ inGap }) => String(inGap))}::text[]::bool[]) as crossing
    on conflict do nothing`);
}

const methodOf = ({ method }: Crossing): string => (CROSSING_METHODS.includes(method) ? method : 'linear');

export type LapRow = {
  id: string;
  session_id: number;
  device_id: number;
  entry_id: number;
  number: number;
  class: Lap['class'];
  reason: string | null;
  started_us: string;
  ended_us: string;
  time_ms: number;
  uncertainty_ms: number | null;
  estimated: boolean;
  sectors: { number: number; time_ms: number | null }[];
  distance_m: number;
  top_speed_mps: number | null;
  min_speed_mps: number | null;
  source: 'gps' | 'insim' | 'import';
  track_revision: number;
};

/** All laps of a session, entry by entry in driving order. */
export async function sessionLaps(db: Db, sessionId: number): Promise<LapRow[]> {
  return db.execute<LapRow>(sql`
    select laps.id, laps.session_id, laps.device_id, session_entries.id as entry_id, laps.number, laps.class,
      laps.reason, laps.started_us, laps.ended_us, laps.time_ms, laps.uncertainty_ms, laps.estimated,
      laps.sectors, laps.distance_m, laps.top_speed_mps, laps.min_speed_mps, laps.source, laps.track_revision
    from laps
    join session_entries on session_entries.session_id = laps.session_id
      and session_entries.device_id = laps.device_id
    where laps.session_id = ${sessionId}
    order by session_entries.id, laps.started_us`);
}

export type TraceRow = StoredTrace & { deviceId: number; frame: 'wgs84' | 'planar' };

/** The trace of a lap; without the device every device is asked. null = no such lap or no trace. */
export async function lapTrace(db: Db, lapId: number, deviceId: number | null): Promise<TraceRow | null> {
  const device = deviceId === null ? sql`` : sql`and laps.device_id = ${deviceId}`;
  const [row] = await db.execute<{
    device_id: number;
    frame: 'wgs84' | 'planar';
    samples: number;
    channels: StoredTrace['channels'];
    data: Uint8Array;
  }>(sql`
    select laps.device_id, devices.frame, lap_traces.samples, lap_traces.channels, lap_traces.data
    from laps
    join sessions on sessions.id = laps.session_id and sessions.ready
    join devices on devices.id = laps.device_id
    join lap_traces on lap_traces.device_id = laps.device_id and lap_traces.lap_id = laps.id
    where laps.id = ${lapId} ${device} limit 1`);
  if (!row) return null;
  const { device_id, ...trace } = row;
  return { ...trace, deviceId: device_id };
}
