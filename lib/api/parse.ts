import type { z } from 'zod';
import { AppError, type FieldError } from '@/lib/errors';

export type Shape = z.ZodType | undefined;
export type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

/** The part of a request that a shape is for. */
export type Part = 'params' | 'query' | 'body';

/**
 * The shape's output; without a shape there is nothing to give, as its type says. Throws an AppError `bad_request`
 * (400) that names each field, for params `not_found` (404): no such path.
 */
export function parseShape<S extends Shape>(part: Part, shape: S | undefined, value: unknown): Parsed<S>;
export function parseShape(part: Part, shape: Shape, value: unknown): unknown {
  if (!shape) return undefined;
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error.issues, part);
  const first = errors[0];
  const isPath = part === 'params';
  throw new AppError(
    isPath ? 'not_found' : 'bad_request',
    isPath ? 404 : 400,
    `${first?.field ?? part}: ${first?.message ?? 'is not valid'}`,
    errors,
  );
}

type Issue = z.core.$ZodIssue;

/** Faults as field and words. `whole` names what has no field. */
export function fieldErrors(issues: readonly Issue[], whole: string): FieldError[] {
  return placesOf(issues).map(({ path, message }) => ({
    field: path.map(String).join('.') || whole,
    message: message.endsWith('received undefined') ? 'is missing' : message,
  }));
}

/** The faults where they are: of several shapes that a value may have, those of the one that it misses least. */
function placesOf(issues: readonly Issue[]): Pick<Issue, 'path' | 'message'>[] {
  return issues.flatMap((issue) => {
    // A union with words of its own says best what it wants.
    const shapes = issue.code === 'invalid_union' && issue.message === 'Invalid input' ? issue.errors : [];
    const [nearest] = [...shapes].sort((a, b) => a.length - b.length);
    if (!nearest || nearest.length === 0) return [issue];
    return placesOf(nearest).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  });
}
