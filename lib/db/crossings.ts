import { sql } from 'drizzle-orm';
import type { Condition, FilterType } from '@/lib/contracts/filters';
import type { CrossingMethod } from '@/lib/timing/types';
import type { Db } from './client';
import { whereOf } from './conditions';

export type CrossingRow = {
  entry_id: number;
  device_id: number;
  time_us: string;
  checkpoint: number;
  direction: number;
  method: CrossingMethod;
  speed_mps: number | null;
  uncertainty_ms: number;
  in_gap: boolean;
};

const FIELDS = {
  entry_id: sql`session_entries.id`,
  device_id: sql`crossings.device_id`,
  at: sql`(crossings.time_us / 1000)`,
  checkpoint: sql`crossings.checkpoint`,
  direction: sql`crossings.direction`,
  method: sql`crossings.method`,
  in_gap: sql`crossings.in_gap`,
};

/** What a list of crossings can be cut down by. */
export const CROSSING_FILTERS = {
  entry_id: 'number',
  device_id: 'number',
  at: 'instant',
  checkpoint: 'number',
  direction: 'number',
  method: 'text',
  in_gap: 'flag',
} as const satisfies Record<keyof typeof FIELDS, FilterType>;

/** A page of a session's crossings in order of time, and how many match. */
export async function listCrossings(
  db: Db,
  sessionId: number,
  conditions: readonly Condition[],
  limit: number,
  offset: number,
): Promise<{ rows: CrossingRow[]; total: number }> {
  const chosen = sql`
    from crossings
    join session_entries on session_entries.session_id = crossings.session_id
      and session_entries.device_id = crossings.device_id
    where crossings.session_id = ${sessionId} and ${whereOf(conditions, FIELDS)}`;
  const rows = await db.execute<CrossingRow>(sql`
    select session_entries.id as entry_id, crossings.device_id, crossings.time_us, crossings.checkpoint,
      crossings.direction, crossings.method, crossings.speed_mps, crossings.uncertainty_ms, crossings.in_gap
    ${chosen}
    order by crossings.time_us, crossings.device_id, crossings.checkpoint limit ${limit} offset ${offset}`);
  const [counted] = await db.execute<{ count: number }>(sql`select count(*)::int as count ${chosen}`);
  return { rows, total: counted?.count ?? 0 };
}
