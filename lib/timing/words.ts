import type { RejectedCounts } from './types';

/** A time in ms for people: `1:23.456`, `0:55.604`, `1:02:03.456`; a minus sign before negative ones. */
export function lapTimeText(timeMs: number): string {
  const whole = Math.round(Math.abs(timeMs));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const rest = `${pad(Math.floor(whole / 1000) % 60, 2)}.${pad(whole % 1000, 3)}`;
  const sign = timeMs < 0 && whole > 0 ? '−' : '';
  return hours > 0 ? `${sign}${hours}:${pad(minutes, 2)}:${rest}` : `${sign}${minutes}:${rest}`;
}

/** The sum of two counts by reason. */
export function addedCounts(a: RejectedCounts, b: RejectedCounts): RejectedCounts {
  const sum = { ...a };
  for (const [reason, count] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
