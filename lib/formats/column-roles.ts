import { ACCURACY, ALTITUDE, COURSE, SPEED, TIME, X, Y } from './fix-table';

/** What a column of a fix means: its slot, the frame it belongs to, and how its values become ours. */
export type ColumnRole = { slot: number; frame: 'wgs84' | 'planar' | null; scale: number; seconds?: true };

export const KMH = 1 / 3.6;
export const MPH = 0.44704;
export const KNOT = 1852 / 3600;
export const FOOT = 0.3048;

const SPEED_SCALES: Record<string, number> = {
  mps: 1,
  ms: 1,
  'm/s': 1,
  kmh: KMH,
  kph: KMH,
  'km/h': KMH,
  mph: MPH,
  kn: KNOT,
  kt: KNOT,
  knots: KNOT,
};
const LENGTH_SCALES: Record<string, number> = { m: 1, mm: 1e-3, ft: FOOT };
const ANGLE_SCALES: Record<string, number> = { deg: 1, '°': 1 };

/** Units that a name may end in after an underscore; anything else belongs to the name. */
const UNIT_SUFFIXES = new Set(
  'ms s us m mm cm km ft mps kmh kph mph kn kt deg rad dps g rpm c f k v mv a ma w kw bar mbar kpa psi pct hz nm l kg n'.split(
    ' ',
  ),
);

/** A header cell taken apart: `name [unit]`, `name (unit)` or `name_unit`; `bracketed` tells the first two. */
export type ColumnName = { name: string; unit: string; bracketed: boolean };

/** `oil [°C]` → oil, °C; `oil_c` → oil, c; `oil` → oil, ''. */
export function splitColumnName(header: string): ColumnName {
  const text = header.trim();
  const opening = text.endsWith(']')
    ? text.lastIndexOf('[')
    : text.endsWith(')')
      ? text.lastIndexOf('(')
      : -1;
  if (opening > 0) {
    return {
      name: text.slice(0, opening).trimEnd(),
      unit: text.slice(opening + 1, -1).trim(),
      bracketed: true,
    };
  }
  const at = text.lastIndexOf('_');
  const suffix = text.slice(at + 1);
  if (at > 0 && UNIT_SUFFIXES.has(suffix)) return { name: text.slice(0, at), unit: suffix, bracketed: false };
  return { name: text, unit: '', bracketed: false };
}

/** What a header of our CSV or a key of our JSON means for a fix, or null when it is a channel. */
export function columnRole(header: string): ColumnRole | null {
  const { name, unit, bracketed } = splitColumnName(header);
  const key = name.toLowerCase();
  const measure = unit.toLowerCase();
  if (bracketed && measure === '') return null;
  return timeRole(key, measure) ?? positionRole(key, measure) ?? stateRole(key, measure);
}

function timeRole(key: string, unit: string): ColumnRole | null {
  if (!['time', 't', 'unix', 'timestamp', 'utc', 'epoch'].includes(key)) return null;
  if (unit === 'ms') return { slot: TIME, frame: null, scale: 1 };
  if (unit === 'us') return { slot: TIME, frame: null, scale: 1e-3 };
  return unit === 's' ? { slot: TIME, frame: null, scale: 1e3, seconds: true } : null;
}

function positionRole(key: string, unit: string): ColumnRole | null {
  if (unit === '' || unit in ANGLE_SCALES) {
    if (['lat', 'latitude'].includes(key)) return { slot: Y, frame: 'wgs84', scale: 1 };
    if (['lon', 'lng', 'long', 'longitude'].includes(key)) return { slot: X, frame: 'wgs84', scale: 1 };
  }
  if (unit !== 'm' || (key !== 'x' && key !== 'y')) return null;
  return { slot: key === 'x' ? X : Y, frame: 'planar', scale: 1 };
}

function stateRole(key: string, unit: string): ColumnRole | null {
  const role = (slot: number, scale: number | undefined) =>
    scale === undefined ? null : { slot, frame: null, scale };
  if (key === 'speed' || key === 'velocity') return role(SPEED, SPEED_SCALES[unit]);
  if (key === 'course' || key === 'heading' || key === 'bearing') return role(COURSE, ANGLE_SCALES[unit]);
  if (key === 'altitude' || key === 'alt') return role(ALTITUDE, LENGTH_SCALES[unit]);
  if (key === 'accuracy') return role(ACCURACY, LENGTH_SCALES[unit]);
  return null;
}

/** A header cell that `splitColumnName` reads back as exactly this name and unit, and never as a fix's field. */
export function columnHeader(name: string, unit: string): string {
  const plain = splitColumnName(name);
  const safe = plain.unit === '' && !plain.bracketed && columnRole(name) === null && name !== 'device';
  return unit === '' && safe ? name : `${name} [${unit}]`;
}
