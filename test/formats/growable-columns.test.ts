import { describe, expect, it } from 'vitest';
import { GrowableColumns, ValueBudget } from '@/lib/formats/growable-columns';
import { FormatError } from '@/lib/formats/types';
import { read, sole } from './reading';

describe('growing columns', () => {
  it('hold every row, and NaN where a column came later or a row was shorter', () => {
    const columns = new GrowableColumns(1, new ValueBudget());
    for (let i = 0; i < 1000; i++) columns.push(new Float64Array([i]));
    const late = columns.addColumn();
    columns.push(new Float64Array([1000, 7]));
    columns.push(new Float64Array([1001]));
    expect([columns.count, columns.width]).toEqual([1002, 2]);
    expect(columns.column(0).every((value, i) => value === i)).toBe(true);
    expect([...columns.column(late).slice(-3)]).toEqual([Number.NaN, 7, Number.NaN]);
    columns.convert(0, (value) => value * 2);
    expect(columns.column(0)[1001]).toBe(2002);
  });

  it('stop at the budget that the tables of a file share, before they make room', () => {
    const budget = new ValueBudget();
    budget.take((1 << 27) - 100);
    const columns = new GrowableColumns(1, budget);
    for (let i = 0; i < 64; i++) columns.push(new Float64Array([i]));
    expect(() => columns.push(new Float64Array([64]))).toThrow(FormatError);
  });

  it('are at most a thousand channels where each line of a file brings a new key', () => {
    const lines = Array.from({ length: 1500 }, (_, i) => `{"time_ms":${i},"x_m":0,"y_m":0,"k${i}":1}`).join(
      '\n',
    );
    expect(sole(read('a.ndjson', lines)).channels).toHaveLength(1000);
  });
});
