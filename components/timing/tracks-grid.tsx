import Link from 'next/link';
import { formatDistance, formatLapTime, formatPlural } from '@/components/format';
import { TrackSketch } from '@/components/map/track-sketch';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import type { TrackListItem } from '@/lib/contracts/tracks';

/** Tracks as cards: outline, length and record. */
export function TracksGrid({ tracks }: { tracks: TrackListItem[] }) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,22rem),1fr))] gap-3">
      {tracks.map((track) => (
        <li key={track.id}>
          <TrackCard track={track} />
        </li>
      ))}
    </ul>
  );
}

function TrackCard({ track }: { track: TrackListItem }) {
  return (
    <Link
      href={`/tracks/${track.id}`}
      className="flex h-full items-center gap-4 rounded-md border border-line p-3 hover:border-edge hover:bg-panel"
    >
      <span className="size-20 shrink-0">
        <TrackSketch frame={track.frame} outline={track.outline} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-semibold" title={track.name}>
            {track.name}
          </span>
          {track.simulated && <SimulatedChip />}
        </span>
        <span className="block truncate text-sm text-soft">
          {[track.location, track.length_m === null ? '' : formatDistance(track.length_m)]
            .filter(Boolean)
            .join(' · ') || formatPlural(track.checkpoints, 'gate')}
        </span>
        <span className="mt-1 flex justify-between gap-2 text-sm">
          <span>
            <span className="text-soft">Record </span>
            <span className="font-medium">{formatLapTime(track.record_ms)}</span>
          </span>
          <span className="text-soft">{formatPlural(track.sessions, 'session')}</span>
        </span>
      </span>
    </Link>
  );
}
