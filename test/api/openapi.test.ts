import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '@/lib/api/openapi';
import { TAGS, tagOf } from '@/lib/api/openapi-words';
import { OPERATIONS } from '@/lib/api/operations';
import { permissionOf } from '@/lib/auth/permissions';
import { apiRoutes } from '../support/api-routes';

const document = openApiDocument(OPERATIONS, { version: '1.2.3', publicUrl: 'https://pitwall.test' });
const json: unknown = JSON.parse(JSON.stringify(document));

/** Every object of a document with its place, depth first. */
function* objectsOf(value: unknown, place = '#'): Generator<[string, object]> {
  if (typeof value !== 'object' || value === null) return;
  yield [place, value];
  for (const [key, inner] of Object.entries(value)) yield* objectsOf(inner, `${place}/${key}`);
}

/** What a reference within the document names. */
function resolve(ref: string): unknown {
  const steps = ref.slice(2).split('/');
  return steps.reduce<unknown>(
    (at, step) => (Object.hasOwn(Object(at), step) ? Reflect.get(Object(at), step) : undefined),
    json,
  );
}

const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item ?? {}).map(([method, operation]) => ({ path, method, operation: Object(operation) })),
);

test('every route file serves operations of the list, and every operation has its route', async () => {
  const routes = await apiRoutes();
  for (const { file, path, operation } of routes) {
    expect([file, operation.path]).toEqual([file, path]);
    expect(OPERATIONS.includes(operation), `${operation.id} of ${file} is in OPERATIONS`).toBe(true);
  }
  const served = routes.map(({ operation }) => operation.id).sort();
  expect(served).toEqual(OPERATIONS.map(({ id }) => id).sort());
});

test('every operation has an id of its own, a summary and a tag that is described', () => {
  const ids = OPERATIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const places = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
  for (const one of OPERATIONS) {
    expect(one.id).toMatch(/^[a-z][A-Za-z]+$/);
    expect(one.summary.length).toBeGreaterThan(5);
    expect(one.summary).not.toMatch(/\.$/);
    expect(Object.keys(TAGS)).toContain(tagOf(one.path));
  }
});

test('the document has every operation, with its level and scope', () => {
  expect(documented).toHaveLength(OPERATIONS.length);
  for (const one of OPERATIONS) {
    const found = documented.find(({ operation }) => operation.operationId === one.id);
    expect([found?.path, found?.method]).toEqual([one.path, one.method.toLowerCase()]);
    const { level, scope } = permissionOf(one.action);
    expect(found?.operation).toMatchObject({ 'x-level': level, 'x-scope': scope, tags: [tagOf(one.path)] });
    expect(found?.operation.security.length > 0).toBe(level !== null);
  }
});

test('every parameter of a path is declared, and no name twice', () => {
  for (const { path, operation } of documented) {
    const parameters: { in: string; name: string; required?: boolean }[] = operation.parameters ?? [];
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => name).sort()).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
    );
    expect(inPath.every(({ required }) => required === true)).toBe(true);
    const names = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('every reference names something', () => {
  const refs = [...objectsOf(json)].flatMap(([place, object]) =>
    '$ref' in object && typeof object.$ref === 'string' ? [{ place, ref: object.$ref }] : [],
  );
  expect(refs.length).toBeGreaterThan(200);
  expect(refs.filter(({ ref }) => !ref.startsWith('#/') || resolve(ref) === undefined)).toEqual([]);
});

test('the document keeps the form of OpenAPI 3.1', () => {
  const response = z.union([
    z.strictObject({ $ref: z.string() }),
    z.strictObject({
      description: z.string().min(1),
      headers: z.record(z.string(), z.unknown()).optional(),
      content: z
        .record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.strictObject({ schema: z.looseObject({}) }))
        .optional(),
    }),
  ]);
  const parameter = z.strictObject({
    in: z.enum(['path', 'query']),
    name: z.string().min(1),
    required: z.boolean().optional(),
    description: z.string().optional(),
    schema: z.looseObject({}),
    'x-comparisons': z.array(z.string()).optional(),
  });
  const operation = z.strictObject({
    operationId: z.string(),
    tags: z.array(z.string()).length(1),
    summary: z.string(),
    description: z.string(),
    security: z.array(z.partialRecord(z.enum(['bearer', 'cookie']), z.array(z.string()).length(0))),
    parameters: z.array(parameter).optional(),
    requestBody: z
      .strictObject({
        required: z.literal(true),
        description: z.string().optional(),
        content: z.record(z.string(), z.strictObject({ schema: z.looseObject({}) })),
      })
      .optional(),
    responses: z.record(z.string().regex(/^[2345]\d\d$/), response),
    'x-level': z.int().nullable(),
    'x-scope': z.string().nullable(),
    'x-level-others': z.int().optional(),
  });
  const form = z.strictObject({
    openapi: z.literal('3.1.0'),
    info: z.strictObject({ title: z.string(), version: z.literal('1.2.3'), description: z.string() }),
    servers: z.array(z.strictObject({ url: z.literal('https://pitwall.test') })).length(1),
    tags: z.array(z.strictObject({ name: z.string(), description: z.string().min(1) })),
    paths: z.record(
      z.string().startsWith('/api/v1/'),
      z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
    ),
    components: z.strictObject({
      schemas: z.record(z.string().regex(/^[A-Za-z]+$/), z.looseObject({})),
      responses: z.record(z.string(), response),
      headers: z.record(z.string(), z.looseObject({})),
      securitySchemes: z.looseObject({}),
    }),
  });
  expect(form.safeParse(json).error?.issues ?? []).toEqual([]);
});

test('every schema is one of JSON Schema: known types, and required what there is', () => {
  const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
  const schemas = [...objectsOf(json)].filter(([place]) => /\/schemas?\//.test(`${place}/`));
  expect(schemas.length).toBeGreaterThan(500);
  for (const [place, object] of schemas) {
    const type: unknown = Reflect.get(object, 'type');
    if (typeof type === 'string') expect(types, place).toContain(type);
    const required: unknown = Reflect.get(object, 'required');
    const properties = Object.keys(Object(Reflect.get(object, 'properties')));
    if (Array.isArray(required)) expect(properties, place).toEqual(expect.arrayContaining(required));
  }
});

test('filters and formats of lists are declared', () => {
  const list = documented.find(({ operation }) => operation.operationId === 'listLaps');
  const parameters: { name: string; 'x-comparisons'?: string[] }[] = list?.operation.parameters;
  const of = (name: string) => parameters.find((one) => one.name === name);
  expect(of('lap_time_ms')?.['x-comparisons']).toContain('<=');
  expect(of('class')?.['x-comparisons']).toEqual(['=']);
  expect(of('format')).toMatchObject({ schema: { enum: ['json', 'csv'] } });
  expect(list?.operation.responses['200'].content['text/csv']).toBeDefined();
});
