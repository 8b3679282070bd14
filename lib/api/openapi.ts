import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { LEVEL_NAMES, permissionOf } from '@/lib/auth/permissions';
import { apiError } from '@/lib/contracts/common';
import { deviceItem } from '@/lib/contracts/devices';
import { feedDown, feedUp } from '@/lib/contracts/feeds';
import { COMPARISONS, FILTER_LIMITS, type FilterType } from '@/lib/contracts/filters';
import { importItem } from '@/lib/contracts/imports';
import { lapItem, lapListItem, lapTrace } from '@/lib/contracts/laps';
import { boardRow, endFrame, followedFixes, snapshotFrame, updateFrame } from '@/lib/contracts/live';
import { logItem } from '@/lib/contracts/logs';
import { keyItem, me, tokenItem, userItem } from '@/lib/contracts/people';
import { crossing, position } from '@/lib/contracts/positions';
import { sessionDetail, sessionEntry, sessionListItem } from '@/lib/contracts/sessions';
import { trackFile } from '@/lib/contracts/track-file';
import { trackDetail, trackListItem, trackShape } from '@/lib/contracts/tracks';
import { ERROR_RESPONSES, HEADERS, responsesOf } from './openapi-answers';
import { INTRODUCTION, TAGS, tagOf } from './openapi-words';
import type { Method, Operation } from './operation';
import { SESSION_COOKIES } from './session-cookie';

/** Shapes with a name of their own, to which every use refers. */
const SCHEMAS = {
  ApiError: apiError,
  Session: sessionDetail,
  SessionEntry: sessionEntry,
  SessionListItem: sessionListItem,
  Lap: lapItem,
  LapListItem: lapListItem,
  LapTrace: lapTrace,
  Track: trackShape,
  TrackDetail: trackDetail,
  TrackListItem: trackListItem,
  TrackFile: trackFile,
  Device: deviceItem,
  Position: position,
  Crossing: crossing,
  LiveSnapshot: snapshotFrame,
  LiveUpdate: updateFrame,
  LiveFollow: followedFixes,
  LiveEnd: endFrame,
  BoardRow: boardRow,
  /** What goes over WS /api/v1/feeds, up and down. */
  FeedMessage: feedUp,
  FeedAnswer: feedDown,
  Import: importItem,
  Me: me,
  User: userItem,
  Login: tokenItem,
  Key: keyItem,
  LogRow: logItem,
};

/** In which order the methods of a path are shown. */
const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export type DocumentFacts = {
  version: string;
  /** The origin under which people reach the server; null = wherever the document came from. */
  publicUrl: string | null;
};

/** The OpenAPI 3.1 document of these operations. */
export function openApiDocument(operations: readonly Operation[], facts: DocumentFacts): oas31.OpenAPIObject {
  const used = [...new Set(operations.map(({ path }) => tagOf(path)))];
  const tags = Object.keys(TAGS).filter((tag) => used.includes(tag));
  return createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'Pitwall', version: facts.version, description: INTRODUCTION },
      servers: [{ url: facts.publicUrl ?? '/' }],
      tags: tags.map((name) => ({ name, description: TAGS[name] ?? '' })),
      paths: pathsOf(operations, tags),
      components: {
        schemas: SCHEMAS,
        responses: ERROR_RESPONSES,
        headers: HEADERS,
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'A login token or a key.' },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIES.http,
            description: `The login of a browser; behind https it is called ${SESSION_COOKIES.https}.`,
          },
        },
      },
    },
    { override: plainer },
  );
}

/** Without what says the same twice, and answers open for fields that come later. */
const plainer: ZodOpenApiOverride = ({ jsonSchema, zodSchema, io }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (io === 'output' && zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties;
};

function pathsOf(operations: readonly Operation[], tags: readonly string[]): ZodOpenApiPathsObject {
  const place = (one: Operation) => tags.indexOf(tagOf(one.path));
  const sorted = [...operations].sort(
    (a, b) =>
      place(a) - place(b) ||
      a.path.localeCompare(b.path) ||
      METHODS.indexOf(a.method) - METHODS.indexOf(b.method),
  );
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const one of sorted)
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operationObject(one) };
  return paths;
}

function operationObject(one: Operation): ZodOpenApiOperationObject {
  const { level, others, scope, public: isPublic } = permissionOf(one.action);
  const [path, query] = [one.params, one.query].map((shape) => (shape instanceof z.ZodObject ? shape : null));
  const known: oas31.SecurityRequirementObject[] = [{ bearer: [] }, { cookie: [] }];
  return {
    operationId: one.id,
    tags: [tagOf(one.path)],
    summary: one.summary,
    description: [one.description, rightsWords(one)].filter((part) => part).join('\n\n'),
    security: level === null ? [] : isPublic ? [{}, ...known] : known,
    requestParams: { ...(path ? { path } : {}), ...(query ? { query } : {}) },
    parameters: Object.entries(one.filters ?? {}).map(([name, type]) => filterParameter(name, type)),
    ...bodyOf(one),
    responses: responsesOf(one),
    'x-level': level,
    'x-scope': scope,
    ...(others === undefined ? {} : { 'x-level-others': others }),
  };
}

function rightsWords({ action }: Operation): string {
  const { level, others, scope, public: isPublic } = permissionOf(action);
  if (level === null) return 'Needs no login.';
  const named = (needed: typeof level) => `level ${needed} (${LEVEL_NAMES[needed]})`;
  return [
    `Needs ${named(level)}${others === undefined ? '' : `, for what belongs to somebody else ${named(others)}`};`,
    scope === null ? 'no key may do this.' : `a key needs the scope \`${scope}\`.`,
    ...(isPublic ? ['Open to everybody where the server lets everybody read.'] : []),
  ].join(' ');
}

const FILTER_SCHEMAS: Record<FilterType, oas31.SchemaObject> = {
  number: { type: 'number' },
  text: { type: 'string', maxLength: FILTER_LIMITS.textLength },
  instant: { type: 'string', format: 'date-time' },
  flag: { type: 'boolean' },
};

function filterParameter(name: string, type: FilterType): oas31.ParameterObject {
  const isOrdered = type === 'number' || type === 'instant';
  return {
    in: 'query',
    name,
    required: false,
    description: isOrdered
      ? `Filter; can be compared too: \`${name}<=…\`, \`${name}>…\`.`
      : 'Filter: exactly this.',
    schema: FILTER_SCHEMAS[type],
    'x-comparisons': isOrdered ? [...COMPARISONS] : ['='],
  };
}

function bodyOf(one: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (one.body)
    return { requestBody: { required: true, content: { 'application/json': { schema: one.body } } } };
  if (!one.otherBody) return {};
  const { type, description, fields, json, also = [] } = one.otherBody;
  const file = { type: 'array' as const, items: { type: 'string' as const, format: 'binary' }, minItems: 1 };
  const schema = fields
    ? { schema: fields.extend({ file: z.array(z.string()).meta({ override: file }) }) }
    : { schema: { type: 'string' as const } };
  const text = also.map((other) => [
    other.type,
    { schema: { type: 'string' as const, description: other.description } },
  ]);
  const content = { [type]: json ? { schema: json } : schema, ...Object.fromEntries(text) };
  return { requestBody: { required: true, description, content } };
}
