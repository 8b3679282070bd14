import { AppError } from '@/lib/errors';
import { requireLevel } from '@/lib/services/rights';
import { failureResponse } from './failure';
import { stampOf } from './request-stamp';
import { answering, noSuchPath } from './route';
import { LFS_AYATS } from './seeds/lfs-ayats';
import { ROBOTS } from './seeds/robots';
import type { SeedParams, SeedRoute } from './seeds/seed-route';
import { LOGS } from './seeds/telemetron-logs';
import { PEOPLE } from './seeds/telemetron-people';
import { SESSIONS } from './seeds/telemetron-sessions';
import { SYSTEM } from './seeds/telemetron-system';
import { TRACKS } from './seeds/telemetron-tracks';

/** Every URL of an older system that is not also one of this API. */
export const SEED_ROUTES: readonly SeedRoute[] = [
  ...PEOPLE,
  ...LOGS,
  ...TRACKS,
  ...SESSIONS,
  ...SYSTEM,
  ...LFS_AYATS,
  ...ROBOTS,
];

/** Ids are 32-bit integers; a greater number names nothing. */
const GREATEST_ID = 2_147_483_647;

type Found = { route: SeedRoute; params: SeedParams };

/** The routes of a path, one for each of its methods. */
function routesAt(segments: readonly string[]): Found[] {
  return SEED_ROUTES.flatMap((route) => {
    const params = paramsIn(route.path.slice(1).split('/'), segments);
    return params === null ? [] : [{ route, params }];
  });
}

/** What `{id}` and `{name}` stand for; null = another path. */
function paramsIn(pattern: readonly string[], segments: readonly string[]): SeedParams | null {
  if (pattern.length !== segments.length) return null;
  const params = { id: 0, name: '' };
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part === '{name}') params.name = segment;
    else if (part !== '{id}' && part !== segment) return null;
    if (part !== '{id}') continue;
    if (!/^\d+$/.test(segment) || Number(segment) > GREATEST_ID) return null;
    params.id = Number(segment);
  }
  return params;
}

/** Answers a request for `path` as the older system did, or says that the API has no such path. */
export async function answerSeed(request: Request, path: readonly string[]): Promise<Response> {
  const found = routesAt(path);
  if (found.length === 0) return noSuchPath(request);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const asked = found.find(({ route }) => route.method === method);
  if (!asked) return marked(wrongMethod(request, found), found);
  const { route, params } = asked;
  const response = await answering(request, async (ctx) => {
    requireLevel(ctx, route.action);
    return route.call(ctx, request, params);
  });
  return marked(response, [asked]);
}

/** Without a `path` it is the folder itself that is asked for. */
type PathContext = { params: Promise<{ path?: string[] }> };

/** The handler of every path from `above` on that no route has for itself. */
export function seedHandler(...above: readonly string[]) {
  return async (request: Request, { params }: PathContext): Promise<Response> =>
    answerSeed(request, [...above, ...((await params).path ?? [])]);
}

/** Says on every answer, refusals too, that the URL is old and which one goes on with it. */
function marked(response: Response, found: readonly Found[]): Response {
  response.headers.set('Deprecation', 'true');
  const successors = found.map(({ route, params }) =>
    route.successor.replace('{id}', String(params.id)).replace('{name}', () => escaped(params.name)),
  );
  const links = [...new Set(successors)].map((path) => `<${path}>; rel="successor-version"`);
  response.headers.set('Link', links.join(', '));
  return response;
}

/** A name as it stands in a path and in a header. */
const escaped = (name: string): string => encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD'));

function wrongMethod(request: Request, found: readonly Found[]): Response {
  const allowed = found.map(({ route }) => route.method).join(', ');
  const error = new AppError('method_not_allowed', 405, `This path takes ${allowed}.`, [], {
    headers: { Allow: allowed },
  });
  return failureResponse(error, stampOf(request.headers).requestId, request.url);
}
