import { sql } from 'drizzle-orm';
import type { Condition, FilterType } from '@/lib/contracts/filters';
import type { SessionFilter } from '@/lib/contracts/sessions';
import type { Db } from './client';
import { whereOf } from './conditions';

export type SessionListRow = {
  id: number;
  name: string;
  kind: 'practice' | 'qualifying' | 'race';
  track_id: number | null;
  track_name: string | null;
  from_us: string;
  to_us: string;
  simulated: boolean;
  live: boolean;
  created_at: string;
  entries: number;
  laps: number;
  complete_laps: number;
  best_ms: number | null;
  best_number: string | null;
  best_driver: string | null;
  best_device: string | null;
  owner_id: number | null;
  owner_name: string | null;
  total: number;
};

const ORDERS = {
  newest: sql`sessions.from_us desc, sessions.id desc`,
  oldest: sql`sessions.from_us, sessions.id`,
  best: sql`best.time_ms nulls last, sessions.id desc`,
  name: sql`lower(sessions.name), sessions.id`,
};

const FIELDS = {
  id: sql`sessions.id`,
  name: sql`sessions.name`,
  kind: sql`sessions.kind`,
  simulated: sql`sessions.simulated`,
  live: sql`sessions.live`,
  started_at: sql`(sessions.from_us / 1000.0)`,
  ended_at: sql`(sessions.to_us / 1000.0)`,
  laps: sql`coalesce(driven.laps, 0)`,
  complete_laps: sql`coalesce(driven.complete, 0)`,
  best_ms: sql`best.time_ms`,
  owner_id: sql`sessions.owner_id`,
};

/** What a list of sessions can be cut down by. */
export const SESSION_FILTERS = {
  id: 'number',
  name: 'text',
  kind: 'text',
  simulated: 'flag',
  live: 'flag',
  started_at: 'instant',
  ended_at: 'instant',
  laps: 'number',
  complete_laps: 'number',
  best_ms: 'number',
  owner_id: 'number',
} as const satisfies Record<keyof typeof FIELDS, FilterType>;

/** The newest session that people can see. */
export async function latestSession(db: Db): Promise<number | null> {
  const [row] = await db.execute<{ id: number }>(
    sql`select id from sessions where ready order by from_us desc, id desc limit 1`,
  );
  return row?.id ?? null;
}

/** Sessions that match, with what a list shows of them; `total` counts all that match. */
export async function listSessions(
  db: Db,
  filter: SessionFilter,
  limit: number,
  offset: number,
  conditions: readonly Condition[] = [],
): Promise<SessionListRow[]> {
  const words = filter.search?.trim() ? `%${filter.search.trim().replace(/[\\%_]/g, '\\$&')}%` : null;
  return db.execute<SessionListRow>(sql`
    select sessions.id, sessions.name, sessions.kind, sessions.track_id, tracks.name as track_name,
      sessions.from_us, sessions.to_us, sessions.simulated, sessions.live, sessions.created_at,
      (select count(*)::int from session_entries where session_id = sessions.id) as entries,
      coalesce(driven.laps, 0) as laps, coalesce(driven.complete, 0) as complete_laps,
      best.time_ms as best_ms, best.number as best_number, best.driver as best_driver,
      best.device as best_device,
      sessions.owner_id, users.username as owner_name, count(*) over ()::int as total
    from sessions
    left join tracks on tracks.id = sessions.track_id
    left join users on users.id = sessions.owner_id
    left join (
      select session_id, count(*)::int as laps, count(*) filter (where class = 'complete')::int as complete
      from laps group by session_id) as driven on driven.session_id = sessions.id
    left join (
      select distinct on (laps.session_id) laps.session_id, laps.time_ms, session_entries.number,
        session_entries.driver, devices.name as device
      from laps
      join session_entries on session_entries.session_id = laps.session_id
        and session_entries.device_id = laps.device_id
      join devices on devices.id = laps.device_id
      where laps.class = 'complete' and not laps.estimated
      order by laps.session_id, laps.time_ms) as best on best.session_id = sessions.id
    where sessions.ready
      and (${filter.track_id ?? null}::int4 is null or sessions.track_id = ${filter.track_id ?? null}::int4)
      and (${words}::text is null or sessions.name ilike ${words}::text or tracks.name ilike ${words}::text)
      and ${whereOf(conditions, FIELDS)}
    order by ${ORDERS[filter.sort]} limit ${limit} offset ${offset}`);
}

export type EntryRow = {
  id: number;
  device_id: number;
  device_name: string;
  number: string | null;
  driver: string | null;
  car: string | null;
  car_class: string | null;
  fixes: number;
  rate_hz: number | null;
  rejected: Record<string, number>;
  distance_m: number | null;
};

/** The entries of a session with their devices. */
export async function sessionEntryRows(db: Db, sessionId: number): Promise<EntryRow[]> {
  return db.execute<EntryRow>(sql`
    select session_entries.id, session_entries.device_id, devices.name as device_name, session_entries.number,
      session_entries.driver, session_entries.car, session_entries.car_class, session_entries.fixes,
      session_entries.rate_hz, session_entries.rejected, session_entries.distance_m
    from session_entries join devices on devices.id = session_entries.device_id
    where session_entries.session_id = ${sessionId} order by session_entries.id`);
}

/** How many sessions, laps and fixes people can see; fixes as the imports counted them. */
export async function countAll(db: Db): Promise<{ sessions: number; laps: number; fixes: number }> {
  const [row] = await db.execute<{ sessions: number; laps: number; fixes: string | null }>(sql`
    select (select count(*)::int from sessions where ready) as sessions,
      (select count(*)::int from laps join sessions on sessions.id = laps.session_id where ready) as laps,
      (select sum(fixes) from session_entries join sessions on sessions.id = session_id where ready) as fixes`);
  return { sessions: row?.sessions ?? 0, laps: row?.laps ?? 0, fixes: Number(row?.fixes ?? 0) };
}
