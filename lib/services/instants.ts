/** ISO 8601 UTC of an instant as a database spells it. */
export const isoOf = (text: string): string => new Date(text).toISOString();

/** ISO 8601 UTC of epoch microseconds. */
export const isoOfUs = (timeUs: number): string => new Date(timeUs / 1000).toISOString();

/** Milliseconds of the API: at most three decimals. */
export const roundMs = (timeMs: number): number => Math.round(timeMs * 1000) / 1000;

export const roundedOrNull = (timeMs: number | null): number | null =>
  timeMs === null ? null : roundMs(timeMs);
