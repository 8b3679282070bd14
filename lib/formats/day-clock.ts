export const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;

/** A packed time of day, `HHMMSS.sss`, as milliseconds since midnight (to the microsecond); NaN when none. */
export function packedTimeMs(packed: number): number {
  const hours = Math.floor(packed / 1e4);
  const minutes = Math.floor(packed / 100) % 100;
  const seconds = packed - hours * 1e4 - minutes * 100;
  if (!(packed >= 0) || hours > 23 || minutes > 59 || seconds >= 61) return Number.NaN;
  return hours * 3_600_000 + minutes * 60_000 + Math.round(seconds * 1e6) / 1e3;
}

/** Milliseconds since midnight as `HHMMSS.sss…` with the given number of decimals. */
export function packTimeMs(timeOfDayMs: number, decimals: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = (timeOfDayMs % 60_000) / 1e3;
  const width = decimals > 0 ? 3 + decimals : 2;
  return `${two(Math.floor(timeOfDayMs / 3_600_000))}${two(Math.floor(timeOfDayMs / 60_000) % 60)}${seconds.toFixed(decimals).padStart(width, '0')}`;
}

/** Epoch ms of a civil date at 00:00 UTC; NaN when there is no such day. */
export function dayStartMs(year: number, month: number, day: number): number {
  const start = Date.UTC(year, month - 1, day);
  const back = new Date(start);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? start : Number.NaN;
}

/** How many days to add so that `timeMs` lies within half a day of `referenceMs`: -1, 0 or 1. */
export function dayShift(timeMs: number, referenceMs: number): number {
  if (timeMs < referenceMs - HALF_DAY_MS) return 1;
  return timeMs > referenceMs + HALF_DAY_MS ? -1 : 0;
}
