import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '@/lib/errors';
import { serviceContext } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { errorResponse, failureResponse } from './failure';

type Schema = z.ZodType | undefined;
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

export type RouteInput<P extends Schema, Q extends Schema, B extends Schema> = {
  ctx: ServiceContext;
  request: Request;
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
};

type RouteParts<P extends Schema, Q extends Schema, B extends Schema> = {
  params?: P;
  query?: Q;
  /** A JSON body of at most 1 MB. */
  body?: B;
  /** Answers with JSON (200), or with a Response of its own. */
  fn(input: RouteInput<P, Q, B>): Promise<unknown>;
};

const MAX_BODY_BYTES = 1024 * 1024;

/** Next hands over the path's parameters as a promise. */
type NextContext = { params: Promise<Record<string, string | string[]>> };

/** A route handler: parse, call, answer; every error in the one JSON shape, with the request's id. */
export function route<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(parts: RouteParts<P, Q, B>): (request: Request, context: NextContext) => Promise<Response> {
  return async (request, context) => {
    const requestId = randomUUID();
    try {
      const answer = await parts.fn({
        ctx: serviceContext(),
        request,
        params: parse<P>('params', parts.params, await context.params),
        query: parse<Q>('query', parts.query, Object.fromEntries(new URL(request.url).searchParams)),
        body: parse<B>('body', parts.body, parts.body ? await jsonOf(request) : null),
      });
      const response = answer instanceof Response ? answer : Response.json(answer, { headers: NO_STORE });
      response.headers.set('X-Request-Id', requestId);
      return response;
    } catch (error) {
      return failureResponse(error, requestId, request.url);
    }
  };
}

const NO_STORE = { 'Cache-Control': 'no-store' };

/** The schema's output; without a schema there is nothing to give, as its type says. */
function parse<S extends Schema>(where: string, schema: S | undefined, value: unknown): Parsed<S>;
function parse(where: string, schema: Schema, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = placesOf(result.error.issues).map(({ path, message }) => ({
    field: path.map(String).join('.') || where,
    message,
  }));
  const first = errors[0];
  const isMissingPage = where === 'params';
  throw new AppError(
    isMissingPage ? 'not_found' : 'bad_request',
    isMissingPage ? 404 : 400,
    `${first?.field ?? where}: ${first?.message ?? 'is not valid'}`,
    errors,
  );
}

type Issue = z.core.$ZodIssue;

/** The faults where they are: of several shapes that a value may have, those of the one that it misses least. */
function placesOf(issues: readonly Issue[]): Pick<Issue, 'path' | 'message'>[] {
  return issues.flatMap((issue) => {
    const shapes = issue.code === 'invalid_union' ? issue.errors : [];
    const [nearest] = [...shapes].sort((a, b) => a.length - b.length);
    if (!nearest || nearest.length === 0) return [issue];
    return placesOf(nearest).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  });
}

async function jsonOf(request: Request): Promise<unknown> {
  const text = await textOf(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('bad_request', 400, 'The body is not JSON.', [{ field: 'body', message: 'not JSON' }]);
  }
}

/** The body piece by piece: one that does not say its length must not fill the memory either. */
async function textOf(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLong();
  const reader = request.body?.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel().catch(() => {});
      throw tooLong();
    }
    pieces.push(part.value);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

const tooLong = (): AppError => new AppError('too_large', 413, 'The body is longer than 1 MB.');

/** Answers every method that a path does not have. */
export function methodNotAllowed(allowed: readonly string[]): () => Response {
  return () => {
    const response = errorResponse(
      405,
      'method_not_allowed',
      `This path takes ${allowed.join(', ')}.`,
      randomUUID(),
    );
    response.headers.set('Allow', allowed.join(', '));
    return response;
  };
}

/** For every path of the API that is none. */
export function noSuchPath(request: Request): Response {
  const { pathname } = new URL(request.url);
  return errorResponse(404, 'not_found', `The API has no ${pathname}.`, randomUUID());
}
