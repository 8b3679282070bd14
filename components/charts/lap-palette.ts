/** How a chosen lap is drawn, by its place in the choice. Colours repeat only with another dash. */
export type LapLine = {
  token: string;
  dash: 'solid' | 'dash' | 'dot' | 'dashdot' | 'longdash';
  widthPx: number;
};

export const MOST_LAPS = 8;

const DASHES = ['solid', 'solid', 'solid', 'solid', 'dash', 'dot', 'dashdot', 'longdash'] as const;

/** The reference lap: text colour and thicker than the others. */
export const REFERENCE_LINE: LapLine = { token: 'text', dash: 'solid', widthPx: 2 };

export function lapLine(place: number): LapLine {
  const slot = place % MOST_LAPS;
  return { token: `lap-${slot + 1}`, dash: DASHES[slot] ?? 'solid', widthPx: 1.5 };
}

/** The colour of an entry by its place in the session; entries past the palette share a quiet tone. */
export function entryToken(place: number): string {
  return place < MOST_LAPS ? lapLine(place).token : 'edge';
}

/** The dash as SVG wants it. */
export const DASH_ARRAYS: Record<LapLine['dash'], string> = {
  solid: '',
  dash: '5 3',
  dot: '2 2',
  dashdot: '6 2 2 2',
  longdash: '9 3',
};
