import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatLapTime } from '@/components/format';
import { SessionsTable } from '@/components/timing/sessions-table';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import type { SessionListItem } from '@/lib/contracts/sessions';
import type { SystemStatus } from '@/lib/contracts/system';
import type { TrackListItem } from '@/lib/contracts/tracks';
import { ConnectedParts } from './connected-parts';

type HomeSectionsProps = {
  sessions: SessionListItem[];
  total: number;
  tracks: TrackListItem[];
  status: SystemStatus;
  /** Null for whoever may not see them. */
  devices: number | null;
};

export function HomeSections({ sessions, total, tracks, status, devices }: HomeSectionsProps) {
  return (
    <div className={sessions.length > 0 ? 'grid gap-8 xl:grid-cols-[minmax(0,1fr)_22rem]' : 'max-w-md'}>
      {sessions.length > 0 && (
        <Section
          title="Recent sessions"
          more={{
            href: '/sessions',
            words: total > sessions.length ? `All ${total} sessions` : 'All sessions',
          }}
        >
          <SessionsTable sessions={sessions} />
        </Section>
      )}
      <div className="grid content-start gap-8 max-xl:md:grid-cols-2">
        <Records tracks={tracks} />
        <Section title="Connected">
          <ConnectedParts status={status} devices={devices} />
        </Section>
      </div>
    </div>
  );
}

type SectionProps = { title: string; more?: { href: string; words: string }; children: ReactNode };

function Section({ title, more, children }: SectionProps) {
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <h2 className="text-lg font-semibold">{title}</h2>
        {more && (
          <Link href={more.href} className="text-sm text-accent hover:underline">
            {more.words}
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}

function Records({ tracks }: { tracks: TrackListItem[] }) {
  const held = tracks.filter((track) => track.record_ms !== null).slice(0, 8);
  if (held.length === 0) return null;
  return (
    <Section title="Track records" more={{ href: '/tracks', words: 'All tracks' }}>
      <ul className="rounded-md border border-line text-sm">
        {held.map((track) => (
          <li
            key={track.id}
            className="flex items-center gap-2 border-b border-line px-3 py-1.5 last:border-b-0"
          >
            <Link
              href={`/tracks/${track.id}`}
              className="min-w-0 truncate hover:underline"
              title={track.name}
            >
              {track.name}
            </Link>
            {track.simulated && <SimulatedChip />}
            <span className="ml-auto font-medium">{formatLapTime(track.record_ms)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
