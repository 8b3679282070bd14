/** Milliseconds as seconds, to the microsecond. */
export const secondsOf = (timeMs: number): number => Math.round(timeMs * 1000) / 1e6;
