'use client';

import Link from 'next/link';
import { useOrigin } from '@/components/hooks/use-origin';
import { CopyLines } from '@/components/ui/copy-lines';
import { EmptyState } from '@/components/ui/empty-state';
import { type LiveStore, useLive } from './live-store';

/** A session that nobody has sent anything to: where to send it. */
export function WaitingForFixes({ store, delayS }: { store: LiveStore; delayS: number }) {
  const hasCome = useLive(store, (state) => state.arrivedMs !== null);
  const device = useLive(store, ({ board }) => board.rows[0]?.device_id ?? null);
  const closed = useLive(store, ({ board, link }) => board.session.closed || link.kind === 'ended');
  const origin = useOrigin();
  if (closed) return null;
  if (!hasCome || delayS > 0)
    return (
      <p className="rounded-md border border-line bg-panel px-3 py-2 text-sm text-soft">
        {delayS > 0
          ? `No car had sent anything ${delayS} s ago; what they send now appears in ${delayS} s.`
          : 'Waiting for the board…'}
      </p>
    );
  return (
    <EmptyState title="Waiting for the first fix">
      <p className="max-w-xl">
        The cars appear as soon as their devices send. Phones and trackers send to the address of their key
        (see{' '}
        <Link href="/devices" className="text-accent underline">
          Devices
        </Link>
        ); programs send with an API key:
      </p>
      <div className="w-[min(44rem,80vw)] text-left text-text">
        <CopyLines label="A fix, sent by a program" text={example(origin, device)} />
      </div>
    </EmptyState>
  );
}

function example(origin: string, device: number | null): string {
  const body = `{"device_id":${device ?? 1},"fixes":[{"time":"${'$(date -u +%FT%TZ)'}","lat":41.57,"lon":2.2613}]}`;
  return [
    `curl ${origin}/api/v1/positions \\`,
    "  -H 'Authorization: Bearer YOUR_KEY' -H 'Content-Type: application/json' \\",
    `  -d "${body.replaceAll('"', '\\"')}"`,
  ].join('\n');
}
