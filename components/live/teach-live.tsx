'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useHydrated } from '@/components/hooks/use-hydrated';
import { CopyLines } from '@/components/ui/copy-lines';
import { EmptyState } from '@/components/ui/empty-state';

/** Nothing is live: the shortest ways to the first car on the board. */
export function TeachLive({ mayOpen }: { mayOpen: boolean }) {
  const origin = useHydrated() ? window.location.origin : '';
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
      <div className="mt-2 grid w-[min(64rem,85vw)] gap-4 text-left text-text md:grid-cols-2">
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
      </div>
    </EmptyState>
  );
}

function Way({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}
