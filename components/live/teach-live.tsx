'use client';

import Link from 'next/link';
import { useOrigin } from '@/components/hooks/use-origin';
import { CopyLines } from '@/components/ui/copy-lines';
import { EmptyState } from '@/components/ui/empty-state';
import { Way, Ways } from '@/components/ui/ways';

/** Nothing is live: the shortest ways to the first car on the board. */
export function TeachLive({ mayOpen }: { mayOpen: boolean }) {
  const origin = useOrigin();
  if (!mayOpen)
    return (
      <EmptyState title="Nothing is live">
        <p>An open session appears here by itself.</p>
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing is live yet">
      <p className="max-w-2xl">
        A session opens by itself when a device crosses the start line of a known track, or by hand with “Open
        a session”.
      </p>
      <Ways>
        <Way title="Point a phone here">
          <p>
            Make the phone a key under{' '}
            <Link href="/devices" className="text-accent underline">
              Devices
            </Link>{' '}
            and give Traccar Client (or any OsmAnd sender) its address:
          </p>
          <CopyLines label="Address for a phone" text={`${origin}/api/v1/osmand/KEY`} />
        </Way>
        <Way title="Replay a recording">
          <p>Any file that Pitwall reads, as if it were driven now:</p>
          <CopyLines label="Replay a file" text="npm run replay -- FILE --key KEY" />
        </Way>
      </Ways>
    </EmptyState>
  );
}
