import type { Metadata } from 'next';
import { LogsList } from '@/components/admin/logs-list';
import { listQuery } from '@/lib/contracts/common';
import { logFilter } from '@/lib/contracts/logs';
import { targetsThatAre } from '@/lib/services/log-targets';
import { listLogs } from '@/lib/services/logs';
import { mayWith } from '@/lib/services/rights';
import { listUsers } from '@/lib/services/users';
import { lenientQuery, type SearchParams } from '../../lenient-query';
import { pageContext } from '../../page-context';
import { pageCursor } from '../../page-cursor';

export const metadata: Metadata = { title: 'Audit log' };

const query = listQuery.extend({ ...logFilter.shape, cursor: pageCursor });

export default async function LogsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await pageContext('log.list');
  const [list, users] = await Promise.all([
    listLogs(ctx, lenientQuery(query, await searchParams)),
    listUsers(ctx, { limit: 1000, sort: 'name' }),
  ]);
  return (
    <LogsList
      items={list.items}
      total={list.total}
      next={list.next}
      users={users.items.map(({ id, username }) => ({ id, username }))}
      present={await targetsThatAre(ctx, list.items)}
      mayDelete={mayWith(ctx, 'log.clear', null)}
    />
  );
}
