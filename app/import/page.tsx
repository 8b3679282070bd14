import type { Metadata } from 'next';
import { connection } from 'next/server';
import { ImportPanel } from '@/components/imports/import-panel';
import { serviceContext } from '@/lib/runtime';
import { listImports } from '@/lib/services/imports';
import { listTracks } from '@/lib/services/tracks';

export const metadata: Metadata = { title: 'Import' };

export default async function ImportPage() {
  await connection();
  const ctx = serviceContext();
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
