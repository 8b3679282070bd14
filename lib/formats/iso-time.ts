import { FormatError } from './types';

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const END_MS = Date.parse('9999-12-31T23:59:59Z');
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** An ISO 8601 instant as epoch ms, to the microsecond; without a zone it counts as UTC. NaN when it is none. */
export function isoTimeMs(text: string): number {
  const match = ISO.exec(text.trim());
  if (!match) return Number.NaN;
  const [, year, month, day, hours, minutes, seconds, fraction = '', zone = 'Z'] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return Number.NaN;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return Number.NaN;
  const wholeMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  );
  const microseconds = Math.round(Number(`0.${fraction || '0'}`) * 1e6);
  return (wholeMs * 1e3 + microseconds) / 1e3 - zoneMs(zone);
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (!sign) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * Epoch ms as an ISO instant in UTC with at least 3 and at most 6 decimals of a second. Throws a FormatError
 * outside the years 0 to 9999, which the formats that write dates cannot hold.
 */
export function isoText(timeMs: number): string {
  if (!(timeMs >= FIRST_MS && timeMs < END_MS)) {
    throw new FormatError(`The time ${timeMs} ms lies outside the years 0 to 9999: write it as CSV.`);
  }
  const microseconds = Math.round(timeMs * 1e3);
  const wholeMs = Math.floor(microseconds / 1e3);
  const rest = microseconds - wholeMs * 1e3;
  const text = new Date(wholeMs).toISOString();
  return rest === 0 ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}
