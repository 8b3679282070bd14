/** 10^0 … 10^22: exactly the powers of ten that a double holds without rounding. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const MAX_EXACT = Number.MAX_SAFE_INTEGER;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * mantissa × 10^-decimals, correctly rounded, or NaN when that cannot be had by one division (Clinger's fast
 * path: a mantissa below 2^53 and at most 22 decimals are both exact, so one IEEE division rounds once).
 */
export function scaleDecimal(mantissa: number, decimals: number): number {
  if (decimals === 0 && mantissa <= MAX_EXACT) return mantissa;
  if (mantissa > MAX_EXACT || decimals > 22) return Number.NaN;
  return mantissa / (POWERS_OF_TEN[decimals] ?? Number.NaN);
}

/**
 * A decimal number written the plain way (sign, digits, point, exponent; blanks around it allowed); NaN for
 * all else: hex, `1_000`, `inf`, words, and numbers beyond the range of a double.
 */
export function parseDecimal(text: string): number {
  const plain = text.trim();
  if (!NUMBER.test(plain)) return Number.NaN;
  const value = Number(plain);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Seconds to milliseconds, quantised to the microsecond: removes the noise that epoch seconds pick up. */
export function secondsToMs(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}

export type NumberFault = 'blank' | 'not_finite' | 'not_a_number';

/** Why a cell is no usable number; for messages, called only after parseDecimal gave NaN. */
export function numberFault(text: string): NumberFault {
  const plain = text.trim();
  if (plain === '') return 'blank';
  if (/^[+-]?(nan|inf|infinity)$/i.test(plain) || NUMBER.test(plain)) return 'not_finite';
  return 'not_a_number';
}
