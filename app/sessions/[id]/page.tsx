import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { EntriesTable } from '@/components/timing/entries-table';
import { NoLaps } from '@/components/timing/no-laps';
import { SessionHeader } from '@/components/timing/session-header';
import { SessionWorkspace } from '@/components/timing/session-workspace';
import { env } from '@/lib/env';
import { getSessionWithLaps } from '@/lib/services/sessions';
import { pageContext } from '../../page-context';
import { orNotFound, pageId } from '../../page-id';
import { sessionRights } from './session-rights';

type SessionPageProps = { params: Promise<{ id: string }> };

const load = cache(async (id: number) => {
  const ctx = await pageContext('session.read');
  const found = await orNotFound(getSessionWithLaps(ctx, id));
  return found && { ...found, may: sessionRights(ctx, found.session) };
});

export async function generateMetadata({ params }: SessionPageProps): Promise<Metadata> {
  const id = pageId((await params).id);
  const found = id === null ? null : await load(id);
  return { title: found?.session.name ?? 'Session' };
}

export default async function SessionPage({ params }: SessionPageProps) {
  const id = pageId((await params).id);
  if (id === null) notFound();
  const found = await load(id);
  if (!found) notFound();
  const { session, laps, may } = found;
  return (
    <>
      <SessionHeader session={session} may={may} />
      {session.entries.length > 1 && <EntriesTable entries={session.entries} />}
      {laps.length === 0 ? (
        <NoLaps session={session} may={may} />
      ) : (
        <SessionWorkspace session={session} laps={laps} tileUrl={env().TILE_URL ?? null} />
      )}
    </>
  );
}
