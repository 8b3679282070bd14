import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@/lib/api/operation';

const root = join(import.meta.dirname, '..', '..');
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>;

export type FoundRoute = { file: string; path: string; operation: Operation; handler: RouteHandler };

/** Every method that a route file of the API takes, but for the files that take any path. */
export async function apiRoutes(): Promise<FoundRoute[]> {
  const files = readdirSync(join(root, 'app/api/v1'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('/route.ts') && !file.includes('[...'));
  const found = await Promise.all(
    files.map(async (file) => {
      const path = `/api/v1/${file.replace(/\/route\.ts$/, '').replace(/\[(\w+)\]/g, '{$1}')}`;
      const module: unknown = await import(join(root, 'app/api/v1', file));
      return METHODS.flatMap((method): FoundRoute[] => {
        const handler = handlerOf(module, method);
        return handler?.operation ? [{ file, path, operation: handler.operation, handler }] : [];
      });
    }),
  );
  return found.flat();
}

/** A route module exports its handlers by their methods. */
function handlerOf(module: unknown, method: string): (RouteHandler & { operation?: Operation }) | undefined {
  return Reflect.get(Object(module), method) as (RouteHandler & { operation?: Operation }) | undefined;
}
