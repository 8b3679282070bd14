'use client';

import { useMutation } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formatCount, formatPlural } from '@/components/format';
import { sendJson } from '@/components/hooks/api';
import { useUsersView } from '@/components/hooks/use-users-view';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Failure } from '@/components/ui/failure';
import { PageTurner } from '@/components/ui/page-turner';
import { SearchBox } from '@/components/ui/search-box';
import { Select } from '@/components/ui/select';
import type { UserItem } from '@/lib/contracts/people';
import { type GivenLevel, UserDialog } from './user-dialog';
import { DeactivateDialog, DeleteUserDialog } from './user-endings';
import { type AccountRow, type UserAct, UsersTable } from './users-table';

type UsersListProps = { rows: AccountRow[]; total: number; next: string | null; levels: GivenLevel[] };

/** All accounts: found by name, cut down to a level, in an order; and what may be done with each. */
export function UsersList({ rows, total, next, levels }: UsersListProps) {
  const view = useUsersView();
  const [open, setOpen] = useState<{ act: UserAct | 'create'; user: UserItem | null } | null>(null);
  const router = useRouter();
  const activate = useMutation({
    mutationFn: (user: UserItem) => sendJson('PATCH', `/api/v1/users/${user.id}`, { level: 1 }),
    onSuccess: () => router.refresh(),
  });
  const close = () => setOpen(null);
  const done = () => {
    close();
    router.refresh();
  };
  const act = (kind: UserAct, user: UserItem) =>
    kind === 'activate' ? activate.mutate(user) : setOpen({ act: kind, user });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Users</h1>
        <SearchBox label="Search by name or e-mail" value={view.search} onChange={view.setSearch} />
        <Select
          label="Level"
          value={String(view.level ?? '')}
          options={[
            { value: '', words: 'All levels' },
            ...levels.map(({ level, name }) => ({ value: String(level), words: `${level} · ${name}` })),
          ]}
          onChange={(value) => view.setLevel(value === '' ? null : Number(value))}
        />
        <p role="status" className="ml-auto text-sm text-soft">
          {rows.length < total
            ? `${formatCount(rows.length)} of ${formatPlural(total, 'account')}`
            : formatPlural(total, 'account')}
        </p>
        <Button look="primary" onPress={() => setOpen({ act: 'create', user: null })}>
          <UserPlus size={16} aria-hidden /> New user
        </Button>
      </div>
      <Failure error={activate.error} kept="The account stays inactive." />
      <div className={view.isWaiting ? 'opacity-60' : ''}>
        {rows.length > 0 ? (
          <UsersTable rows={rows} sort={view.sort} onSort={view.setSort} onAct={act} />
        ) : (
          <EmptyState title="No account matches">
            <p>Nobody is called like this at this level.</p>
          </EmptyState>
        )}
      </div>
      <PageTurner cursor={view.cursor} next={next} onTurn={view.setCursor} />
      {(open?.act === 'create' || open?.act === 'edit') && (
        <UserDialog user={open.user} levels={levels} onDone={done} onClose={close} />
      )}
      {open?.act === 'deactivate' && open.user && (
        <DeactivateDialog user={open.user} onDone={done} onClose={close} />
      )}
      {open?.act === 'delete' && open.user && (
        <DeleteUserDialog user={open.user} onDone={done} onClose={close} />
      )}
    </div>
  );
}
