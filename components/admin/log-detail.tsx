'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Failure } from '@/components/ui/failure';
import type { LogItem } from '@/lib/contracts/logs';
import { actionWords } from './action-words';
import { actorWords, countryName, detailText, targetWords } from './log-words';

type LogDetailProps = { item: LogItem; mayDelete: boolean; onClose(): void };

/** Everything that a row of the log says. Mount it to show. */
export function LogDetail({ item, mayDelete, onClose }: LogDetailProps) {
  const rows: [name: string, value: string][] = [
    ['Who', actorWords(item)],
    ['Action', item.action],
    ['What', targetWords(item)],
    ['Id', item.target_id ?? ''],
    ...Object.entries(item.details).map(([name, value]): [string, string] => [name, detailText(value)]),
    ['From', item.ip ?? ''],
    ['Country', item.country ? `${countryName(item.country)} (${item.country})` : ''],
    ['With', item.user_agent ?? ''],
    ['Request', item.request_id ?? ''],
  ];
  return (
    <Dialog title={actionWords(item.action)} isOpen onOpenChange={(open) => !open && onClose()}>
      <p className="mb-3 text-sm text-soft">
        <LocalTime instant={item.at} style="date-time-seconds" />
      </p>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-y-1 text-sm">
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
      </dl>
      <div className="mt-4 flex flex-col gap-3">
        {mayDelete ? (
          <DeleteRow item={item} onClose={onClose} />
        ) : (
          <div className="flex justify-end">
            <Button onPress={onClose}>Close</Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** Deletes the row on a second press, under words that say what stays. */
function DeleteRow({ item, onClose }: { item: LogItem; onClose(): void }) {
  const [isAsked, setAsked] = useState(false);
  const router = useRouter();
  const remove = useMutation({
    mutationFn: () => sendJson('DELETE', `/api/v1/logs/${item.id}`),
    onSuccess: () => {
      onClose();
      router.refresh();
    },
  });
  return (
    <>
      <p role="status" className="text-sm text-soft">
        {isAsked && 'The row goes for good. That you deleted it, and what it told in short, stays on record.'}
      </p>
      <Failure error={remove.error} kept="The row stays." />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Close</Button>
        <Button
          look="danger"
          isDisabled={remove.isPending || remove.isSuccess}
          onPress={() => (isAsked ? remove.mutate() : setAsked(true))}
        >
          {isAsked ? 'Delete it for good' : 'Delete this row'}
        </Button>
      </div>
    </>
  );
}
