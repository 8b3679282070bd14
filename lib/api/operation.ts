import { z } from 'zod';
import { type Action, permissionOf } from '@/lib/auth/permissions';
import type { Condition, FilterFields } from '@/lib/contracts/filters';
import type { ServiceContext } from '@/lib/services/context';
import type { CsvCell } from './csv';
import { type Parsed, parseShape, type Shape } from './parse';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type OperationInput<P extends Shape, Q extends Shape, B extends Shape> = {
  ctx: ServiceContext;
  request: Request;
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  /** What the query asks of the fields in `filters`. */
  filters: readonly Condition[];
};

/** A body or an answer in another form than JSON, for the document. */
export type OtherMedia = {
  type: string;
  description: string;
  /** Of a stream: the shape of each event's data. */
  events?: z.ZodType;
};

/** A form has fields beside its files. `json` is the shape of a JSON body, `also` what else is taken. */
export type OtherBody = OtherMedia & {
  fields?: z.ZodObject;
  json?: z.ZodType;
  also?: readonly OtherMedia[];
};

/** How a list is written as a table (`format=csv`). */
export type CsvTable = {
  /** The file's name. */
  name: string | ((params: Readonly<Record<string, unknown>>) => string);
  /** Fields of the items that make no column. */
  omit?: readonly string[];
  /** The columns, where the contract alone does not tell them. */
  columns?(ctx: ServiceContext, given: Given, first: readonly object[]): Promise<string[]> | string[];
  /** An item's cells by column; default its fields, those of an object in it led by its name. */
  row?(item: object): Record<string, CsvCell>;
  /** Rows that are read at once. */
  pageRows?: number;
  /** The operation's own query says which formats there are. */
  ownFormat?: true;
};

type Facts = {
  method: Method;
  /** `/api/v1/sessions/{id}` */
  path: string;
  /** What it does, in a few words. */
  summary: string;
  /** What else a caller should know. */
  description?: string;
  /** The line of the list of rights that it needs. */
  action: Action;
  /** Fields that the query may compare: `lap_time_ms<=90000`. */
  filters?: FilterFields;
  /** The function reads the query itself: it may have parameters of any name. */
  ownQuery?: true;
  /** A body that the function reads itself. */
  otherBody?: OtherBody;
  /** The shape of the JSON answer; null = there is none. */
  answer: z.ZodType | null;
  otherAnswers?: readonly OtherMedia[];
  /** The list can be had as a table; adds `format` to the query. */
  csv?: CsvTable;
  /** The answer has an ETag, and If-None-Match is answered 304. Its Cache-Control, by default for this client alone. */
  etag?: true | { cacheControl: string };
  /** Only refused requests count against the caller's requests a minute: what it sends is limited by itself. */
  countsRefusals?: true;
  /** Another status that a good answer may have, and when. */
  otherStatus?: { status: Status; description: string };
};

type Status = 200 | 201 | 202 | 204;

export type OperationParts<P extends Shape, Q extends Shape, B extends Shape> = Facts & {
  params?: P;
  /** Parameters beyond these and the filters are refused. */
  query?: Q;
  /** A JSON body of at most 1 MB. */
  body?: B;
  /** Default 200, or 204 without an answer. */
  status?: Status;
  /** Gives the answer's value, or a Response of its own. */
  fn(input: OperationInput<P, Q, B>): Promise<unknown>;
};

/** What of a request is parsed, as it came. */
export type Given = { params: unknown; query: unknown; body: unknown; filters: readonly Condition[] };

/** One method of one path: what the handler, the OpenAPI document and the tests are made of. */
export type Operation = Facts & {
  /** `listSessions`: unique, also in clients that are made from the document. */
  id: string;
  params: Shape;
  query: Shape;
  body: Shape;
  status: Status;
  /** Whether it needs a JSON body. */
  hasBody: boolean;
  call(ctx: ServiceContext, request: Request, given: Given): Promise<unknown>;
};

/** `format=csv` asks for a list as a table. */
export const csvFormat = z.object({ format: z.enum(['json', 'csv']).default('json') });

const withFormat = (query: Shape): Shape =>
  query instanceof z.ZodObject ? query.extend(csvFormat.shape) : csvFormat;

const OTHER = Symbol('other status');
type OtherStatus = { [OTHER]: true; status: Status; value: unknown };

/** An answer with another status than the operation's own. */
export const withStatus = (status: Status, value: unknown): OtherStatus => ({ [OTHER]: true, status, value });

/** Whether an answer was made by withStatus. */
export const isOtherStatus = (answer: unknown): answer is OtherStatus =>
  typeof answer === 'object' && answer !== null && OTHER in answer;

/** Makes an operation. */
export function operation<
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(id: string, parts: OperationParts<P, Q, B>): Operation {
  const { fn, params, query, body, status, ...facts } = parts;
  return {
    ...facts,
    id,
    params,
    query: parts.csv && !parts.csv.ownFormat ? withFormat(query) : query,
    body,
    status: status ?? (parts.answer ? 200 : 204),
    hasBody: body !== undefined,
    call: (ctx, request, given) =>
      fn({
        ctx,
        request,
        params: parseShape<P>('params', params, given.params),
        query: parseShape<Q>('query', query, given.query),
        body: parseShape<B>('body', body, given.body),
        filters: given.filters,
      }),
  };
}

/** Whether an operation changes something. */
export const isWrite = (one: Operation): boolean => permissionOf(one.action).writes === true;
