import { parseDecimal, scaleDecimal } from './decimal';

const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** What a column of the file is to the reader: a slot of the row (0 …) or one of these. */
export const SKIP = -1;
export const TEXT = -2;

/**
 * Reads the cells of one line as numbers straight from its bytes, without a string per cell. A blank cell and
 * a cell that is no finite decimal number are NaN; the second kind is counted per slot in `badCells`.
 */
export class NumberRow {
  readonly values: Float64Array;
  readonly badCells: Float64Array;
  /** Bytes of the last cell that is TEXT, quotes included. */
  textStart = 0;
  textEnd = 0;
  private value = Number.NaN;

  /** `plan[i]` says what cell i is: a slot of `values`, SKIP or TEXT. */
  constructor(
    private readonly plan: Int32Array,
    width: number,
    private readonly delimiter: number,
  ) {
    this.values = new Float64Array(width).fill(Number.NaN);
    this.badCells = new Float64Array(width);
  }

  /** Reads the cells in [start, end); needs `bytes[end]` to be no digit. Gives the number of cells. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    const { plan, values, delimiter } = this;
    let at = start;
    let cell = 0;
    for (;;) {
      const slot = plan[cell] ?? SKIP;
      if (slot >= 0) {
        at = this.parseNumber(bytes, at, end, slot);
        values[slot] = this.value;
      } else {
        const cellEnd = endOfCell(bytes, at, end, delimiter);
        if (slot === TEXT) {
          this.textStart = at;
          this.textEnd = cellEnd;
        }
        at = cellEnd;
      }
      cell++;
      if (at >= end) break;
      at++;
    }
    for (let i = cell; i < plan.length; i++) {
      const slot = plan[i] ?? SKIP;
      if (slot >= 0) values[slot] = Number.NaN;
    }
    return cell;
  }

  /** Leaves the number in `value` and gives where the cell ends. */
  private parseNumber(bytes: Uint8Array, start: number, end: number, slot: number): number {
    let at = start;
    let byte = bytes[at] ?? 0;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++at] ?? 0;
    const firstDigit = at;
    let mantissa = 0;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = bytes[++at] ?? 0;
    }
    let digits = at - firstDigit;
    let decimals = 0;
    if (byte === POINT) {
      const firstDecimal = ++at;
      byte = bytes[at] ?? 0;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO);
        byte = bytes[++at] ?? 0;
      }
      decimals = at - firstDecimal;
      digits += decimals;
    }
    if (digits > 0 && (at === end || byte === this.delimiter)) {
      const value = scaleDecimal(mantissa, decimals);
      if (!Number.isNaN(value)) {
        this.value = negative ? -value : value;
        return at;
      }
    }
    return this.parseOddCell(bytes, start, end, slot);
  }

  /** Blank, quoted, exponent, more digits than a double holds, or no number. */
  private parseOddCell(bytes: Uint8Array, start: number, end: number, slot: number): number {
    const cellEnd = endOfCell(bytes, start, end, this.delimiter);
    this.value = Number.NaN;
    if (cellEnd > start) {
      const text = unquote(asciiText(bytes, start, cellEnd)).trim();
      this.value = parseDecimal(text);
      if (text !== '' && Number.isNaN(this.value)) this.badCells[slot] = (this.badCells[slot] ?? 0) + 1;
    }
    return cellEnd;
  }
}

function endOfCell(bytes: Uint8Array, start: number, end: number, delimiter: number): number {
  let at = start;
  let inQuotes = false;
  while (at < end) {
    const byte = bytes[at];
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (byte === delimiter && !inQuotes) return at;
    at++;
  }
  return end;
}

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  const stop = Math.min(end, start + 400);
  for (let at = start; at < stop; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** The text of a CSV cell without its quotes. */
export function unquote(cell: string): string {
  const plain = cell.trim();
  if (plain.length < 2 || !plain.startsWith('"') || !plain.endsWith('"')) return plain;
  return plain.slice(1, -1).replaceAll('""', '"');
}

/** The cells of a line of CSV as text, unquoted and trimmed. */
export function splitCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let at = 0; at <= line.length; at++) {
    const char = line[at];
    if (char === '"') inQuotes = !inQuotes;
    if (at === line.length || (char === delimiter && !inQuotes)) {
      cells.push(unquote(line.slice(start, at)));
      start = at + 1;
    }
  }
  return cells;
}
