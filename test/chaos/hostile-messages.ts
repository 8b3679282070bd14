import { gzipSync } from 'node:zlib';
import type { Random } from '@/lib/simulator/random';

const LONG = 'n'.repeat(100_000);
/** Values that somebody may send in the place of a number, as they stand in the text. */
const NUMBERS = [
  '1e400',
  '-1e400',
  'NaN',
  'Infinity',
  '-0',
  '1e-400',
  '99999999999999999999',
  '1.7976931348623157e308',
  '"12"',
  'null',
  'true',
  '[]',
  '{}',
  '4102444800000',
  '-1',
  '-9007199254740993',
  '5e-324',
];
const TEXTS = [
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '".."',
  '"a,b"',
  '"\\u202e"',
  `"${LONG}"`,
  'null',
  '7',
  '[]',
  '"\'; drop table positions; --"',
];

const one = <T>(random: Random, list: readonly T[]): T => {
  const found = list[Math.floor(random.next() * list.length)];
  if (found === undefined) throw new Error('The list is empty.');
  return found;
};

/** A fix as JSON text, wrong in at least one place. */
function wrongFix(random: Random): string {
  const fields = new Map([
    ['time_ms', '1000'],
    ['x_m', '5'],
    ['y_m', '6'],
  ]);
  fields.set(
    one(random, ['time_ms', 'x_m', 'y_m', 'speed_mps', 'lat', 'attributes', 'time']),
    one(random, NUMBERS),
  );
  fields.delete(one(random, ['time_ms', 'x_m', 'y_m']));
  if (random.next() < 0.5) fields.set('note', one(random, TEXTS));
  return `{${[...fields].map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

const WHOLE_BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '7',
  '{"fixes":7}',
  '{"fixes":{"length":1e9}}',
  '{"__proto__":{"device":"x"}}',
  '\ufeff',
  '\0\0\0',
  `${'['.repeat(200_000)}`,
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  `{"device":${JSON.stringify(LONG)},"fixes":[{"time_ms":1,"x_m":1,"y_m":1}]}`,
];

/** Body and content type of a request to the way in for positions that brings no good fix. */
export function wrongPositions(random: Random): {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
  packed: boolean;
} {
  const kind = random.next();
  const fixes = Array.from({ length: 1 + Math.floor(random.next() * 20) }, () => wrongFix(random));
  if (kind < 0.2) return { body: one(random, WHOLE_BODIES), type: 'application/json', packed: false };
  if (kind < 0.4) return { body: fixes.join('\n'), type: 'application/x-ndjson', packed: false };
  if (kind < 0.6)
    return {
      body: `device,time_ms,x_m,y_m\n${fixes.map(() => `${one(random, TEXTS)},${one(random, NUMBERS)},,${one(random, NUMBERS)}`).join('\n')}`,
      type: 'text/csv',
      packed: false,
    };
  if (kind < 0.7)
    return {
      body: new Uint8Array(gzipSync(one(random, WHOLE_BODIES))).slice(0, 40),
      type: 'application/json',
      packed: true,
    };
  return {
    body: `{"device":"hostile","fixes":[${fixes.join(',')}]}`,
    type: one(random, ['application/json', 'application/json', 'text/plain', 'nonsense']),
    packed: false,
  };
}

/** A line to the robots' socket that holds no event. */
export function wrongLine(random: Random): string {
  const parts = ['1', '2', '3', 'evil'];
  parts[Math.floor(random.next() * 3)] = one(random, [
    '',
    'x',
    '1e400',
    'NaN',
    '0x10',
    '-',
    '1;2',
    '9'.repeat(400),
    '\0',
  ]);
  if (random.next() < 0.2) parts.push('more');
  if (random.next() < 0.1) return one(random, ['', ',,,', '{"x":1}', ',', '\n\n\n', '\0']);
  return parts.join(',');
}

/** A message to the feeds' channel that is none. */
export function wrongMessage(random: Random): string {
  const type = one(random, [
    'hello',
    'device',
    'fixes',
    'session',
    'entry',
    'flag',
    'lap',
    '__proto__',
    'constructor',
  ]);
  if (random.next() < 0.3) return one(random, WHOLE_BODIES).slice(0, 100_000);
  const fields = [
    'device',
    'fixes',
    'action',
    'session_id',
    'at_ms',
    'ref',
    'external_id',
    'frame',
    'track',
    'id',
  ];
  const given = Array.from(
    { length: 3 },
    () =>
      `"${one(random, fields)}":${one(random, random.next() < 0.5 ? NUMBERS.filter((text) => !/[NI]/.test(text)) : TEXTS)}`,
  );
  return `{"type":"${type}",${given.join(',')}}`;
}

/** The query of a phone that holds no place. */
export function wrongReport(random: Random): string {
  const query = new URLSearchParams({ lat: '47', lon: '9', timestamp: '1700000000' });
  query.set(
    one(random, ['lat', 'lon', 'timestamp', 'location']),
    one(random, [
      '',
      'x',
      '1e400',
      '-999',
      'NaN',
      '9'.repeat(3000),
      '\0',
      '4102444800',
      '2100-01-01T00:00:00Z',
    ]),
  );
  query.set(one(random, ['lat', 'lon']), one(random, ['181', 'abc', '1e9']));
  return query.toString();
}
