import { COLUMN_IDS, type ColumnId, FIXED_COLUMNS } from './board-columns';

/** Which columns a reader has put away: kept in a cookie, so that the server already writes the table without them. */
export const BOARD_COOKIE = 'pitwall_board';

/** What a cookie says; unknown names and columns that cannot be put away are left out. */
export function hiddenColumns(cookie: string | undefined): ColumnId[] {
  const named = new Set((cookie ?? '').split('.'));
  return COLUMN_IDS.filter((id) => named.has(id) && !FIXED_COLUMNS.has(id));
}

export function keepHiddenColumns(hidden: readonly ColumnId[]): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing outside secure contexts.
  document.cookie = `${BOARD_COOKIE}=${hidden.join('.')}; path=/; max-age=31536000; samesite=lax`;
}
