import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import { logFilter, logList, logsDeleted, usage, usageFilter } from '@/lib/contracts/logs';
import { clearLogs, deleteLog, getUsage, listLogs } from '@/lib/services/logs';
import { operation } from '../operation';

export const listLogsOperation = operation('listLogs', {
  method: 'GET',
  path: '/api/v1/logs',
  summary: 'The audit log, newest first',
  action: listLogs.action,
  query: listQuery.extend(logFilter.shape),
  csv: { name: 'logs.csv' },
  answer: logList,
  fn: ({ ctx, query }) => listLogs(ctx, query),
});

export const clearLogsOperation = operation('clearLogs', {
  method: 'DELETE',
  path: '/api/v1/logs',
  summary: 'Delete the audit log',
  description: 'Rows that tell of deletions stay, and this deletion is one.',
  action: clearLogs.action,
  answer: logsDeleted,
  fn: ({ ctx }) => clearLogs(ctx, undefined),
});

export const deleteLogOperation = operation('deleteLog', {
  method: 'DELETE',
  path: '/api/v1/logs/{id}',
  summary: 'Delete one row of the audit log',
  description: 'Who did so, and what the row told in short, stays on record.',
  action: deleteLog.action,
  params: z.object({ id }),
  answer: null,
  fn: ({ ctx, params }) => deleteLog(ctx, params.id),
});

export const getUsageOperation = operation('getUsage', {
  method: 'GET',
  path: '/api/v1/usage',
  summary: 'Who did what, when and how often',
  action: getUsage.action,
  query: listQuery.extend(usageFilter.shape),
  csv: { name: 'usage.csv' },
  answer: usage,
  fn: ({ ctx, query }) => getUsage(ctx, query),
});
