import fc from 'fast-check';

/** A schema of the document, as far as it is read here. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
};

export type Resolve = (ref: string) => Schema;

const MOST_ID = 2_147_483_647;

/** Values that the schema allows; ids are mostly small, so that they name something. */
export function validValue(schema: Schema, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref) return validValue(resolve(schema.$ref), resolve, depth);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const shapes = schema.anyOf ?? schema.oneOf;
  if (shapes) return fc.oneof(...shapes.map((one) => validValue(one, resolve, depth)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return fc.oneof(...types.map((type) => validOfType(type, schema, resolve, depth)));
}

function validOfType(type: string | undefined, schema: Schema, resolve: Resolve, depth: number) {
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return integer(schema);
  if (type === 'number')
    return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
  if (type === 'string') return text(schema);
  if (type === 'array') return list(schema, resolve, depth);
  if (type === 'object') return object(schema, resolve, depth);
  return fc.jsonValue();
}

function integer({ minimum, exclusiveMinimum, maximum }: Schema): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? -1000 : exclusiveMinimum + 1);
  const max = maximum ?? 1_000_000;
  const small = fc.integer({ min, max: Math.min(max, min + 6) });
  return max === MOST_ID
    ? fc.oneof({ weight: 6, arbitrary: small }, { weight: 1, arbitrary: fc.integer({ min, max }) })
    : fc.integer({ min, max });
}

function text({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
  if (format === 'date') return fc.constantFrom('2026-03-01', '2024-02-29');
  if (format === 'uuid') return fc.uuid({ version: 4 });
  if (format === 'email') return fc.emailAddress();
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}

function list(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<unknown[]> {
  if (schema.prefixItems)
    return fc.tuple(...schema.prefixItems.map((item) => validValue(item, resolve, depth + 1)));
  const minLength = schema.minItems ?? 0;
  const item = validValue(schema.items ?? {}, resolve, depth + 1);
  return fc.array(item, { minLength, maxLength: Math.max(minLength, depth > 2 ? 1 : 4) });
}

function object(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, validValue(inner, resolve, depth + 1)]),
  );
  const known = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  if (typeof additionalProperties !== 'object' || Object.keys(properties).length > 0) return known;
  return fc.dictionary(fc.string(), validValue(additionalProperties, resolve, depth + 1), { maxKeys: 3 });
}

/** As deep as no honest body is. */
const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
};

/** Values that something may not be prepared for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -0, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 1e21, 12.5],
    ...['', ' ', '\0', 'a\0b', '\ud800', '\udfff\ud800', '\u202e\u200b', '=1+1', 'a'.repeat(5000)],
    ...['NaN', 'null', '-0', '1e5', '0x1F', '9'.repeat(400), '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z'],
    ...['9999-12-31T23:59:59.999999999Z', "'; drop table users; --", '../../etc/passwd', '%00', '%', '{}'],
    ...['__proto__', 'constructor', 'toString', 'latest'],
    ...[[], {}, [[]], [null], JSON.parse('{"__proto__":{"level":5}}'), { constructor: { prototype: {} } }],
    ...[deep(3), deep(500), Array(300).fill(0)],
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
);

/** A valid value with one thing wrong: a part replaced, missing or too much. */
export function nearlyValid(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), hostileValue)
    .map(([value, pick, how, hostile]) => spoilt(value, pick, how, hostile));
}

function spoilt(value: unknown, pick: number, how: string, hostile: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const places: [object, string][] = [];
  const walk = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const key of Object.keys(at)) {
      places.push([at, key]);
      walk(Reflect.get(at, key));
    }
  };
  walk(copy);
  const [parent, key] = places[pick % Math.max(1, places.length)] ?? [];
  if (!parent || key === undefined) return hostile;
  if (how === 'remove') Reflect.deleteProperty(parent, key);
  else if (how === 'replace') Reflect.set(parent, key, hostile);
  else
    Object.defineProperty(parent, pick % 2 ? '__proto__' : 'surplus', {
      value: hostile,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}
