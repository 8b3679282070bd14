import Link from 'next/link';
import { buttonLook } from '@/components/ui/button-look';
import { EmptyState } from '@/components/ui/empty-state';
import type { SessionDetail } from '@/lib/contracts/sessions';
import type { SessionRights } from './session-actions';

/** A session that holds positions but no laps, and what makes laps of them. */
export function NoLaps({ session, may }: { session: SessionDetail; may: SessionRights }) {
  return (
    <EmptyState title="Positions are stored, laps are not there yet">
      <p className="max-w-lg">
        {session.track
          ? `No car crossed the start line of ${session.track.name} here.`
          : 'No known track lies under this recording. A track file with its gates makes laps of it, once the session is calculated again.'}
      </p>
      {(session.track || may.import) && (
        <Link href={session.track ? `/tracks/${session.track.id}` : '/import'} className={buttonLook()}>
          {session.track ? 'See the track' : 'Import a track file'}
        </Link>
      )}
    </EmptyState>
  );
}
