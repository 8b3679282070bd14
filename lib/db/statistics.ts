import { type SQL, sql } from 'drizzle-orm';
import type { BestLapFilter, StatisticsFilter } from '@/lib/contracts/statistics';
import type { Lap } from '@/lib/timing/types';
import type { Db } from './client';

/** Laps that people can see, with who drove what and where. */
const DRIVEN = sql`
  laps
  join sessions on sessions.id = laps.session_id and sessions.ready
  join session_entries on session_entries.session_id = laps.session_id
    and session_entries.device_id = laps.device_id
  join devices on devices.id = laps.device_id
  left join tracks on tracks.id = sessions.track_id`;

/** Which laps count. A lap that was given up or cut by the recording's end has no time from line to line. */
const counts = ({ include_invalid }: StatisticsFilter): SQL =>
  include_invalid
    ? sql`(laps.class = 'complete'
        or (laps.class = 'invalid' and coalesce(laps.reason, '') not in ('aborted', 'session_end')))`
    : sql`(laps.class = 'complete' and not laps.estimated)`;

const isIf = (column: SQL, value: string | undefined): SQL =>
  value === undefined ? sql`true` : sql`${column} = ${value}`;

export type BestLapRow = {
  lap_id: string;
  session_id: number;
  session_name: string;
  simulated: boolean;
  device_id: number;
  number: number;
  class: Lap['class'];
  time_ms: number;
  uncertainty_ms: number | null;
  estimated: boolean;
  started_us: string;
  sectors: { number: number; time_ms: number | null }[];
  car_number: string | null;
  driver: string | null;
  vehicle: string | null;
  device_name: string;
  track_id: number | null;
  track_name: string | null;
};

/** The fastest laps, and how many there are to choose from. */
export async function bestLaps(
  db: Db,
  filter: BestLapFilter,
  limit: number,
  offset: number,
): Promise<{ rows: BestLapRow[]; total: number }> {
  const where = sql`${counts(filter)} and ${isIf(sql`tracks.name`, filter.circuit)}
    and ${isIf(sql`session_entries.car`, filter.vehicle)}`;
  const rows = await db.execute<BestLapRow>(sql`
    select laps.id as lap_id, laps.session_id, sessions.name as session_name, sessions.simulated,
      laps.device_id, laps.number, laps.class, laps.time_ms, laps.uncertainty_ms, laps.estimated,
      laps.started_us, laps.sectors, session_entries.number as car_number, session_entries.driver,
      session_entries.car as vehicle, devices.name as device_name, sessions.track_id, tracks.name as track_name
    from ${DRIVEN} where ${where} order by laps.time_ms, laps.id limit ${limit} offset ${offset}`);
  const [counted] = await db.execute<{ total: number }>(
    sql`select count(*)::int as total from ${DRIVEN} where ${where}`,
  );
  return { rows, total: counted?.total ?? 0 };
}

/** Figures of laps together; times in ms, null without laps. */
export type FiguresRow = {
  laps: number;
  best_ms: number | null;
  best_id: string | null;
  average_ms: number | null;
};

const FIGURES = sql`
  count(laps.id)::int as laps, min(laps.time_ms) as best_ms, avg(laps.time_ms) as average_ms,
  (array_agg(laps.id order by laps.time_ms, laps.id))[1] as best_id`;

export type DriverRow = FiguresRow & { track_id: number | null; track_name: string | null; sessions: number };

/** A driver's figures on each circuit, the busiest first; sessions without a counted lap too. */
export function driverRows(db: Db, driver: string, filter: StatisticsFilter): Promise<DriverRow[]> {
  return db.execute<DriverRow>(sql`
    select sessions.track_id, tracks.name as track_name, count(distinct sessions.id)::int as sessions, ${FIGURES}
    from session_entries
    join sessions on sessions.id = session_entries.session_id and sessions.ready
    left join tracks on tracks.id = sessions.track_id
    left join laps on laps.session_id = session_entries.session_id
      and laps.device_id = session_entries.device_id and ${counts(filter)}
    where session_entries.driver = ${driver}
    group by sessions.track_id, tracks.name order by laps desc, sessions.track_id`);
}

/** How far a driver drove in all. */
export async function drivenM(db: Db, driver: string): Promise<number> {
  const [row] = await db.execute<{ distance_m: number | null }>(sql`
    select sum(session_entries.distance_m::float8) as distance_m from session_entries
    join sessions on sessions.id = session_entries.session_id and sessions.ready
    where session_entries.driver = ${driver}`);
  return row?.distance_m ?? 0;
}

/** The tracks of a name. */
export async function tracksNamed(db: Db, name: string): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`select id from tracks where name = ${name} order by id`);
  return rows.map((row) => row.id);
}

/** Figures of all laps on some tracks. */
export async function tracksFigures(
  db: Db,
  trackIds: readonly number[],
  filter: StatisticsFilter,
): Promise<FiguresRow & { sessions: number }> {
  const onThem = sql`sessions.track_id = any(${sql.param([...trackIds])}::int4[])`;
  const [row] = await db.execute<FiguresRow>(
    sql`select ${FIGURES} from ${DRIVEN} where ${counts(filter)} and ${onThem}`,
  );
  const [counted] = await db.execute<{ sessions: number }>(
    sql`select count(*)::int as sessions from sessions where ready and ${onThem}`,
  );
  const none = { laps: 0, best_ms: null, best_id: null, average_ms: null };
  return { ...(row ?? none), sessions: counted?.sessions ?? 0 };
}

/** Who drove a lap. */
export async function driverOfLap(db: Db, lapId: number) {
  const [row] = await db.execute<{ number: string | null; driver: string | null; device_name: string }>(sql`
    select session_entries.number, session_entries.driver, devices.name as device_name
    from ${DRIVEN} where laps.id = ${lapId}`);
  return row ?? null;
}

export type VehicleRow = { name: string; car_class: string | null; sessions: number };

/** Cars that sessions name, by name, and how many there are. */
export async function vehicles(
  db: Db,
  limit: number,
  offset: number,
): Promise<{ rows: VehicleRow[]; total: number }> {
  const named = sql`session_entries
    join sessions on sessions.id = session_entries.session_id and sessions.ready
    where session_entries.car is not null`;
  const rows = await db.execute<VehicleRow>(sql`
    select session_entries.car as name, session_entries.car_class,
      count(distinct sessions.id)::int as sessions
    from ${named} group by 1, 2 order by 1, 2 nulls first limit ${limit} offset ${offset}`);
  const [counted] = await db.execute<{ total: number }>(sql`
    select count(*)::int as total
    from (select distinct session_entries.car, session_entries.car_class from ${named}) as known`);
  return { rows, total: counted?.total ?? 0 };
}
