import type { Metadata } from 'next';
import { UsersList } from '@/components/admin/users-list';
import type { AccountRow } from '@/components/admin/users-table';
import { LEVEL_NAMES, LEVELS, type Level, mayHandle } from '@/lib/auth/permissions';
import { listQuery } from '@/lib/contracts/common';
import { type UserItem, userFilter } from '@/lib/contracts/people';
import { levelOf, personOf } from '@/lib/services/accounts';
import { listUsers } from '@/lib/services/users';
import { lenientQuery, type SearchParams } from '../../lenient-query';
import { pageContext } from '../../page-context';
import { pageCursor } from '../../page-cursor';

export const metadata: Metadata = { title: 'Users' };

const query = listQuery.extend({ ...userFilter.shape, cursor: pageCursor });

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await pageContext('user.list');
  const { userId, level } = personOf(ctx);
  const list = await listUsers(ctx, lenientQuery(query, await searchParams));
  return (
    <UsersList
      rows={list.items.map((user) => ({ user, fixed: whyFixed(user, { userId, level }) }))}
      total={list.total}
      next={list.next}
      levels={LEVELS.map((each) => ({
        level: each,
        name: LEVEL_NAMES[each],
        isMine: mayHandle(level, each),
      }))}
    />
  );
}

/** Why the viewer cannot change an account; null = it can. */
function whyFixed(user: UserItem, viewer: { userId: number; level: Level }): AccountRow['fixed'] {
  if (user.id === viewer.userId) return 'own';
  return mayHandle(viewer.level, levelOf(user)) ? null : 'level';
}
