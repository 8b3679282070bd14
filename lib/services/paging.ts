import { AppError } from '@/lib/errors';

export type Page = { limit: number; cursor?: string | undefined };

export type OpenPage = {
  limit: number;
  offset: number;
  /** A list as the API gives it. */
  list<Item>(items: Item[], total: number): { items: Item[]; total: number; next: string | null };
};

/** Where a page of a list begins; a cursor is what an earlier page gave as `next`. */
export function pageOf({ limit, cursor }: Page): OpenPage {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor))
    throw new AppError('bad_request', 400, 'The cursor is not one that a list gave.', [
      { field: 'cursor', message: 'unknown' },
    ]);
  const offset = Number(cursor ?? 0);
  return {
    limit,
    offset,
    list(items, total) {
      const end = offset + items.length;
      return { items, total, next: end < total && items.length > 0 ? String(end) : null };
    },
  };
}
