import { lapClassWord } from '@/components/reasons';
import type { LapItem } from '@/lib/contracts/laps';

const LOOKS: Record<LapItem['class'], string> = {
  complete: 'text-text',
  invalid: 'border border-edge text-soft',
  outlap: 'border border-dashed border-edge text-soft',
  inlap: 'border border-dashed border-edge text-soft',
  pitstop: 'border border-pit text-pit',
};

export function ClassChip({ lapClass }: { lapClass: LapItem['class'] }) {
  const pad = lapClass === 'complete' ? '' : 'px-1.5';
  return (
    <span className={`rounded-md py-px text-xs ${pad} ${LOOKS[lapClass]}`}>{lapClassWord(lapClass)}</span>
  );
}
