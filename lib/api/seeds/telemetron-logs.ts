import type { LogItem, UsageItem } from '@/lib/contracts/logs';
import { clearLogs, deleteLog, getUsage, listLogs } from '@/lib/services/logs';
import { type SeedRoute, seedRoute } from './seed-route';
import { wholeList } from './whole-list';

const seed = 'telemetron';

const logOf = ({ id, username, action, at, ip, country }: LogItem) => ({
  id,
  user: username,
  action,
  time: at,
  ip,
  country,
});

const usageOf = ({ username, action, count, first_at, last_at }: UsageItem) => ({
  user: username,
  action,
  count,
  first_time: first_at,
  last_time: last_at,
});

const getLogsRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/get_logs',
  successor: '/api/v1/logs',
  action: listLogs.action,
  fn: ({ ctx }) => wholeList((page) => listLogs(ctx, page), logOf),
});

const deleteLogRoute = seedRoute({
  seed,
  method: 'DELETE',
  path: '/api/delete_log/{id}',
  successor: '/api/v1/logs/{id}',
  action: deleteLog.action,
  async fn({ ctx, id }) {
    await deleteLog(ctx, id);
    return { message: `Log ${id} is deleted.` };
  },
});

const deleteAllLogsRoute = seedRoute({
  seed,
  method: 'DELETE',
  path: '/api/delete_all_logs',
  successor: '/api/v1/logs',
  action: clearLogs.action,
  async fn({ ctx }) {
    const { deleted } = await clearLogs(ctx, undefined);
    return { message: `The logs are deleted, but for those that tell of deletions.`, deleted };
  },
});

const getUsageRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/get_usage',
  successor: '/api/v1/usage',
  action: getUsage.action,
  fn: ({ ctx }) => wholeList((page) => getUsage(ctx, page), usageOf),
});

/** Telemetron's audit log. */
export const LOGS: readonly SeedRoute[] = [getLogsRoute, deleteLogRoute, deleteAllLogsRoute, getUsageRoute];
