'use client';

import { useOrigin } from '@/components/hooks/use-origin';
import { CopyLines } from '@/components/ui/copy-lines';
import { EmptyState } from '@/components/ui/empty-state';
import { Way, Ways } from '@/components/ui/ways';

/** No robot yet: the shortest way to the first one. */
export function TeachRobots() {
  const origin = useOrigin();
  return (
    <EmptyState title="No robots yet">
      <p className="max-w-2xl">
        A robot is made by its first event: its x and y in metres, the milliseconds of its own clock, its
        name.
      </p>
      <Ways>
        <Way title="Over a WebSocket">
          <p>Open it, then type lines. Each is answered: OK, or ERR and why.</p>
          <CopyLines label="Open the socket" text={`npx wscat -c ${origin.replace('http', 'ws')}/upstream`} />
          <CopyLines label="Lines to send" text={'0,0,0,Rob\n3,4,1000,Rob'} />
        </Way>
        <Way title="In one request">
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
        </Way>
      </Ways>
    </EmptyState>
  );
}
