import type { TimingMark } from '@/lib/analysis/best-times';

const LOOKS = {
  session: { symbol: '◆', words: 'best of the session', look: 'text-session-best' },
  personal: { symbol: '▲', words: 'best of this entry', look: 'text-personal-best' },
};

/** A time with its mark; the mark's place is kept free where there is none, so that the points stay in line. */
export function MarkedTime({
  text,
  mark,
  muted = false,
}: {
  text: string;
  mark: TimingMark;
  muted?: boolean;
}) {
  const look = mark ? LOOKS[mark] : null;
  return (
    <span className={look?.look ?? (muted ? 'text-quiet' : '')}>
      {text}
      <span className="inline-block w-4 text-center text-xs" title={look?.words}>
        {look && <span aria-hidden>{look.symbol}</span>}
        {look && <span className="sr-only">, {look.words}</span>}
      </span>
    </span>
  );
}
