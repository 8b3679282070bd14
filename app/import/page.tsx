import type { Metadata } from 'next';
import { ImportPanel } from '@/components/imports/import-panel';
import { listImports } from '@/lib/services/imports';
import { listTracks } from '@/lib/services/tracks';
import { pageContext } from '../page-context';

export const metadata: Metadata = { title: 'Import' };

export default async function ImportPage() {
  const ctx = await pageContext('import.create');
  const [imports, tracks] = await Promise.all([
    listImports(ctx, { limit: 100 }),
    listTracks(ctx, { limit: 1000 }),
  ]);
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4">
      <h1 className="text-xl font-semibold">Import</h1>
      <ImportPanel imports={imports.items} tracks={tracks.items} withPast />
    </div>
  );
}
