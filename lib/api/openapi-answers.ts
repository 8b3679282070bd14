import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { permissionOf } from '@/lib/auth/permissions';
import { apiError } from '@/lib/contracts/common';
import { isWrite, type Operation } from './operation';
import type { Shape } from './parse';

const LIMIT_HEADERS = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

/** The headers of every answer, by name. */
export const HEADERS = {
  'RateLimit-Limit': { description: 'Requests a minute.', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'Requests left now.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until all are back.', schema: { type: 'integer' } },
  'Retry-After': { description: 'Seconds until another try is worth it.', schema: { type: 'integer' } },
  'X-Request-Id': { description: 'Finds the request in the log of the server.', schema: { type: 'string' } },
  ETag: {
    description: 'Send it as If-None-Match to get 304 while nothing has changed.',
    schema: { type: 'string' },
  },
} as const;

const headers = (...names: (keyof typeof HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const always = () => headers('X-Request-Id', ...LIMIT_HEADERS);

const ERRORS = {
  400: ['BadRequest', 'A field is missing or wrong; `errors` names it.'],
  401: ['Unauthorized', 'No login, or the token or key does not count any more.'],
  403: ['Forbidden', 'The account or key may not do this.'],
  404: ['NotFound', 'There is nothing under this id.'],
  408: ['TooSlow', 'The body did not come in time.'],
  409: ['Conflict', 'It cannot be done as things are now; the message says why.'],
  413: ['TooLarge', 'The body is too long.'],
  415: ['UnsupportedMediaType', 'The body is of another type than this operation takes.'],
  422: ['Unprocessable', 'Each field is right, but together they make no sense.'],
  429: ['TooManyRequests', 'The limit of requests or of login attempts is reached.'],
  500: ['Failed', 'The server failed. Its log has the details under the request id.'],
  503: ['Unavailable', 'The database is away for a moment.'],
  507: ['StorageFailed', 'The disk takes no more.'],
} as const;
type ErrorStatus = keyof typeof ERRORS;

/** The answers that refuse, by the name under which operations refer to them. */
export const ERROR_RESPONSES: Record<string, ZodOpenApiResponseObject> = Object.fromEntries(
  Object.entries(ERRORS).map(([status, [name, description]]) => [
    name,
    {
      description,
      headers: { ...always(), ...(status === '429' || status === '503' ? headers('Retry-After') : {}) },
      content: { 'application/json': { schema: apiError } },
    },
  ]),
);

/** The statuses with which an operation may refuse. */
function errorStatuses(one: Operation): ErrorStatus[] {
  const { level } = permissionOf(one.action);
  const hasBody = one.hasBody || one.otherBody !== undefined;
  return [
    400,
    401,
    ...(level !== null || isWrite(one) ? ([403] as const) : []),
    ...(one.params || hasBody || namesSomething(one.query) ? ([404] as const) : []),
    ...(hasBody ? ([408] as const) : []),
    ...(isWrite(one) || one.countsRefusals ? ([409] as const) : []),
    ...(hasBody ? ([413, 415, 422] as const) : []),
    429,
    500,
    503,
    ...(one.otherBody ? ([507] as const) : []),
  ];
}

/** Whether a query says by its id what it is about. */
const namesSomething = (query: Shape): boolean =>
  query instanceof z.ZodObject && Object.keys(query.shape).some((name) => name.endsWith('_id'));

/** Every answer of an operation. */
export function responsesOf(one: Operation): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = { [`${one.status}`]: goodResponse(one) };
  if (one.otherStatus)
    responses[`${one.otherStatus.status}`] = {
      ...goodResponse(one),
      description: one.otherStatus.description,
    };
  if (one.etag)
    responses['304'] = { description: 'The client has this answer already.', headers: headers('ETag') };
  for (const status of errorStatuses(one))
    responses[`${status}`] = { $ref: `#/components/responses/${ERRORS[status][0]}` };
  return responses;
}

function goodResponse(one: Operation): ZodOpenApiResponseObject {
  const others = [
    ...(one.csv && !one.otherAnswers?.some(({ type }) => type === 'text/csv')
      ? [{ type: 'text/csv', description: 'The list as a table (`format=csv`).' }]
      : []),
    ...(one.otherAnswers ?? []),
  ];
  const content = {
    ...(one.answer ? { 'application/json': { schema: one.answer } } : {}),
    ...Object.fromEntries(
      others.map(({ type, description, events }) => [
        type,
        { schema: events ?? { type: 'string' as const, description } },
      ]),
    ),
  };
  return {
    description: one.answer || others.length > 0 ? 'Done.' : 'Done; there is nothing to say.',
    headers: { ...always(), ...(one.etag ? headers('ETag') : {}) },
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}
