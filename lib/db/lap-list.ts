import { type SQL, sql } from 'drizzle-orm';
import type { Condition, FilterType } from '@/lib/contracts/filters';
import type { LapFilter } from '@/lib/contracts/laps';
import type { Db } from './client';
import { whereOf } from './conditions';
import type { LapRow } from './laps';

/** A lap with what a list of many sessions shows of it. */
export type LapListRow = LapRow & {
  stint: number;
  session_name: string;
  simulated: boolean;
  track_id: number | null;
  track_name: string | null;
  car_number: string | null;
  driver: string | null;
  device_name: string;
};

/** Compared as they are shown: times to the microsecond, instants to the millisecond, float4 by its decimals. */
const FIELDS = {
  id: sql`laps.id`,
  track_id: sql`sessions.track_id`,
  device_id: sql`laps.device_id`,
  entry_id: sql`session_entries.id`,
  driver: sql`session_entries.driver`,
  car_number: sql`session_entries.number`,
  number: sql`laps.number`,
  class: sql`laps.class`,
  reason: sql`laps.reason`,
  lap_time_ms: sql`(round(laps.time_ms * 1000) / 1000)`,
  uncertainty_ms: sql`(round(laps.uncertainty_ms * 1000) / 1000)`,
  estimated: sql`laps.estimated`,
  started_at: sql`(laps.started_us / 1000)`,
  distance_m: sql`laps.distance_m::text::float8`,
  top_speed_mps: sql`laps.top_speed_mps::text::float8`,
  min_speed_mps: sql`laps.min_speed_mps::text::float8`,
  simulated: sql`sessions.simulated`,
  source: sql`laps.source`,
};

/** What a list of laps can be cut down by. */
export const LAP_FILTERS = {
  id: 'number',
  track_id: 'number',
  device_id: 'number',
  entry_id: 'number',
  driver: 'text',
  car_number: 'text',
  number: 'number',
  class: 'text',
  reason: 'text',
  lap_time_ms: 'number',
  uncertainty_ms: 'number',
  estimated: 'flag',
  started_at: 'instant',
  distance_m: 'number',
  top_speed_mps: 'number',
  min_speed_mps: 'number',
  simulated: 'flag',
  source: 'text',
} as const satisfies Record<keyof typeof FIELDS, FilterType>;

const ORDERS: Record<LapFilter['sort'], SQL> = {
  newest: sql`started_us desc, id desc`,
  fastest: sql`time_ms, id`,
};

const OF_PAGE: Record<LapFilter['sort'], SQL> = {
  newest: sql`page.started_us desc, page.id desc`,
  fastest: sql`page.time_ms, page.id`,
};

/** Which laps: of one session (null = of all), and what is compared. */
export type LapChoice = { sessionId: number | null; conditions: readonly Condition[] };

const FROM = sql`
  from laps
  join sessions on sessions.id = laps.session_id and sessions.ready
  join session_entries on session_entries.session_id = laps.session_id
    and session_entries.device_id = laps.device_id`;

const chosen = ({ sessionId, conditions }: LapChoice): SQL =>
  sql`(${sessionId}::int4 is null or laps.session_id = ${sessionId}::int4) and ${whereOf(conditions, FIELDS)}`;

/** A page of the laps that are chosen. Stints are counted for the page alone, by the rule of stintsOf. */
export async function listLaps(
  db: Db,
  choice: LapChoice,
  sort: LapFilter['sort'],
  limit: number,
  offset: number,
): Promise<LapListRow[]> {
  return db.execute<LapListRow>(sql`
    with page as (
      select laps.id, laps.session_id, laps.device_id, session_entries.id as entry_id, laps.number, laps.class,
        laps.reason, laps.started_us, laps.ended_us, laps.time_ms, laps.uncertainty_ms, laps.estimated,
        laps.sectors, laps.distance_m, laps.top_speed_mps, laps.min_speed_mps, laps.source, laps.track_revision,
        sessions.name as session_name, sessions.simulated, sessions.track_id,
        session_entries.number as car_number, session_entries.driver
      ${FROM} where ${chosen(choice)}
      order by ${ORDERS[sort]} limit ${limit} offset ${offset}),
    driven as (
      select laps.session_id, laps.device_id, laps.id, laps.class, laps.started_us,
        lag(laps.class) over (partition by laps.session_id, laps.device_id order by laps.started_us) as last
      from laps
      join (select distinct session_id, device_id from page) as entries
        on entries.session_id = laps.session_id and entries.device_id = laps.device_id),
    stints as (
      select device_id, id, 1 + (count(*) filter (
          where last in ('pitstop', 'inlap') or (class = 'outlap' and last <> 'inlap'))
        over (partition by session_id, device_id order by started_us))::int as stint
      from driven)
    select page.*, tracks.name as track_name, devices.name as device_name, stints.stint
    from page
    join stints on stints.device_id = page.device_id and stints.id = page.id
    join devices on devices.id = page.device_id
    left join tracks on tracks.id = page.track_id
    order by ${OF_PAGE[sort]}`);
}

/** How many laps are chosen, and how many sectors the one with the most of them has. */
export async function countLaps(db: Db, choice: LapChoice): Promise<{ laps: number; sectors: number }> {
  const [row] = await db.execute<{ laps: number; sectors: number | null }>(sql`
    select count(*)::int as laps, max(jsonb_array_length(laps.sectors)) as sectors
    ${FROM} where ${chosen(choice)}`);
  return { laps: row?.laps ?? 0, sectors: row?.sectors ?? 0 };
}
