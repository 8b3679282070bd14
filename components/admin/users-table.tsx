'use client';

import type { UserSort } from '@/components/hooks/use-users-view';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { ariaSort, SortHeader, type SortState } from '@/components/ui/sort-header';
import type { UserItem } from '@/lib/contracts/people';

/** An account, and why the viewer cannot change it; null = it can. */
export type AccountRow = { user: UserItem; fixed: 'own' | 'level' | null };

export type UserAct = 'edit' | 'deactivate' | 'activate' | 'delete';

const WHY_FIXED = { own: 'your own: see Account', level: 'not below your level' };

type UsersTableProps = {
  rows: AccountRow[];
  sort: UserSort;
  onSort(sort: UserSort): void;
  onAct(act: UserAct, user: UserItem): void;
};

export function UsersTable({ rows, sort, onSort, onAct }: UsersTableProps) {
  const head = (words: string, by: UserSort, way: SortState) => {
    const sorted = sort === by ? way : false;
    return (
      <th scope="col" aria-sort={ariaSort(sorted)}>
        <SortHeader words={words} sorted={sorted} onSort={() => onSort(by)} />
      </th>
    );
  };
  return (
    <div className="table-frame">
      <table className="data-table">
        <thead>
          <tr>
            {head('Name', 'name', 'asc')}
            {head('Level', 'level', 'desc')}
            <th scope="col">E-mail address</th>
            {head('Made', 'newest', 'desc')}
            {head('Last login', 'last_login', 'desc')}
            <th scope="col">
              <span className="sr-only">What may be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <UserRow key={row.user.id} row={row} onAct={onAct} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function UserRow({ row: { user, fixed }, onAct }: { row: AccountRow; onAct: UsersTableProps['onAct'] }) {
  const isActive = user.level > 0;
  return (
    <tr>
      <td>
        <span
          className="inline-block max-w-64 truncate align-bottom font-medium max-sm:max-w-32"
          title={user.username}
        >
          {user.username}
        </span>
      </td>
      <td className={isActive ? '' : 'text-quiet'}>
        {user.level} · {user.level_name}
      </td>
      <td className="text-soft">{user.email ?? '–'}</td>
      <td>
        <LocalTime instant={user.created_at} style="date" />
      </td>
      <td>{user.last_login_at ? <LocalTime instant={user.last_login_at} /> : 'never'}</td>
      <td className="text-right">
        {fixed ? (
          <span className="px-3 text-soft">{WHY_FIXED[fixed]}</span>
        ) : (
          <UserActs user={user} isActive={isActive} onAct={onAct} />
        )}
      </td>
    </tr>
  );
}

type UserActsProps = { user: UserItem; isActive: boolean; onAct: UsersTableProps['onAct'] };

function UserActs({ user, isActive, onAct }: UserActsProps) {
  const button = (act: UserAct, words: string) => (
    <Button look="quiet" onPress={() => onAct(act, user)} aria-label={`${words} ${user.username}`}>
      {words}
    </Button>
  );
  return (
    <>
      {button('edit', 'Edit')}
      {isActive ? button('deactivate', 'Deactivate') : button('activate', 'Activate')}
      {button('delete', 'Delete')}
    </>
  );
}
