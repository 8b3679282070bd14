import type { Action } from '@/lib/auth/permissions';
import type { ServiceContext } from '@/lib/services/context';
import type { Method } from '../operation';
import { type Parsed, parseShape, type Shape } from '../parse';
import { readFields } from './seed-body';

type Facts = {
  /** Whose URL this was. */
  seed: 'telemetron' | 'lfs-ayats' | 'fr-telemetry';
  method: Method;
  /** As the older system had it; `{id}` stands for a number, `{name}` for a name. */
  path: string;
  /** The path of this API that goes on with it; `{id}` is the same number, `{name}` the same name. */
  successor: string;
  /** The line of the list of rights that it needs: its successor's. */
  action: Action;
};

/** What a path names: 0 and '' where it names nothing. */
export type SeedParams = { id: number; name: string };

/** One method of one URL of an older system. */
export type SeedRoute = Facts & {
  call(ctx: ServiceContext, request: Request, params: SeedParams): Promise<Response>;
};

type SeedInput<Q extends Shape, B extends Shape> = SeedParams & {
  ctx: ServiceContext;
  request: Request;
  query: Parsed<Q>;
  body: Parsed<B>;
};

/** Makes a route. Its query may hold more than `query` names: the older systems ignored what they did not know. */
export function seedRoute<Q extends Shape = undefined, B extends Shape = undefined>(
  parts: Facts & {
    query?: Q;
    /** The fields of a JSON object or of a form. */
    body?: B;
    /** Default 200. */
    status?: number;
    /** Gives the answer's value as the older system shaped it, or a Response of its own. */
    fn(input: SeedInput<Q, B>): Promise<unknown>;
  },
): SeedRoute {
  const { fn, query, body, status = 200, ...facts } = parts;
  return {
    ...facts,
    async call(ctx, request, params) {
      const asked = Object.fromEntries(new URL(request.url).searchParams);
      const answer = await fn({
        ctx,
        request,
        ...params,
        query: parseShape<Q>('query', query, asked),
        body: parseShape<B>('body', body, body ? await readFields(request) : null),
      });
      return answer instanceof Response ? answer : seedAnswer(answer, { status });
    },
  };
}

/** A value as the answer. */
export function seedAnswer(
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return Response.json(value, { status, headers: { 'Cache-Control': 'no-store', ...headers } });
}
