'use client';

import { formatCount, formatPlural } from '@/components/format';
import { useLogsView } from '@/components/hooks/use-logs-view';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { DayField } from '@/components/ui/day-field';
import { EmptyState } from '@/components/ui/empty-state';
import { type Head, Heads } from '@/components/ui/heads';
import { PageTurner } from '@/components/ui/page-turner';
import { Select } from '@/components/ui/select';
import { TableFrame } from '@/components/ui/table-frame';
import type { Usage } from '@/lib/contracts/logs';
import { actionWords } from './action-words';
import { DayBars } from './day-bars';

type UsageViewProps = { usage: Usage; users: { id: number; username: string }[] };

/** Who did what how often, and how much on each day. */
export function UsageView({ usage, users }: UsageViewProps) {
  const view = useLogsView();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Usage</h1>
        <Select
          label="User"
          value={String(view.user_id ?? '')}
          options={[
            { value: '', words: 'Everybody' },
            ...users.map(({ id, username }) => ({ value: String(id), words: username })),
          ]}
          onChange={(value) => view.setUser(value === '' ? null : Number(value))}
        />
        <DayField label="From" edge="begin" instant={view.from} onChange={view.setFrom} />
        <DayField label="To" edge="end" instant={view.to} onChange={view.setTo} />
        {view.isFiltered && (
          <Button look="quiet" onPress={() => view.clear()}>
            Clear
          </Button>
        )}
        <p role="status" className="ml-auto text-sm text-soft">
          {formatPlural(usage.total, 'line')}
        </p>
      </div>
      {usage.items.length > 0 ? (
        <div className={`flex flex-col gap-4 ${view.isWaiting ? 'opacity-60' : ''}`}>
          <DayBars days={usage.days} />
          <UsageTable items={usage.items} />
        </div>
      ) : (
        <EmptyState title="Nothing was done in that time">
          <p>Logins and changes are counted here, by person and by day.</p>
        </EmptyState>
      )}
      <PageTurner cursor={view.cursor} next={usage.next} onTurn={view.setCursor} />
    </div>
  );
}

const HEADS: readonly Head[] = ['Who', 'Action', { number: 'Times' }, 'First', 'Last'];

function UsageTable({ items }: { items: Usage['items'] }) {
  return (
    <TableFrame label="Who did what">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {items.map((item) => (
            <tr key={`${item.user_id} ${item.action}`}>
              <td>
                <span className="inline-block max-w-56 truncate align-bottom max-sm:max-w-32">
                  {item.username ?? 'a deleted account'}
                </span>
              </td>
              <td>{actionWords(item.action)}</td>
              <td className="number">{formatCount(item.count)}</td>
              <td>
                <LocalTime instant={item.first_at} />
              </td>
              <td>
                <LocalTime instant={item.last_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
