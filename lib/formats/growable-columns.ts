import { FormatError } from './types';

const FIRST_CAPACITY = 64;
const MOST_VALUES = 1 << 27;

/**
 * What one file may fill, 134 million values (1 GiB): a few bytes of text can stand for many unknown values, so
 * the size of the file is no bound. Throws a FormatError when it is spent.
 */
export class ValueBudget {
  private left = MOST_VALUES;

  take(values: number): void {
    this.left -= values;
    if (this.left >= 0) return;
    throw new FormatError(
      `This file holds more than ${MOST_VALUES} values (rows × columns): split it or export fewer columns.`,
    );
  }
}

/**
 * Rows of numbers stored as columns that grow by doubling. Nothing is allocated by what a file claims to
 * hold, only by the rows that came.
 */
export class GrowableColumns {
  count = 0;
  private capacity = 0;
  private readonly columns: Float64Array[] = [];

  constructor(
    width: number,
    private readonly budget: ValueBudget,
  ) {
    for (let i = 0; i < width; i++) this.columns.push(new Float64Array(0));
  }

  get width(): number {
    return this.columns.length;
  }

  /** Adds a column, unknown (NaN) in the rows so far, and gives its index. */
  addColumn(): number {
    this.budget.take(this.capacity);
    this.columns.push(new Float64Array(this.capacity).fill(Number.NaN));
    return this.columns.length - 1;
  }

  /** Appends one row; `row[i]` goes to column i, what the row lacks is NaN. */
  push(row: Float64Array): void {
    if (this.count === this.capacity) this.grow();
    const { columns, count } = this;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column) column[count] = row[i] ?? Number.NaN;
    }
    this.count = count + 1;
  }

  /** The values of a column, exactly `count` long; a view when little memory is wasted by it. */
  column(index: number): Float64Array {
    const column = this.columns[index] ?? new Float64Array(0);
    return this.count * 4 >= this.capacity * 3 ? column.subarray(0, this.count) : column.slice(0, this.count);
  }

  /** Changes the values of a column in place (unit conversion). */
  convert(index: number, change: (value: number) => number): void {
    const column = this.columns[index] ?? new Float64Array(0);
    for (let i = 0; i < this.count; i++) column[i] = change(column[i] ?? Number.NaN);
  }

  private grow(): void {
    const more = Math.max(FIRST_CAPACITY, this.capacity);
    this.budget.take(more * this.columns.length);
    this.capacity += more;
    for (let i = 0; i < this.columns.length; i++) {
      const wider = new Float64Array(this.capacity);
      wider.set(this.columns[i] ?? []);
      this.columns[i] = wider;
    }
  }
}
