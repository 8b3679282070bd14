import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { TrackView } from '@/components/map/track-view';
import { CheckpointList } from '@/components/timing/checkpoint-list';
import { RecordsList } from '@/components/timing/records-list';
import { TrackHeader } from '@/components/timing/track-header';
import { env } from '@/lib/env';
import { getTrack } from '@/lib/services/tracks';
import { pageContext } from '../../page-context';
import { orNotFound, pageId } from '../../page-id';

type TrackPageProps = { params: Promise<{ id: string }> };

const load = cache(async (id: number) => {
  const ctx = await pageContext('track.read');
  return orNotFound(getTrack(ctx, id));
});

export async function generateMetadata({ params }: TrackPageProps): Promise<Metadata> {
  const id = pageId((await params).id);
  const track = id === null ? null : await load(id);
  return { title: track?.name ?? 'Track' };
}

export default async function TrackPage({ params }: TrackPageProps) {
  const id = pageId((await params).id);
  const track = id === null ? null : await load(id);
  if (!track) notFound();
  return (
    <>
      <TrackHeader track={track} />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <TrackView track={track} tileUrl={env().TILE_URL ?? null} />
        <div className="flex min-w-0 flex-col gap-4">
          <section>
            <h2 className="mb-2 text-lg font-semibold">Gates</h2>
            <CheckpointList gates={track.checkpoints} />
          </section>
          <section>
            <h2 className="mb-2 text-lg font-semibold">Records</h2>
            {track.records.length > 0 ? (
              <RecordsList records={track.records} />
            ) : (
              <p className="text-sm text-soft">No complete lap was driven here yet.</p>
            )}
          </section>
        </div>
      </div>
    </>
  );
}
