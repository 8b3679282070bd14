import type { Metadata } from 'next';
import { UsageView } from '@/components/admin/usage-view';
import { listQuery } from '@/lib/contracts/common';
import { usageFilter } from '@/lib/contracts/logs';
import { getUsage } from '@/lib/services/logs';
import { listUsers } from '@/lib/services/users';
import { lenientQuery, type SearchParams } from '../../lenient-query';
import { pageContext } from '../../page-context';
import { pageCursor } from '../../page-cursor';

export const metadata: Metadata = { title: 'Usage' };

const query = listQuery.extend({ ...usageFilter.shape, cursor: pageCursor });

export default async function UsagePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await pageContext('usage.read');
  const [usage, users] = await Promise.all([
    getUsage(ctx, lenientQuery(query, await searchParams)),
    listUsers(ctx, { limit: 1000, sort: 'name' }),
  ]);
  return <UsageView usage={usage} users={users.items.map(({ id, username }) => ({ id, username }))} />;
}
