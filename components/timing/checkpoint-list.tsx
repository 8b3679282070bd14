import { formatDistance } from '@/components/format';
import { gateName, gateToken } from '@/components/map/gate-words';
import type { CheckpointItem } from '@/lib/contracts/tracks';

const TYPE_WORDS: Record<CheckpointItem['type'], string> = {
  start: 'Start and finish',
  finish: 'Finish',
  sector: 'Sector',
  pit: 'Pit lane',
  pit_entry: 'Pit entry',
  pit_exit: 'Pit exit',
};

/** The gates of a track, in their order. */
export function CheckpointList({ gates }: { gates: CheckpointItem[] }) {
  const hasFinish = gates.some((gate) => gate.type === 'finish');
  return (
    <ol className="rounded-md border border-line text-sm" aria-label="Gates">
      {gates.map((gate) => (
        <li
          key={gate.number}
          className="flex items-center gap-3 border-b border-line px-3 py-2 last:border-b-0"
        >
          <span
            aria-hidden
            className="h-4 w-1 shrink-0 rounded-full"
            style={{ background: `var(--${gateToken(gate)})` }}
          />
          <span className="w-5 shrink-0 text-right text-soft">{gate.number}</span>
          <span className="min-w-0 flex-1">
            <span className="block truncate" title={gateName(gate)}>
              {gateName(gate)}
            </span>
            <span className="block text-xs text-soft">
              {gate.type === 'start' && hasFinish ? 'Start' : TYPE_WORDS[gate.type]}
              {gate.closes_lap === true && ' · closes the lap'}
              {gate.direction === null && ' · direction not known yet'}
            </span>
          </span>
          <span className="shrink-0 text-soft">{formatDistance(gate.length_m)} wide</span>
        </li>
      ))}
    </ol>
  );
}
