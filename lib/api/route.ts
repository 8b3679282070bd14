import { userIdOf } from '@/lib/auth/actor';
import { type RateResult, rateHeaders } from '@/lib/auth/rate-limits';
import { AppError, isAppError } from '@/lib/errors';
import { serviceContext } from '@/lib/runtime';
import type { ServiceContext } from '@/lib/services/context';
import { requireLevel } from '@/lib/services/rights';
import { checkAnswer } from './answer-check';
import { readJson } from './body';
import { taggedJson } from './etag';
import { errorResponse, failureResponse } from './failure';
import { splitQuery } from './filters';
import { asksForCsv, listCsv } from './list-csv';
import { isOtherStatus, type Method, type Operation } from './operation';
import { requestContext } from './request-context';
import { stampOf } from './request-stamp';

/** Next hands over the path's parameters as a promise. */
type NextContext = { params: Promise<Record<string, string | string[] | undefined>> };
type Handler = ((request: Request, context: NextContext) => Promise<Response>) & {
  /** What it runs; absent where the path does not take the method. */
  operation?: Operation;
};

/** The handlers of a path: its operations, and 405 for every other method. */
export function route(...operations: readonly Operation[]): Record<Method, Handler> {
  const refuse = methodNotAllowed(operations.map((one) => one.method));
  const handlerOf = (method: Method): Handler => {
    const found = operations.find((one) => one.method === method);
    if (!found) return refuse;
    const handler: Handler = (request, context) => handle(found, request, context);
    return Object.assign(handler, { operation: found });
  };
  return {
    GET: handlerOf('GET'),
    POST: handlerOf('POST'),
    PUT: handlerOf('PUT'),
    PATCH: handlerOf('PATCH'),
    DELETE: handlerOf('DELETE'),
  };
}

async function handle(one: Operation, request: Request, { params }: NextContext): Promise<Response> {
  return answering(request, async (ctx) => runOperation(one, ctx, request, await params), one);
}

/** Runs an operation for a request: right, parse, call; the answer as its Response. */
async function runOperation(
  one: Operation,
  ctx: ServiceContext,
  request: Request,
  params: unknown,
): Promise<Response> {
  requireLevel(ctx, one.action);
  const { query, filters } = one.ownQuery
    ? { query: {}, filters: [] }
    : splitQuery(new URL(request.url), one);
  const body = one.hasBody ? await readJson(request) : null;
  const given = { params, query, filters, body };
  if (one.csv && asksForCsv(one, given)) return listCsv(one, one.csv, ctx, request, given);
  return responseOf(one, request, await one.call(ctx, request, given));
}

/** What an operation gave, as its Response. */
function responseOf(one: Operation, request: Request, answer: unknown): Response {
  if (answer instanceof Response) return answer;
  if (one.answer === null) return new Response(null, { status: 204, headers: NO_STORE });
  const { status, value } = isOtherStatus(answer) ? answer : { status: one.status, value: answer };
  checkAnswer(one, value);
  if (one.etag) return taggedJson(request, value, one.etag === true ? FOR_ONE : one.etag.cacheControl);
  return Response.json(value, { status, headers: NO_STORE });
}

/** Kept by the client that asked, and asked for anew each time. */
const FOR_ONE = 'private, no-cache';

const NO_STORE = { 'Cache-Control': 'no-store' };

/**
 * Answers a request of the API: who asks, within which limit, then `work`. Every error comes in the one JSON shape,
 * every answer with the request's id and the limit's headers.
 */
export async function answering(
  request: Request,
  work: (ctx: ServiceContext) => Promise<Response>,
  { countsRefusals = false }: { countsRefusals?: boolean } = {},
): Promise<Response> {
  const stamp = stampOf(request.headers);
  let limit: Record<string, string> = {};
  const withHeaders = (response: Response): Response => {
    for (const [name, value] of Object.entries(limit)) response.headers.set(name, value);
    response.headers.set('X-Request-Id', stamp.requestId);
    return response;
  };
  try {
    const ctx = await requestContext(request, stamp).catch(async (error: unknown) => {
      // Whoever tries tokens is counted by his address.
      limit = rateHeaders(await takeLimit(`ip:${stamp.ip}`));
      throw error;
    });
    const userId = userIdOf(ctx.caller.actor);
    const { actor } = ctx.caller;
    const who =
      actor.kind === 'key' ? `key:${actor.keyId}` : userId === null ? `ip:${stamp.ip}` : `user:${userId}`;
    const count = async (): Promise<void> => {
      limit = rateHeaders(await takeLimit(who));
    };
    if (!countsRefusals) await count();
    const answer = await work(ctx).catch(async (error: unknown) => {
      if (countsRefusals && isRefusal(error)) await count();
      throw error;
    });
    const response = withHeaders(answer);
    return request.method === 'HEAD' ? await headOf(response) : response;
  } catch (error) {
    return withHeaders(failureResponse(error, stamp.requestId, request.url));
  }
}

/** Whether the sender did something wrong; a server that is busy is none of that. */
const isRefusal = (error: unknown): boolean =>
  isAppError(error) && error.status < 500 && error.code !== 'busy';

/** Nobody reads the body of an answer to HEAD, and nobody else ends it: a stream would listen on for ever. */
async function headOf(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, response);
}

async function takeLimit(who: string): Promise<RateResult> {
  const result = await serviceContext().auth.limiter.take(who);
  if (result.allowed) return result;
  throw new AppError(
    'too_many_requests',
    429,
    `More than ${result.limit} requests a minute. Come again in ${result.retryAfterS} s.`,
    [],
    { retryAfterS: result.retryAfterS, headers: rateHeaders(result) },
  );
}

/** Answers every method that a path does not have. */
function methodNotAllowed(allowed: readonly string[]): Handler {
  return async (request) => {
    const words = `This path takes ${allowed.join(', ')}.`;
    const { requestId } = stampOf(request.headers);
    const response = errorResponse(405, 'method_not_allowed', words, requestId);
    response.headers.set('Allow', allowed.join(', '));
    return response;
  };
}

/** For every path of the API that is none. */
export async function noSuchPath(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { requestId } = stampOf(request.headers);
  return errorResponse(404, 'not_found', `The API has no ${pathname}.`, requestId);
}
