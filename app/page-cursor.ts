import { listQuery } from '@/lib/contracts/common';

/** A cursor out of a page's URL: it counts the rows before it. */
export const pageCursor = listQuery.shape.cursor.refine(
  (text) => text === undefined || /^\d{1,9}$/.test(text),
);
