import { isoTimeMs } from '@/lib/formats/iso-time';
import type { Attributes, IncomingFix } from '@/lib/live/ingest';
import type { Frame } from '@/lib/timing/types';
import {
  addAttribute,
  attributesOrNull,
  type Fault,
  isFault,
  malformed,
  type SenderDevice,
} from './feed-lines';

type Fields = Readonly<Record<string, unknown>>;

/** What a fix's own fields are called; every other one is an attribute. */
const OWN = new Set([
  ...['device', 'device_id', 'time_ms', 'time', 'lat', 'lon', 'x_m', 'y_m'],
  ...['speed_mps', 'course_deg', 'altitude_m', 'accuracy_m', 'attributes'],
]);

const GREATEST_ID = 2_147_483_647;
const NAME_LENGTH = 150;

/** Whether a value is a JSON object. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A fix that a program sent as an object (lib/contracts/ingest: sentFix), or why it is none. */
export function fixOfFields(fields: Fields): { frame: Frame; fix: IncomingFix } | Fault {
  const timeMs = timeOf(fields);
  if (typeof timeMs !== 'number') return timeMs;
  const place = placeOf(fields);
  if (isFault(place)) return place;
  const [speedMps, courseDeg, altitudeM, accuracyM] = [
    numberOf(fields, 'speed_mps'),
    numberOf(fields, 'course_deg'),
    numberOf(fields, 'altitude_m'),
    numberOf(fields, 'accuracy_m'),
  ];
  if (typeof speedMps !== 'number') return speedMps;
  if (typeof courseDeg !== 'number') return courseDeg;
  if (typeof altitudeM !== 'number') return altitudeM;
  if (typeof accuracyM !== 'number') return accuracyM;
  const attributes = attributesOf(fields);
  if (attributes !== null && isFault(attributes)) return attributes;
  const { frame, x, y } = place;
  return { frame, fix: { timeMs, x, y, speedMps, courseDeg, altitudeM, accuracyM, attributes } };
}

function timeOf(fields: Fields): number | Fault {
  const { time_ms: timeMs, time } = fields;
  if (timeMs !== undefined && timeMs !== null) return needed(fields, 'time_ms');
  if (time === undefined || time === null) return malformed('time_ms (or time) is missing');
  // Without a zone nobody knows which instant it is.
  const parsedMs =
    typeof time === 'string' && /(Z|[+-]\d\d(:?\d\d)?)$/i.test(time) ? isoTimeMs(time) : Number.NaN;
  return Number.isNaN(parsedMs)
    ? malformed('time must be an ISO 8601 instant with its zone, such as 2026-03-14T09:41:00.250Z')
    : parsedMs;
}

function placeOf(fields: Fields): { frame: Frame; x: number; y: number } | Fault {
  const has = (name: string): boolean => fields[name] !== undefined && fields[name] !== null;
  const isGeo = has('lat') || has('lon');
  const isPlanar = has('x_m') || has('y_m');
  if (isGeo && isPlanar) return malformed('it has degrees and metres: send lat and lon, or x_m and y_m');
  if (!isGeo && !isPlanar) return malformed('lat and lon (or x_m and y_m) are missing');
  const x = needed(fields, isGeo ? 'lon' : 'x_m');
  if (typeof x !== 'number') return x;
  const y = needed(fields, isGeo ? 'lat' : 'y_m');
  return typeof y === 'number' ? { frame: isGeo ? 'wgs84' : 'planar', x, y } : y;
}

function needed(fields: Fields, name: string): number | Fault {
  const value = numberOf(fields, name);
  return Number.isNaN(value) ? malformed(`${name} is missing`) : value;
}

/** NaN where the sender does not know it. */
function numberOf(fields: Fields, name: string): number | Fault {
  const value = fields[name];
  if (value === undefined || value === null) return Number.NaN;
  if (typeof value !== 'number') return malformed(`${name} must be a number`);
  return Number.isFinite(value) ? value : { reason: 'not_finite', message: `${name} is no finite number` };
}

function attributesOf(fields: Fields): Attributes | Fault | null {
  const attributes: Attributes = {};
  const { attributes: given } = fields;
  if (given !== undefined && given !== null && !isFields(given))
    return malformed('attributes must be an object of names and values');
  const further = Object.entries(fields).filter(([name]) => !OWN.has(name));
  for (const [name, value] of [...further, ...Object.entries(given ?? {})]) {
    const fault = addAttribute(attributes, name, value);
    if (fault) return fault;
  }
  return attributesOrNull(attributes);
}

/** The device that an object names; null = it names none. */
export function deviceOfFields(fields: Fields): SenderDevice | Fault | null {
  const { device_id: id, device } = fields;
  if (id !== undefined && id !== null) {
    const isId = typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= GREATEST_ID;
    return isId ? { id } : malformed('device_id must be a whole number, the id of a device');
  }
  if (device === undefined || device === null) return null;
  if (typeof device !== 'string') return malformed('device must be a text, your name for the device');
  return deviceNamed(device);
}

/** A sender's name for a device, or what is wrong with it. */
export function deviceNamed(text: string): SenderDevice | Fault {
  const name = text.trim().normalize('NFC');
  if (name === '' || [...name].length > NAME_LENGTH || /[\p{Cc}\p{Surrogate}]/u.test(name))
    return malformed(`device must have 1 to ${NAME_LENGTH} characters, none of them a control character`);
  return { name };
}
