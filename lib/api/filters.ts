import { z } from 'zod';
import type { Condition } from '@/lib/contracts/filters';
import { AppError } from '@/lib/errors';
import type { Operation } from './operation';

/** Splits a query into what the operation's shape parses and the conditions on its fields. */
export function splitQuery(
  url: URL,
  one: Pick<Operation, 'query' | 'filters'>,
): { query: Record<string, string>; filters: Condition[] } {
  const known = one.query instanceof z.ZodObject ? Object.keys(one.query.shape) : [];
  const query: [string, string][] = [];
  for (const [name, value] of url.searchParams) {
    if (known.includes(name)) query.push([name, value]);
    else
      throw new AppError('bad_request', 400, `${name}: is no parameter here.`, [
        { field: name, message: 'is unknown' },
      ]);
  }
  return { query: Object.fromEntries(query), filters: [] };
}
