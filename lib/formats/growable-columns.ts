const FIRST_CAPACITY = 1024;

/**
 * Rows of numbers stored as columns that grow by doubling. Nothing is allocated by what a file claims to
 * hold, only by the rows that came.
 */
export class GrowableColumns {
  count = 0;
  private capacity = 0;
  private readonly columns: Float64Array[] = [];

  constructor(width: number) {
    for (let i = 0; i < width; i++) this.columns.push(new Float64Array(0));
  }

  get width(): number {
    return this.columns.length;
  }

  /** Adds a column, unknown (NaN) in the rows so far, and gives its index. */
  addColumn(): number {
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
    this.capacity = Math.max(FIRST_CAPACITY, this.capacity * 2);
    for (let i = 0; i < this.columns.length; i++) {
      const wider = new Float64Array(this.capacity);
      wider.set(this.columns[i] ?? []);
      this.columns[i] = wider;
    }
  }
}
