import { listQuery } from '@/lib/contracts/common';
import { sessionFilter } from '@/lib/contracts/sessions';

/** A cursor counts the sessions before it. */
const cursor = listQuery.shape.cursor.refine((text) => text === undefined || /^\d{1,9}$/.test(text));
const query = listQuery.extend({ ...sessionFilter.shape, cursor });

/** The list's view out of the URL. What cannot be read there is left out: a mistyped link still shows the list. */
export function sessionsQuery(params: Record<string, string | string[] | undefined>) {
  const whole = query.safeParse(params);
  if (whole.success) return whole.data;
  const faulty = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  return query.parse(Object.fromEntries(Object.entries(params).filter(([name]) => !faulty.has(name))));
}
