import { parseDecimal } from '@/lib/formats/decimal';
import { isoTimeMs } from '@/lib/formats/iso-time';
import type { Attributes, IncomingFix } from '@/lib/live/ingest';
import { ATTRIBUTE_LIMITS, addAttribute, attributesOrNull, type Fault, malformed } from './feed-lines';
import { isFields } from './sent-fix';

/**
 * What a phone sent in the OsmAnd protocol: a fix, or without a place only a sign of life with what else it told.
 * `unsure` = the phone itself says that the place is not valid.
 */
export type PhoneReport =
  | { kind: 'fix'; fix: IncomingFix }
  | { kind: 'heartbeat'; attributes: Attributes | null }
  | { kind: 'unsure' }
  | Fault;

const KNOT_MPS = 1852 / 3600;
/** A smaller timestamp is in seconds. */
const SECONDS_BELOW = 2 ** 31 - 1;
/** Parameters that say who sends; the key in the path does. */
const SENDER = new Set(['id', 'deviceid']);
const PLACE = new Set([
  'lat',
  'lon',
  'location',
  'timestamp',
  'speed',
  'bearing',
  'heading',
  'altitude',
  'accuracy',
  'valid',
]);

/**
 * The query form (the same as a form body): `lat`, `lon` or `location=lat,lon`; `timestamp` in seconds, milliseconds,
 * ISO 8601 or `yyyy-MM-dd HH:mm:ss` in this machine's zone, without it `nowMs`; `speed` in knots; `bearing` or
 * `heading`; `altitude`; `accuracy`; `batt` in percent; whatever else is an attribute.
 */
export function reportOfQuery(query: URLSearchParams, nowMs: number): PhoneReport {
  const timeMs = timeOfText(query.get('timestamp'), nowMs);
  if (typeof timeMs !== 'number') return timeMs;
  const attributes = queryAttributes(query);
  const [lat, lon] = placeTexts(query);
  if (lat === null && lon === null) return { kind: 'heartbeat', attributes };
  const known: Record<string, number> = {};
  const numbers = { lat, lon, ...Object.fromEntries(NUMBERS.map((name) => [name, query.get(name)])) };
  for (const [name, text] of Object.entries(numbers)) {
    const value = text === null || text === '' ? Number.NaN : parseDecimal(text);
    if (Number.isNaN(value) && text !== null && text !== '') return malformed(`${name} is no decimal number`);
    known[name] = value;
  }
  if (Number.isNaN(known.lat) || Number.isNaN(known.lon)) return malformed('lat and lon must come together');
  if (saysNo(query.get('valid'))) return { kind: 'unsure' };
  const bearing = known.bearing ?? Number.NaN;
  return fixReport({
    timeMs,
    x: known.lon ?? Number.NaN,
    y: known.lat ?? Number.NaN,
    speedMps: unlessNegative(known.speed) * KNOT_MPS,
    courseDeg: unlessNegative(Number.isNaN(bearing) ? known.heading : bearing),
    altitudeM: known.altitude ?? Number.NaN,
    accuracyM: unlessNegative(known.accuracy),
    attributes,
  });
}

const NUMBERS = ['speed', 'bearing', 'heading', 'altitude', 'accuracy'];

const fixReport = (fix: IncomingFix): PhoneReport => ({ kind: 'fix', fix });

/** −1 is how senders write what they do not know. */
const unlessNegative = (value: number | undefined): number =>
  value === undefined || value < 0 ? Number.NaN : value;

const saysNo = (valid: string | null): boolean => valid !== null && !['true', '1'].includes(valid);

function placeTexts(query: URLSearchParams): [lat: string | null, lon: string | null] {
  const location = query.get('location');
  if (location === null) return [query.get('lat'), query.get('lon')];
  const [lat = '', lon = ''] = location.split(',');
  return [lat, lon];
}

function queryAttributes(query: URLSearchParams): Attributes | null {
  const attributes: Attributes = {};
  for (const name of new Set(query.keys())) {
    if (PLACE.has(name) || SENDER.has(name)) continue;
    // A name may come several times, as cells and networks do.
    const text = query.getAll(name).join('; ').slice(0, ATTRIBUTE_LIMITS.textLength);
    const isBattery = name === 'batt';
    // An attribute that cannot be kept must not cost the fix.
    addAttribute(attributes, isBattery ? 'battery_pct' : name, valueOfText(text));
  }
  return attributesOrNull(attributes);
}

function valueOfText(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = parseDecimal(text);
  return Number.isNaN(number) ? text : number;
}

function timeOfText(text: string | null, nowMs: number): number | Fault {
  if (text === null || text === '') return nowMs;
  const number = parseDecimal(text);
  if (!Number.isNaN(number)) return number < SECONDS_BELOW ? number * 1000 : number;
  const parsed = /[T]/i.test(text) ? isoTimeMs(text) : localTimeMs(text);
  return Number.isNaN(parsed)
    ? malformed('timestamp must be epoch seconds or milliseconds, an ISO 8601 instant or yyyy-MM-dd HH:mm:ss')
    : parsed;
}

/** `yyyy-MM-dd HH:mm:ss`, which names no zone: this machine's. */
function localTimeMs(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (!match || Number.isNaN(isoTimeMs(text))) return Number.NaN;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return new Date(year, month - 1, day, hours, minutes, seconds).getTime();
}

/**
 * The JSON form of newer phone apps: `{device_id, location: {timestamp, coords: {latitude, longitude, accuracy, speed
 * in m/s, heading, altitude}, battery: {level 0 to 1, is_charging}, activity, is_moving, odometer, event, extras}}`.
 */
export function reportOfJson(body: unknown, nowMs: number): PhoneReport {
  const location = isFields(body) ? body.location : undefined;
  if (!isFields(location)) return malformed('location is missing: is this the JSON of a phone app?');
  const attributes = jsonAttributes(location);
  const { coords, timestamp } = location;
  if (!isFields(coords)) return { kind: 'heartbeat', attributes };
  const timeMs = timeOfValue(timestamp, nowMs);
  if (typeof timeMs !== 'number') return timeMs;
  const { latitude, longitude } = coords;
  if (latitude == null && longitude == null) return { kind: 'heartbeat', attributes };
  if (typeof latitude !== 'number' || typeof longitude !== 'number')
    return malformed('location.coords.latitude and longitude must be numbers');
  const number = (name: string): number => {
    const value = coords[name];
    return typeof value === 'number' ? value : Number.NaN;
  };
  return fixReport({
    timeMs,
    x: longitude,
    y: latitude,
    speedMps: unlessNegative(number('speed')),
    courseDeg: unlessNegative(number('heading')),
    altitudeM: number('altitude'),
    accuracyM: unlessNegative(number('accuracy')),
    attributes,
  });
}

function timeOfValue(value: unknown, nowMs: number): number | Fault {
  if (value === undefined || value === null) return nowMs;
  return timeOfText(String(value), nowMs);
}

type Fields = Readonly<Record<string, unknown>>;

function jsonAttributes(location: Fields): Attributes | null {
  const { battery, activity, extras } = location;
  const level = isFields(battery) ? battery.level : undefined;
  const told: [string, unknown][] = [
    ['battery_pct', typeof level === 'number' && level >= 0 ? Math.round(level * 1000) / 10 : undefined],
    ['charge', isFields(battery) ? battery.is_charging : undefined],
    ['activity', isFields(activity) ? activity.type : undefined],
    ['motion', location.is_moving],
    ...['odometer', 'event', 'mock', 'alarm'].map((name): [string, unknown] => [name, location[name]]),
    ...Object.entries(isFields(extras) ? extras : {}),
  ];
  const attributes: Attributes = {};
  for (const [name, value] of told) {
    // An app's own structures and what cannot be kept must not cost the fix.
    addAttribute(attributes, name, value);
  }
  return attributesOrNull(attributes);
}
