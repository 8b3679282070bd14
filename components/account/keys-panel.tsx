'use client';

import { KeyRound } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { sendJson } from '@/components/hooks/api';
import { LocalTime } from '@/components/timing/local-time';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { type Head, Heads } from '@/components/ui/heads';
import type { KeyItem } from '@/lib/contracts/people';
import { KeyDialog } from './key-dialog';
import { scopeWords } from './scopes';

type KeysPanelProps = {
  keys: KeyItem[];
  /** When the page was made: what has ended by then is no more revoked. */
  nowMs: number;
};

/** The keys of the own account's programs. */
export function KeysPanel({ keys, nowMs }: KeysPanelProps) {
  const [isMaking, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<KeyItem | null>(null);
  const router = useRouter();
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="text-sm text-soft">
        A key lets a program in without a password: a logger, a script, a spreadsheet. It is sent as{' '}
        <code className="font-mono text-xs">Authorization: Bearer …</code>; what can be asked for is in the{' '}
        <Link href="/docs" className="text-accent underline">
          description of the API
        </Link>
        .
      </p>
      <Button onPress={() => setMaking(true)}>
        <KeyRound size={16} aria-hidden /> New key
      </Button>
      {keys.length > 0 ? (
        <KeysTable keys={keys} nowMs={nowMs} onRevoke={setDoomed} />
      ) : (
        <p className="text-sm text-soft">There is no key yet.</p>
      )}
      {isMaking && <KeyDialog onMade={() => router.refresh()} onClose={() => setMaking(false)} />}
      {doomed && (
        <ConfirmDialog
          title="Revoke this key?"
          action="Revoke"
          keep="Keep it"
          kept="The key still works."
          run={() => sendJson('DELETE', `/api/v1/me/keys/${doomed.id}`)}
          onDone={() => {
            setDoomed(null);
            router.refresh();
          }}
          onClose={() => setDoomed(null)}
        >
          <p>
            {doomed.name} ({doomed.prefix}…) is refused from then on, and streams that it opened end. What it
            sent stays. A revoked key does not come back; a new one can be made.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}

type KeysTableProps = { keys: KeyItem[]; nowMs: number; onRevoke(key: KeyItem): void };

const HEADS: readonly Head[] = ['Name', 'Begins with', 'For', 'Last used', 'Ends', { unseen: 'Revoke it' }];

function KeysTable({ keys, nowMs, onRevoke }: KeysTableProps) {
  return (
    <div className="table-frame w-full">
      <table className="data-table">
        <Heads of={HEADS} />
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} item={key} nowMs={nowMs} onRevoke={onRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyRow({ item, nowMs, onRevoke }: { item: KeyItem } & Omit<KeysTableProps, 'keys'>) {
  const isOver = item.expires_at !== null && Date.parse(item.expires_at) <= nowMs;
  const counts = item.revoked_at === null && !isOver;
  return (
    <tr className={counts ? '' : 'text-quiet'}>
      <td>
        <span className="inline-block max-w-56 truncate align-bottom max-sm:max-w-32" title={item.name}>
          {item.name}
        </span>
      </td>
      <td className="font-mono text-xs">{item.prefix}…</td>
      <td>{scopeWords(item.scopes)}</td>
      <td>{item.last_used_at ? <LocalTime instant={item.last_used_at} /> : 'never'}</td>
      <td>{item.expires_at ? <LocalTime instant={item.expires_at} style="date" /> : 'no end'}</td>
      <td className="text-right">
        {counts ? (
          <Button look="quiet" onPress={() => onRevoke(item)} aria-label={`Revoke the key ${item.name}`}>
            Revoke
          </Button>
        ) : (
          <span className="px-3">{item.revoked_at ? 'revoked' : 'ended'}</span>
        )}
      </td>
    </tr>
  );
}
