import type { Metadata } from 'next';
import Link from 'next/link';
import { SessionsList } from '@/components/timing/sessions-list';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';
import { mayWith } from '@/lib/services/rights';
import { listSessions } from '@/lib/services/sessions';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from '../page-context';
import { sessionsQuery } from './sessions-query';

export const metadata: Metadata = { title: 'Sessions' };

type SessionsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SessionsPage({ searchParams }: SessionsPageProps) {
  const ctx = await pageContext('session.list');
  const query = sessionsQuery(await searchParams);
  const [list, tracks] = await Promise.all([listSessions(ctx, query), listTracks(ctx, { limit: 1000 })]);
  const isFiltered = query.search !== undefined || query.track_id !== undefined || query.cursor !== undefined;
  if (list.total === 0 && !isFiltered) return <NoSessions mayImport={mayWith(ctx, 'import.create', null)} />;
  return <SessionsList sessions={list.items} total={list.total} next={list.next} tracks={tracks.items} />;
}

function NoSessions({ mayImport }: { mayImport: boolean }) {
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Sessions</h1>
      <EmptyState title="No sessions yet">
        <p>A session appears as soon as a logger file is read: its laps, sectors, map and speed.</p>
        {mayImport && (
          <Link href="/import" className={buttonLook('primary')}>
            Import files
          </Link>
        )}
      </EmptyState>
    </>
  );
}
