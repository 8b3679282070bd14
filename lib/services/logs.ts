import type { LogFilter, LogItem, Usage, UsageFilter } from '@/lib/contracts/logs';
import { inTransaction } from '@/lib/db/client';
import * as store from '@/lib/db/logs';
import { AppError, notFound } from '@/lib/errors';
import { audit } from './audit';
import type { ServiceContext } from './context';
import { isoOf } from './instants';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

const DAY_MS = 24 * 3600 * 1000;
const USAGE_DAYS = 366;
/** So many rows go in one transaction: a long log must not hold the database. */
const DELETE_AT_ONCE = 5_000;

/** The audit log, newest first. */
export const listLogs = verb('log.list', async (ctx, input: Page & LogFilter) => {
  const page = pageOf(input);
  const { rows, total } = await store.listLogs(ctx.db, input, page.limit, page.offset);
  return page.list(rows.map(logItemOf), total);
});

function logItemOf(row: store.LogRow): LogItem {
  return {
    id: row.id,
    at: isoOf(row.at),
    actor: row.actor,
    user_id: row.userId,
    username: row.username,
    key_name: row.keyName,
    action: row.action,
    target: row.target,
    target_id: row.targetId,
    target_name: row.targetName,
    details: row.details,
    ip: row.ip,
    country: row.country,
    user_agent: row.userAgent,
    request_id: row.requestId,
  };
}

/** Deletes one row; that it was deleted, by whom and what it said in short, stays. */
export const deleteLog = verb('log.delete', async (ctx, id: number): Promise<void> => {
  await inTransaction(ctx.db, async (tx) => {
    const row = await store.logById(tx, id);
    if (!row) throw notFound(`log ${id}`);
    if (store.DELETIONS.some((action) => action === row.action))
      throw new AppError('kept', 409, 'This row tells of a deletion: it stays on record.');
    if (!(await store.deleteLogRow(tx, id))) throw notFound(`log ${id}`);
    await audit(tx, ctx, {
      action: 'log.delete',
      target: { noun: 'log', id },
      details: { action: row.action, at: isoOf(row.at), username: row.username },
    });
  });
});

/** Deletes every row up to now, but for those that tell of deletions; the deletion is a row itself. */
export const clearLogs = verb('log.clear', async (ctx, _: undefined): Promise<{ deleted: number }> => {
  const last = await store.newestLog(ctx.db);
  let deleted = 0;
  for (let more = true; more; ) {
    more = await inTransaction(ctx.db, async (tx) => {
      const gone = await store.deleteLogRows(tx, DELETE_AT_ONCE, null, last ?? 0);
      const isLast = gone < DELETE_AT_ONCE;
      // Written with every portion, so that none goes without a word.
      if (gone > 0 || deleted === 0)
        await audit(tx, ctx, { action: 'log.clear', target: { noun: 'log' }, details: { deleted: gone } });
      deleted += gone;
      return !isLast;
    });
  }
  return { deleted };
});

/** Deletes rows older than the setting says; the product's own work, not a person's. */
export async function retireLogs(
  ctx: Pick<ServiceContext, 'db' | 'caller'>,
  input: { days: number; nowMs: number },
): Promise<{ deleted: number }> {
  const before = new Date(input.nowMs - input.days * DAY_MS).toISOString();
  let deleted = 0;
  for (let gone = DELETE_AT_ONCE; gone === DELETE_AT_ONCE; deleted += gone) {
    gone = await inTransaction(ctx.db, async (tx) => {
      const count = await store.deleteLogRows(tx, DELETE_AT_ONCE, before, null);
      const details = { deleted: count, before, days: input.days };
      if (count > 0) await audit(tx, ctx, { action: 'log.retention', target: { noun: 'log' }, details });
      return count;
    });
  }
  return { deleted };
}

/** Who did what, when and how often. */
export const getUsage = verb('usage.read', async (ctx, input: Page & UsageFilter): Promise<Usage> => {
  const page = pageOf(input);
  const rows = await store.usageRows(ctx.db, input, page.limit, page.offset);
  // A page beyond the last has no row that could tell how many there are.
  const [counted] = rows.length > 0 ? rows : await store.usageRows(ctx.db, input, 1, 0);
  const days = await store.usageDays(ctx.db, input, USAGE_DAYS);
  const items = rows.map(({ total: _total, ...row }) => ({
    ...row,
    first_at: isoOf(row.first_at),
    last_at: isoOf(row.last_at),
  }));
  return { ...page.list(items, counted?.total ?? 0), days: days.map((day) => ({ ...day })) };
});
