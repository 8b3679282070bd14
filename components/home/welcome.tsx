import { ImportPanel } from '@/components/imports/import-panel';
import type { ImportItem } from '@/lib/contracts/imports';

type WelcomeProps = { hasOwn: boolean; imports: ImportItem[]; tracks: { id: number; name: string }[] };

/** Where a recording goes in, large until the first one of the reader's own is here, and what is being read now. */
export function Welcome({ hasOwn, imports, tracks }: WelcomeProps) {
  return (
    <section className="flex flex-col gap-3" aria-label="Import">
      <ImportPanel imports={imports} tracks={tracks} withPast={false} compact={hasOwn} />
    </section>
  );
}
