'use client';

import { useHydrated } from '@/components/hooks/use-hydrated';
import { CopyLines } from '@/components/ui/copy-lines';
import { EmptyState } from '@/components/ui/empty-state';

/** No robot yet: the shortest way to the first one. */
export function TeachRobots() {
  const { origin, host, protocol } = useHydrated()
    ? window.location
    : { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000', protocol: 'http:' };
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/upstream`;
  return (
    <EmptyState title="No robots yet">
      <p className="max-w-2xl">
        A robot is made by its first event: its x and y in metres, the milliseconds of its own clock, its
        name.
      </p>
      <div className="mt-2 grid w-[min(64rem,82vw)] gap-4 text-left text-text md:grid-cols-2">
        <section className="flex min-w-0 flex-col gap-2">
          <h3 className="font-semibold">Over a WebSocket</h3>
          <p>Open it, then type lines. Each is answered: OK, or ERR and why.</p>
          <CopyLines label="Open the socket" text={`npx wscat -c ${socket}`} />
          <CopyLines label="Lines to send" text={'0,0,0,Rob\n3,4,1000,Rob'} />
        </section>
        <section className="flex min-w-0 flex-col gap-2">
          <h3 className="font-semibold">In one request</h3>
          <p>The same lines, many at once.</p>
          <CopyLines
            label="Send events by HTTP"
            text={`curl ${origin}/api/v1/robots/events -H 'Content-Type: text/plain' \\\n  --data-binary $'0,0,0,Rob\\n3,4,1000,Rob'`}
          />
          <p>
            From another machine a robot needs a key with the scope “send”: make one under Account and add{' '}
            <code className="font-mono text-xs">?key=…</code> to the socket or{' '}
            <code className="font-mono text-xs">-H 'Authorization: Bearer …'</code> to the request.
          </p>
        </section>
      </div>
    </EmptyState>
  );
}
