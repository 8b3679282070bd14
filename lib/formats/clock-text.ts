/** A lap time written as `[[hh:]mm:]ss[.fff]` in milliseconds; NaN when it is none. */
export function durationMs(text: string): number {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (!match) return Number.NaN;
  const [, hours = '0', minutes = '0', seconds] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Math.round(Number(seconds) * 1e6) / 1e3;
}
