import { and, count, desc, eq, gte, inArray, lt, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { logs } from '@/drizzle/schema/people';
import type { LogFilter, UsageFilter } from '@/lib/contracts/logs';
import type { Db } from './client';

export type LogRow = typeof logs.$inferSelect;
export type NewLog = Omit<LogRow, 'id' | 'at'>;

/** Rows that tell of deleted rows: they stay whatever is deleted. */
export const DELETIONS = ['log.delete', 'log.clear', 'log.retention'] as const;

export async function insertLog(tx: Db, row: NewLog): Promise<void> {
  await tx.insert(logs).values({ ...row, details: sql`${JSON.stringify(row.details)}::text::jsonb` });
}

/** As a number of seconds: PostgreSQL reads no text of the year 0. */
const instantOf = (iso: string): SQL => sql`to_timestamp(${Date.parse(iso) / 1000}::float8)`;

/** At or after `from`, before `to`. */
const within = ({ from, to }: Pick<LogFilter, 'from' | 'to'>): SQL | undefined =>
  and(
    from === undefined ? undefined : gte(logs.at, instantOf(from)),
    to === undefined ? undefined : lt(logs.at, instantOf(to)),
  );

function matching(filter: LogFilter): SQL | undefined {
  const words = filter.search?.trim() ? `%${filter.search.trim().replace(/[\\%_]/g, '\\$&')}%` : null;
  const searched = [
    logs.username,
    logs.keyName,
    logs.action,
    logs.target,
    logs.targetId,
    logs.targetName,
    logs.ip,
    logs.country,
    logs.userAgent,
    logs.requestId,
  ];
  return and(
    filter.action === undefined ? undefined : eq(logs.action, filter.action),
    filter.user_id === undefined ? undefined : eq(logs.userId, filter.user_id),
    filter.target === undefined ? undefined : eq(logs.target, filter.target),
    filter.target_id === undefined ? undefined : eq(logs.targetId, filter.target_id),
    within(filter),
    words === null ? undefined : or(...searched.map((column) => sql`${column} ilike ${words}`)),
  );
}

/** Rows that match, newest first, and how many match. */
export async function listLogs(db: Db, filter: LogFilter, limit: number, offset: number) {
  const where = matching(filter);
  const rows = await db.select().from(logs).where(where).orderBy(desc(logs.id)).limit(limit).offset(offset);
  const [counted] = await db.select({ count: count() }).from(logs).where(where);
  return { rows, total: counted?.count ?? 0 };
}

export async function logById(db: Db, id: number): Promise<LogRow | null> {
  const [row] = await db.select().from(logs).where(eq(logs.id, id));
  return row ?? null;
}

/** False = it was gone already. */
export async function deleteLogRow(tx: Db, id: number): Promise<boolean> {
  return (await tx.delete(logs).where(eq(logs.id, id)).returning({ id: logs.id })).length > 0;
}

/** Deletes up to `most` rows, oldest first, but for those that tell of deletions; gives how many. */
export async function deleteLogRows(
  tx: Db,
  most: number,
  before: string | null,
  last: number | null,
): Promise<number> {
  const doomed = tx
    .select({ id: logs.id })
    .from(logs)
    .where(
      and(
        notInArray(logs.action, [...DELETIONS]),
        before === null ? undefined : lt(logs.at, instantOf(before)),
        last === null ? undefined : sql`${logs.id} <= ${last}`,
      ),
    )
    .orderBy(logs.id)
    .limit(most);
  const rows = await tx.delete(logs).where(sql`${logs.id} in (${doomed})`).returning({ id: logs.id });
  return rows.length;
}

/** The newest row's id; null without rows. */
export async function newestLog(db: Db): Promise<number | null> {
  const [row] = await db.select({ id: logs.id }).from(logs).orderBy(desc(logs.id)).limit(1);
  return row?.id ?? null;
}

export type UsageRow = {
  user_id: number | null;
  username: string | null;
  action: string;
  count: number;
  first_at: string;
  last_at: string;
  total: number;
};

function used({ user_id: userId, ...window }: UsageFilter): SQL | undefined {
  return and(
    inArray(logs.actor, ['user', 'key']),
    userId === undefined ? undefined : eq(logs.userId, userId),
    within(window),
  );
}

/** Who did what how often, the most frequent first; names as they were last. */
export async function usageRows(
  db: Db,
  filter: UsageFilter,
  limit: number,
  offset: number,
): Promise<UsageRow[]> {
  return db.execute<UsageRow>(sql`
    select user_id, (array_agg(username order by id desc))[1] as username, action, count(*)::int as count,
      min(at) as first_at, max(at) as last_at, count(*) over ()::int as total
    from logs where ${used(filter)}
    group by user_id, action
    order by count(*) desc, max(at) desc, user_id, action limit ${limit} offset ${offset}`);
}

/** Per UTC day what was done and by how many people, oldest first; the newest `limit` days. */
export async function usageDays(db: Db, filter: UsageFilter, limit: number) {
  return db.execute<{ day: string; count: number; users: number }>(sql`
    select * from (
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as count,
        count(distinct user_id)::int as users
      from logs where ${used(filter)} group by 1 order by 1 desc limit ${limit}) as days
    order by day`);
}
