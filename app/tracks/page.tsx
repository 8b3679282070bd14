import type { Metadata } from 'next';
import Link from 'next/link';
import { TracksGrid } from '@/components/timing/tracks-grid';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';
import { mayWith } from '@/lib/services/rights';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from '../page-context';

export const metadata: Metadata = { title: 'Tracks' };

export default async function TracksPage() {
  const ctx = await pageContext('track.list');
  const tracks = await listTracks(ctx, { limit: 1000 });
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Tracks</h1>
      {tracks.items.length > 0 ? (
        <TracksGrid tracks={tracks.items} />
      ) : (
        <EmptyState title="No tracks yet">
          <p className="max-w-lg">
            A track comes with the first recording that names its gates, or as a track file: JSON with its
            start line and sectors.
          </p>
          {mayWith(ctx, 'import.create', null) && (
            <Link href="/import" className={buttonLook('primary')}>
              Import files
            </Link>
          )}
        </EmptyState>
      )}
    </>
  );
}
