import { delimiterOf, isFixHeader } from './csv-plan';
import { CsvReader } from './csv-read';
import { writeCsv } from './csv-write';
import { splitCells } from './number-row';
import { binaryAt } from './text';
import type { Format } from './types';

/**
 * Our own CSV: a row of column names, then one fix a row. `time_ms` (also `_s`, `_us`, and `t`, `unix`,
 * `timestamp` for `time`) with `lat,lon` in degrees or `x_m,y_m`; optional `device`, `speed_mps` (also kmh, mph,
 * kn), `course_deg`, `altitude_m`, `accuracy_m`. Any other column of numbers is a channel, its unit taken from
 * `name [unit]`, `name (unit)` or a known `name_unit`. Parted by comma, semicolon or tab; decimal point only;
 * LF or CRLF; lines before the names that begin with # are skipped. Times from 1973 on count as UTC, smaller ones
 * as counted from a start of their own.
 */
export const csv: Format = {
  id: 'csv',
  label: 'Pitwall CSV',
  extensions: ['csv', 'tsv', 'txt'],
  sniff({ name, text }) {
    const header = text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
    if (isFixHeader(header)) return 0.6;
    const isTable = splitCells(header, delimiterOf(header)).length > 1;
    return isTable && /\.(csv|tsv)$/i.test(name) && binaryAt(text) < 0 ? 0.1 : 0;
  },
  reader: () => new CsvReader(),
  write: writeCsv,
};
