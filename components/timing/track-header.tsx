import { Download } from 'lucide-react';
import { formatCount, formatDistance, formatPlural } from '@/components/format';
import { buttonLook } from '@/components/ui/button-look';
import { SimulatedChip } from '@/components/ui/simulated-chip';
import type { TrackDetail } from '@/lib/contracts/tracks';

export function TrackHeader({ track }: { track: TrackDetail }) {
  const facts = [
    track.location,
    track.length_m === null ? '' : formatDistance(track.length_m),
    track.frame === 'planar' ? 'in metres, not on the globe' : '',
    formatPlural(track.sessions, 'session'),
    `revision ${formatCount(track.revision)}`,
  ];
  return (
    <header className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold break-words">
          {track.name}
          {track.simulated && <SimulatedChip />}
        </h1>
        <p className="text-sm text-soft">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <a href={`/api/v1/tracks/${track.id}/file`} download className={`${buttonLook()} no-print sm:ml-auto`}>
        <Download size={16} aria-hidden /> Track file
      </a>
    </header>
  );
}
