'use client';

import { Download, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formatCount, formatPlural } from '@/components/format';
import { sendJson } from '@/components/hooks/api';
import { type LogsView, useLogsView } from '@/components/hooks/use-logs-view';
import { Button } from '@/components/ui/button';
import { buttonLook } from '@/components/ui/button-look';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { PageTurner } from '@/components/ui/page-turner';
import type { LogItem } from '@/lib/contracts/logs';
import { LogDetail } from './log-detail';
import { LogFilters } from './log-filters';
import { LogsTable } from './logs-table';

type LogsListProps = {
  items: LogItem[];
  total: number;
  next: string | null;
  users: { id: number; username: string }[];
  /** What rows are about and is still there, as `session 7`. */
  present: string[];
  mayDelete: boolean;
};

/** The audit log: who did what, when and from where. */
export function LogsList({ items, total, next, users, present, mayDelete }: LogsListProps) {
  const view = useLogsView();
  const router = useRouter();
  const [shown, setShown] = useState<LogItem | null>(null);
  const [isClearing, setClearing] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-4 text-xl font-semibold">Audit log</h1>
        <p role="status" className="text-sm text-soft">
          {items.length < total
            ? `${formatCount(items.length)} of ${formatPlural(total, 'row')}`
            : formatPlural(total, 'row')}
        </p>
        <div className="ml-auto flex flex-wrap gap-2">
          <a href={csvPath(view)} download className={buttonLook()}>
            <Download size={16} aria-hidden /> As CSV
          </a>
          {mayDelete && (
            <Button look="danger" onPress={() => setClearing(true)}>
              <Trash2 size={16} aria-hidden /> Delete all
            </Button>
          )}
        </div>
      </div>
      <LogFilters view={view} users={users} />
      <div className={view.isWaiting ? 'opacity-60' : ''}>
        {items.length > 0 ? (
          <LogsTable items={items} present={present} onShow={setShown} />
        ) : (
          <EmptyState title={view.isFiltered ? 'No row matches' : 'Nothing is logged yet'}>
            <p>
              {view.isFiltered
                ? 'Nobody did this in that time.'
                : 'Every login and every change appears here, with who made it and from where.'}
            </p>
          </EmptyState>
        )}
      </div>
      <PageTurner cursor={view.cursor} next={next} onTurn={view.setCursor} />
      {shown && <LogDetail item={shown} mayDelete={mayDelete} onClose={() => setShown(null)} />}
      {isClearing && (
        <ClearDialog
          onClose={() => setClearing(false)}
          onDone={() => {
            setClearing(false);
            router.refresh();
          }}
        />
      )}
    </div>
  );
}

function ClearDialog({ onDone, onClose }: { onDone(): void; onClose(): void }) {
  return (
    <ConfirmDialog
      title="Delete the whole audit log?"
      action="Delete all"
      keep="Keep it"
      kept="What was not deleted yet stays."
      typed="DELETE"
      run={() => sendJson('DELETE', '/api/v1/logs')}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        All rows go, also those that no filter shows. That you deleted them, and how many, stays on record, as
        do all earlier deletions.
      </p>
    </ConfirmDialog>
  );
}

/** The rows that match, all of them, as a table to save. */
function csvPath({ search, action, user_id, from, to }: LogsView): string {
  const query = new URLSearchParams({ format: 'csv' });
  const filters = { search: search || null, action, user_id, from, to };
  for (const [name, value] of Object.entries(filters)) if (value !== null) query.set(name, String(value));
  return `/api/v1/logs?${query}`;
}
