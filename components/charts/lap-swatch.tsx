import { DASH_ARRAYS, type LapLine } from './lap-palette';

/** The line of a lap as the chart draws it, 20 px of it. */
export function LapSwatch({ line }: { line: LapLine }) {
  return (
    <svg width="20" height="8" aria-hidden="true" className="inline-block shrink-0">
      <line
        x1="0"
        y1="4"
        x2="20"
        y2="4"
        stroke={`var(--${line.token})`}
        strokeWidth={line.widthPx + 0.5}
        strokeDasharray={DASH_ARRAYS[line.dash]}
      />
    </svg>
  );
}
