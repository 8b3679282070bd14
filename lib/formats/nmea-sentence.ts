import { parseDecimal } from './decimal';

/** A sentence's type without its talker (`RMC` of `GPRMC`, `GNRMC` …) and its fields; field 0 is the address. */
export type Sentence = { type: string; fields: string[]; hasChecksum: boolean };
export type SentenceFault = 'not_nmea' | 'bad_checksum';

/** Takes a line apart and checks its checksum (XOR of all between `$` and `*`); text before `$` is dropped. */
export function readSentence(line: string): Sentence | SentenceFault {
  const start = line.lastIndexOf('$');
  if (start < 0) return 'not_nmea';
  const star = line.indexOf('*', start);
  const body = line.slice(start + 1, star < 0 ? line.length : star).trimEnd();
  if (!/^[A-Z][A-Z0-9]{2,9},/.test(body)) return 'not_nmea';
  if (star >= 0) {
    const told = line.slice(star + 1).trim();
    if (!/^[0-9A-Fa-f]{2}$/.test(told) || Number.parseInt(told, 16) !== checksum(body)) return 'bad_checksum';
  }
  const fields = body.split(',');
  const address = fields[0] ?? '';
  return { type: address.startsWith('P') ? address : address.slice(-3), fields, hasChecksum: star >= 0 };
}

/** XOR of the characters of a sentence's body. */
export function checksum(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum ^= body.charCodeAt(i);
  return sum;
}

/** `ddmm.mmmm` and its hemisphere as degrees, north and east positive; NaN when it is none. */
export function nmeaAngle(value: string | undefined, hemisphere: string | undefined): number {
  const packed = parseDecimal(value ?? '');
  if (!(packed >= 0)) return Number.NaN;
  const degrees = Math.floor(packed / 100);
  const minutes = packed - degrees * 100;
  if (minutes >= 60) return Number.NaN;
  // Divided once from whole units of 1e-7 minutes, so that equal texts give equal degrees without noise.
  const angle = (degrees * 60e7 + Math.round(minutes * 1e7)) / 60e7;
  if (hemisphere === 'N' || hemisphere === 'E') return angle;
  return hemisphere === 'S' || hemisphere === 'W' ? -angle : Number.NaN;
}
