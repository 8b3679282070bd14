import { memo } from 'react';
import { MINI_SECTORS } from '@/lib/contracts/live';

type Kind = 'b' | 'p' | 's' | '-';

/** Colour and height together: whoever sees no colour sees how high a step is. */
const KINDS: Record<Kind, { token: string; heightPx: number; words: string }> = {
  b: { token: 'session-best', heightPx: 16, words: 'best of the session' },
  p: { token: 'personal-best', heightPx: 12, words: 'own best' },
  s: { token: 'slower', heightPx: 8, words: 'slower' },
  '-': { token: 'edge', heightPx: 4, words: 'nothing to compare with' },
};
const ORDER: readonly Kind[] = ['b', 'p', 's', '-'];

const STEP_PX = 5;
const BAR_PX = 4;
const HEIGHT_PX = 16;
export const MINIS_PX = MINI_SECTORS * STEP_PX;

/** The mini-sectors of a lap, one letter each (see BoardRow.minis), as steps that fill up while the lap is driven. */
export const MiniSectors = memo(function MiniSectors({ minis }: { minis: string }) {
  if (minis === '') return <span className="text-quiet">–</span>;
  return (
    <svg
      viewBox={`0 0 ${MINIS_PX} ${HEIGHT_PX}`}
      width={MINIS_PX}
      height={HEIGHT_PX}
      role="img"
      aria-label={minisWords(minis)}
      className="minis"
    >
      <path d={bars(minis, '.', 1)} fill="var(--line)" />
      {ORDER.map((kind) => (
        <path key={kind} d={bars(minis, kind, KINDS[kind].heightPx)} fill={`var(--${KINDS[kind].token})`} />
      ))}
    </svg>
  );
});

function bars(minis: string, kind: string, heightPx: number): string {
  let path = '';
  for (let index = 0; index < minis.length; index += 1)
    if (minis[index] === kind) path += `M${index * STEP_PX} ${HEIGHT_PX}v-${heightPx}h${BAR_PX}v${heightPx}z`;
  return path;
}

/** `14 of 24 mini-sectors: 2 best of the session, 12 slower`. */
export function minisWords(minis: string): string {
  const count = (kind: string) => minis.split(kind).length - 1;
  const driven = minis.length - count('.');
  const kinds = ORDER.filter((kind) => count(kind) > 0).map((kind) => `${count(kind)} ${KINDS[kind].words}`);
  return `${driven} of ${minis.length} mini-sectors${kinds.length > 0 ? `: ${kinds.join(', ')}` : ''}`;
}
