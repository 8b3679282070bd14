import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { BOARD_COOKIE, hiddenColumns } from '@/components/live/board-choice';
import { LiveView } from '@/components/live/live-view';
import { env } from '@/lib/env';
import { isAppError } from '@/lib/errors';
import { liveBoard } from '@/lib/services/live-list';
import { refusalOf } from '@/lib/services/rights';
import { pageContext } from '../../page-context';
import { orNotFound, pageId } from '../../page-id';

type LivePageProps = { params: Promise<{ session: string }> };

const load = cache(async (id: number) => {
  const ctx = await pageContext('live.read');
  try {
    const page = await orNotFound(liveBoard(ctx, id));
    return page && { page, mayMark: page.mine && refusalOf(ctx, 'live.mark') === null };
  } catch (error) {
    // A session that never was live has its own page, and nothing to show here.
    if (isAppError(error) && error.code === 'closed') redirect(`/sessions/${id}`);
    throw error;
  }
});

export async function generateMetadata({ params }: LivePageProps): Promise<Metadata> {
  const id = pageId((await params).session);
  const found = id === null ? null : await load(id);
  return { title: found ? `${found.page.session.name} · Live` : 'Live' };
}

export default async function LiveSessionPage({ params }: LivePageProps) {
  const id = pageId((await params).session);
  if (id === null) notFound();
  const found = await load(id);
  if (!found) notFound();
  const hidden = hiddenColumns((await cookies()).get(BOARD_COOKIE)?.value);
  return (
    <LiveView page={found.page} mayMark={found.mayMark} hidden={hidden} tileUrl={env().TILE_URL ?? null} />
  );
}
