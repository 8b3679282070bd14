import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | boolean | null;

/** What a spreadsheet takes for the beginning of a formula, also behind blanks, quotes and in full width. */
const FORMULA = /^[\s'"`\u00a0\ufeff\u200b]*[=+\-@＝＋－＠]|^[\t\r\n]/;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A text that a spreadsheet would run as a formula is led by an apostrophe; a plain number is not. */
function safeCell(cell: CsvCell): CsvCell {
  if (typeof cell !== 'string') return cell;
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}

/** Rows as lines of CSV. */
export function csvLines(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(
    rows.map((row) => row.map(safeCell)),
    { cast: { boolean: (value) => String(value) } },
  );
}

/** The headers of a table to save under `name`. */
export function csvHeaders(name: string): Record<string, string> {
  return {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': attachment(name),
    'Cache-Control': 'no-store',
  };
}

/** The header that saves an answer under a name of any script. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  const escaped = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${escaped}`;
}
