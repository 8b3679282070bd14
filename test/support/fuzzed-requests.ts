import fc from 'fast-check';
import { hostileValue, nearlyValid, type Resolve, type Schema, validValue } from './values-of-schema';

/** An operation as the document describes it, as far as it is read here. */
export type DocumentedOperation = {
  parameters?: { in: string; name: string; required?: boolean; schema: Schema; 'x-comparisons'?: string[] }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
};

export type FuzzedRequest = {
  params: Record<string, string>;
  /** With its question mark, escaped as far as a sender must; '' = none. */
  search: string;
  body: string | FormData | null;
  contentType: string | null;
};

/** What a sender makes of a value in an address. */
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

function escaped(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a character has no escape: its bytes as a careless sender would write them.
    return '%ED%A0%80';
  }
}

const mostly = <T>(valid: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: valid }, { weight: 1, arbitrary: other });

/** Requests of an operation: valid ones, nearly valid ones and hostile ones. */
export function requestsOf(one: DocumentedOperation, resolve: Resolve): fc.Arbitrary<FuzzedRequest> {
  const parameters = one.parameters ?? [];
  const textFor = (schema: Schema) => mostly(validValue(schema, resolve), hostileValue).map(asText);
  const params = fc.record(
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name, schema }) => [name, textFor(schema)]),
    ),
  );
  const asked = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema, 'x-comparisons': comparisons = ['='] }) =>
      fc
        .tuple(fc.constantFrom(...comparisons), textFor(schema))
        .map(([sign, value]) => `${escaped(name)}${sign}${escaped(value)}`),
    );
  const strange = fc
    .tuple(hostileValue, fc.constantFrom('=', '<=', '>', ''), hostileValue)
    .map(
      ([name, sign, value]) =>
        `${escaped(asText(name)).slice(0, 2000)}${sign}${escaped(asText(value)).slice(0, 2000)}`,
    );
  const some =
    asked.length === 0 ? fc.constant<string[]>([]) : fc.array(fc.oneof(...asked), { maxLength: 4 });
  const search = fc
    .tuple(some, mostly(fc.constant<string[]>([]), fc.array(strange, { maxLength: 2 })))
    .map(([known, odd]) => [...known, ...odd].join('&'))
    .map((query) => (query === '' ? '' : `?${query}`));
  return fc
    .tuple(params, search, bodyOf(one, resolve))
    .map(([given, query, body]) => ({ params: given, search: query, ...body }));
}

type Body = Pick<FuzzedRequest, 'body' | 'contentType'>;

const BROKEN = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"a":1e999}',
  '\0',
  '['.repeat(50_000),
  '{"a":'.repeat(20_000),
];

function bodyOf({ requestBody }: DocumentedOperation, resolve: Resolve): fc.Arbitrary<Body> {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type === undefined || !content) return fc.constant({ body: null, contentType: null });
  if (type === 'multipart/form-data') return formOf(content.schema, resolve);
  const valid = validValue(content.schema, resolve);
  const json = fc
    .oneof({ weight: 3, arbitrary: valid }, { weight: 4, arbitrary: nearlyValid(valid) }, hostileValue)
    .map((value) => JSON.stringify(value) ?? '');
  return fc
    .tuple(
      fc.oneof({ weight: 12, arbitrary: json }, fc.constantFrom(...BROKEN)),
      mostly(
        fc.constant('application/json'),
        fc.constantFrom('text/plain', 'text/xml', 'application/json; x'),
      ),
    )
    .map(([body, contentType]) => ({ body, contentType }));
}

function formOf({ properties = {} }: Schema, resolve: Resolve): fc.Arbitrary<Body> {
  const fields = Object.entries(properties)
    .filter(([name]) => name !== 'file')
    .map(([name, schema]) => fc.tuple(fc.constant(name), mostly(validValue(schema, resolve), hostileValue)));
  const file = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  return fc
    .tuple(fc.array(fc.oneof(...fields), { maxLength: 3 }), fc.array(file, { maxLength: 2 }))
    .map(([given, files]) => {
      const body = new FormData();
      for (const [name, value] of given) body.append(name, asText(value));
      for (const [name, text] of files) body.append('file', new Blob([text]), name);
      return { body, contentType: null };
    });
}
