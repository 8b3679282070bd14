import type { z } from 'zod';

/** What the address of a page carries behind the question mark. */
export type SearchParams = Record<string, string | string[] | undefined>;

/** A page's view out of its URL. What cannot be read there is left out: a mistyped link still shows the page. */
export function lenientQuery<Shape extends z.ZodObject>(shape: Shape, params: SearchParams): z.output<Shape> {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));
  const whole = shape.safeParse(given);
  if (whole.success) return whole.data;
  const faulty = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  return shape.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))));
}
