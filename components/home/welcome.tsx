import { ImportPanel } from '@/components/imports/import-panel';
import type { ImportItem } from '@/lib/contracts/imports';

type WelcomeProps = { hasOwn: boolean; imports: ImportItem[]; tracks: { id: number; name: string }[] };

/** Where a recording goes in, large until the first one of the reader's own is here, and what is being read now. */
export function Welcome({ hasOwn, imports, tracks }: WelcomeProps) {
  return (
    <section className="flex flex-col gap-3">
      <h1 className={hasOwn ? 'sr-only' : 'text-xl font-semibold'}>Drop a log file and see its laps</h1>
      <ImportPanel imports={imports} tracks={tracks} withPast={false} compact={hasOwn} />
    </section>
  );
}
