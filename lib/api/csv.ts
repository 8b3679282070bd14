import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | boolean | null;

/** A text that a spreadsheet would run as a formula is led by an apostrophe; a plain number is not. */
function safeCell(cell: CsvCell): CsvCell {
  if (typeof cell !== 'string') return cell;
  return /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
}

/** A table as CSV to save under `name`. */
export function csvResponse(
  name: string,
  columns: readonly string[],
  rows: readonly (readonly CsvCell[])[],
): Response {
  const text = stringify([[...columns], ...rows.map((row) => row.map(safeCell))], {
    cast: { boolean: (value) => String(value) },
  });
  return new Response(text, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': attachment(name),
      'Cache-Control': 'no-store',
    },
  });
}

/** The header that saves an answer under a name of any script. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
