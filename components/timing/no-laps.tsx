import Link from 'next/link';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';
import type { SessionDetail } from '@/lib/contracts/sessions';

/** A session that holds positions but no laps, and what makes laps of them. */
export function NoLaps({ session }: { session: SessionDetail }) {
  return (
    <EmptyState title="Positions are stored, laps are not there yet">
      <p className="max-w-lg">
        {session.track
          ? `No car crossed the start line of ${session.track.name} here.`
          : 'No known track lies under this recording. Import a track file with its gates, then reprocess the session.'}
      </p>
      <Link href={session.track ? `/tracks/${session.track.id}` : '/import'} className={buttonLook()}>
        {session.track ? 'See the track' : 'Import a track file'}
      </Link>
    </EmptyState>
  );
}
