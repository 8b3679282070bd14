'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { formatPlural } from '@/components/format';
import { getJson } from '@/components/hooks/api';
import { Button } from '@/components/ui/button';
import type { DeviceItem } from '@/lib/contracts/devices';
import type { LiveSession } from '@/lib/contracts/live';
import { DemoRaceButton } from './demo-race-button';
import { LiveSessionsTable } from './live-sessions-table';
import { OpenSessionDialog } from './open-session-dialog';
import { TeachLive } from './teach-live';

const ASK_EVERY_MS = 3000;

type LiveRights = { open: boolean; demo: boolean };

type LiveSessionsProps = {
  sessions: LiveSession[];
  may: LiveRights;
  /** For the form that opens a session; empty for whoever may not. */
  tracks: { id: number; name: string }[];
  devices: Pick<DeviceItem, 'id' | 'name'>[];
};

/** What is live now, and the ways to more of it. */
export function LiveSessions({ sessions, may, tracks, devices }: LiveSessionsProps) {
  const [isOpening, setOpening] = useState(false);
  const list = useQuery({
    queryKey: ['live'],
    queryFn: ({ signal }) => getJson<{ items: LiveSession[] }>('/api/v1/live', signal),
    initialData: { items: sessions },
    staleTime: ASK_EVERY_MS,
    refetchInterval: ASK_EVERY_MS,
    // What the page comes with is newer than what a visit before it left.
    gcTime: 0,
  });
  const { items } = list.data;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="mr-auto text-xl font-semibold">Live</h1>
        <p role="status" className="text-sm text-soft">
          {list.isError ? 'The server does not answer; this is what it said last' : openWords(items.length)}
        </p>
        {may.demo && <DemoRaceButton />}
        {may.open && (
          <Button look="primary" onPress={() => setOpening(true)}>
            Open a session
          </Button>
        )}
      </div>
      {items.length > 0 ? <LiveSessionsTable sessions={items} /> : <TeachLive mayOpen={may.open} />}
      {isOpening && <OpenSessionDialog tracks={tracks} devices={devices} onClose={() => setOpening(false)} />}
      <p className="text-sm text-soft">
        Sessions that are over are under{' '}
        <Link href="/sessions" className="text-accent underline">
          Sessions
        </Link>
        .
      </p>
    </div>
  );
}

const openWords = (count: number) => (count === 0 ? '' : `${formatPlural(count, 'session')} open`);
