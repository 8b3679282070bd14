import { asc, count, eq, sql } from 'drizzle-orm';
import { deviceStates, type Trip } from '@/drizzle/schema/live';
import { devices } from '@/drizzle/schema/sessions';
import { SPEED_HOLDS_MS, STANDSTILL_MPS } from '@/lib/timing/odometer';
import type { Frame } from '@/lib/timing/types';
import type { Db } from './client';

export type DeviceState = typeof deviceStates.$inferSelect;

/** What is known of a device now; null = it never sent anything live. */
export async function stateOf(db: Db, deviceId: number): Promise<DeviceState | null> {
  const [row] = await db.select().from(deviceStates).where(eq(deviceStates.deviceId, deviceId));
  return row ?? null;
}

/** Takes a sign of life that holds no fix: `attributes` join those that are known. */
export async function touchState(
  db: Db,
  deviceId: number,
  attributes: Record<string, unknown> | null,
): Promise<void> {
  const told = JSON.stringify(attributes ?? {});
  await db.execute(sql`
    insert into device_states as state (device_id, received_at, attributes)
    values (${deviceId}, now(), ${told}::text::jsonb)
    on conflict (device_id) do update set received_at = now(),
      attributes = coalesce(state.attributes, '{}') || excluded.attributes`);
}

/** Sets a trip counter to zero at what the odometer shows now; null = nothing is known of the device yet. */
export async function resetTrip(tx: Db, deviceId: number, name: string): Promise<Trip | null> {
  const [row] = await tx.execute<{ trip: string }>(sql`
    update device_states set trips = trips || jsonb_build_object(${name}::text, jsonb_build_object(
      'from_m', odometer_m, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
    where device_id = ${deviceId} returning (trips -> ${name}::text)::text as trip`);
  return row ? tripIn(row.trip) : null;
}

/** What the statement above builds. */
const tripIn = (text: string): Trip => JSON.parse(text);

const robotRows = (db: Db) =>
  db
    .select({
      id: devices.id,
      name: devices.externalId,
      ownerId: devices.ownerId,
      createdAt: devices.createdAt,
      state: deviceStates,
    })
    .from(devices)
    .leftJoin(deviceStates, eq(deviceStates.deviceId, devices.id));

export type RobotRow = Awaited<ReturnType<typeof listRobots>>[number];

const isRobot = sql`${devices.source} = 'robot' and ${devices.ready}`;

/** Robots by name. */
export function listRobots(db: Db, limit: number, offset: number) {
  return robotRows(db).where(isRobot).orderBy(asc(devices.externalId)).limit(limit).offset(offset);
}

export function robotsById(db: Db, ids: readonly number[]): Promise<RobotRow[]> {
  return robotRows(db).where(
    sql`${isRobot} and ${devices.id} = any(${sql.param(`{${ids.join(',')}}`)}::int4[])`,
  );
}

export async function robotNamed(db: Db, name: string): Promise<RobotRow | null> {
  const [row] = await robotRows(db).where(sql`${isRobot} and ${devices.externalId} = ${name}`);
  return row ?? null;
}

export async function countRobots(db: Db): Promise<number> {
  const [row] = await db.select({ count: count() }).from(devices).where(isRobot);
  return row?.count ?? 0;
}

/** Rows per read: a short turn on the embedded database. */
const ROWS = 10_000;

/**
 * The way in metres through a device's stored fixes in [fromUs, toUs], both ends included and open where null: the sum
 * of lib/timing/odometer's stepM over the fixes inside, 0 with fewer than two.
 */
export async function rangeOdometer(
  db: Db,
  deviceId: number,
  frame: Frame,
  fromUs: number | null,
  toUs: number | null,
): Promise<number> {
  const step = frame === 'planar' ? PLANAR_STEP : EARTH_STEP;
  const place = sql.raw(frame === 'planar' ? 'x_m as x, y_m as y' : 'lon as x, lat as y');
  const until = toUs ?? Number.MAX_SAFE_INTEGER;
  let wayM = 0;
  // The last fix of a piece is the first of the next one.
  for (let at = fromUs ?? 0; ; ) {
    const [piece] = await db.execute<{ rows: number; last: string | null; way: number | null }>(sql`
      select count(*)::int as rows, max(time_us) as last, sum(${step}) as way from (
        select time_us, x, y, speed, time_us - lag(time_us) over by_time as dt_us,
          lag(x) over by_time as x0, lag(y) over by_time as y0, lag(speed) over by_time as speed0
        from (
          select time_us, ${place}, speed_mps::float8 as speed from positions
          where device_id = ${deviceId} and time_us between ${at} and ${until}
          order by time_us limit ${ROWS}) as part
        window by_time as (order by time_us)) as steps`);
    wayM += piece?.way ?? 0;
    if (!piece?.last || piece.rows < ROWS) return wayM;
    at = Number(piece.last);
  }
}

/** The distance of points, unlike a sum of squares, can neither overflow nor underflow (which are errors here). */
const PLANAR_STEP = sql`case when dt_us is not null then point(x, y) <-> point(x0, y0) end`;

/** Numbers this small would underflow in what follows, and are nothing in degrees. */
const near = (degrees: string) => `(case when abs(${degrees}) < 1e-30 then 0 else ${degrees} end)`;
const LON = near(
  '(case when x - x0 > 180 then x - x0 - 360 when x - x0 < -180 then x - x0 + 360 else x - x0 end)',
);
const MIDDLE = `radians(${near('(y + y0)')} / 2)`;
const W = `(1 - 6.69437999014e-3 * (1 - cos(2 * ${MIDDLE})) / 2)`;
/** By WGS84's radii of curvature at the middle latitude, as lib/timing/plane has them. */
const CHORD = `(point(${LON} * radians(6378137) * cos(${MIDDLE}) / sqrt(${W}),
  ${near('(y - y0)')} * radians(6378137) * (1 - 6.69437999014e-3) / power(${W}, 1.5)) <-> point(0, 0))`;

const EARTH_STEP = sql.raw(`case
  when dt_us is null then null
  when dt_us <= ${SPEED_HOLDS_MS * 1000} and speed >= 0 and speed0 >= 0 then
    case when speed < ${STANDSTILL_MPS} and speed0 < ${STANDSTILL_MPS} then 0
      else (speed + speed0) / 2 * dt_us / 1e6 end
  when ${CHORD} * 1e6 < ${STANDSTILL_MPS} * dt_us then 0
  else ${CHORD} end`);

/** Rows per count: the embedded database serves others in between. */
const COUNT_ROWS = 100_000;

/** How many fixes a device has in [fromUs, toUs], both ends included. */
export async function countBetween(db: Db, deviceId: number, fromUs: number, toUs: number): Promise<number> {
  let fixes = 0;
  for (let at = fromUs; ; ) {
    const [piece] = await db.execute<{ rows: number; last: string | null }>(sql`
      select count(*)::int as rows, max(time_us) as last from (
        select time_us from positions where device_id = ${deviceId} and time_us between ${at} and ${toUs}
        order by time_us limit ${COUNT_ROWS}) as part`);
    fixes += piece?.rows ?? 0;
    if (!piece?.last || piece.rows < COUNT_ROWS) return fixes;
    at = Number(piece.last) + 1;
  }
}
