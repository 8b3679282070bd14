'use client';

import Link from 'next/link';
import { LocalTime } from '@/components/timing/local-time';
import { type Head, Heads } from '@/components/ui/heads';
import type { LogItem } from '@/lib/contracts/logs';
import { actionWords } from './action-words';
import { actorWords, countryName, outcomeOf, targetWords } from './log-words';

type LogsTableProps = {
  items: LogItem[];
  present: string[];
  onShow(item: LogItem): void;
};

const HEADS: readonly Head[] = ['Time', 'Who', 'Action', 'What', 'From', 'Request'];

export function LogsTable({ items, present, onShow }: LogsTableProps) {
  return (
    <div className="table-frame">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {items.map((item) => (
            <LogRow key={item.id} item={item} present={present} onShow={onShow} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LogRow({ item, present, onShow }: { item: LogItem } & Omit<LogsTableProps, 'items'>) {
  const outcome = outcomeOf(item);
  return (
    <tr>
      <td>
        <button
          type="button"
          onClick={() => onShow(item)}
          title="Everything about this row"
          className="text-accent hover:underline"
        >
          <LocalTime instant={item.at} style="date-time-seconds" />
        </button>
      </td>
      <td>
        <span className="inline-block max-w-48 truncate align-bottom" title={actorWords(item)}>
          {actorWords(item)}
        </span>
      </td>
      <td>
        {actionWords(item.action)}
        {outcome !== null && <span className="text-soft"> · {outcome}</span>}
      </td>
      <td>
        <Target item={item} isThere={present.includes(`${item.target} ${item.target_id}`)} />
      </td>
      <td>
        {item.ip ?? '–'}
        {item.country && (
          <abbr title={countryName(item.country)} className="ml-2 text-soft no-underline">
            {item.country}
          </abbr>
        )}
      </td>
      <td className="font-mono text-xs text-soft" title={item.request_id ?? ''}>
        {item.request_id?.slice(0, 8) ?? '–'}
      </td>
    </tr>
  );
}

/** Where what a row is about is shown. */
function placeOf({ target, target_id, target_name }: LogItem): string {
  if (target === 'user') return `/admin/users?search=${encodeURIComponent(target_name ?? '')}`;
  return `/${target}s/${target_id}`;
}

/** What a row is about; a link where it is still there. */
function Target({ item, isThere }: { item: LogItem; isThere: boolean }) {
  const words = targetWords(item);
  const look = 'inline-block max-w-64 truncate align-bottom';
  if (!isThere)
    return (
      <span className={look} title={words}>
        {words}
      </span>
    );
  return (
    <Link href={placeOf(item)} className={`${look} text-accent hover:underline`} title={words}>
      {words}
    </Link>
  );
}
