import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal, secondsToMs } from '@/lib/formats/decimal';
import { NumberRow, SKIP, splitCells, TEXT } from '@/lib/formats/number-row';
import { bytesOf } from './samples';

function parseAll(line: string, delimiter = ','): { cells: number; values: number[]; bad: number } {
  const count = splitCells(line, delimiter).length;
  const row = new NumberRow(
    Int32Array.from({ length: count }, (_, i) => i),
    count,
    delimiter.charCodeAt(0),
  );
  const bytes = bytesOf(`${line}\n`);
  const cells = row.parse(bytes, 0, bytes.length - 1);
  return { cells, values: [...row.values], bad: row.badCells.reduce((sum, n) => sum + n, 0) };
}

describe('a row of numbers', () => {
  it('equals the exact parse of any double written in any usual way', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.integer(), fc.nat(9)).map(([n, digits]) => (n / 10 ** digits).toFixed(digits)),
      fc.stringMatching(/^[+-]?\d{1,25}(\.\d{0,25})?$/),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (cells) => {
        expect(parseAll(cells.join(',')).values).toEqual(cells.map(Number));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes blank cells for unknown and counts cells that are no finite number', () => {
    const { cells, values, bad } = parseAll('1,, 2 ,"3.5",nan,inf,1e400,1_000,0x10,--1,1.2.3,.,-,5');
    expect(cells).toBe(14);
    expect(values).toEqual([1, NaN, 2, 3.5, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, 5]);
    expect(bad).toBe(9);
  });

  it('leaves a value of the row before nowhere when a row is shorter', () => {
    const row = new NumberRow(new Int32Array([0, SKIP, 1]), 2, 44);
    const parse = (line: string) => {
      const bytes = bytesOf(`${line}\n`);
      row.parse(bytes, 0, bytes.length - 1);
      return [...row.values];
    };
    expect(parse('1,x,2')).toEqual([1, 2]);
    expect(parse('3')).toEqual([3, NaN]);
  });

  it('keeps a delimiter inside quotes within its cell', () => {
    const row = new NumberRow(new Int32Array([TEXT, 0]), 1, 44);
    const bytes = bytesOf('"a,""b""",7\n');
    expect(row.parse(bytes, 0, bytes.length - 1)).toBe(2);
    expect([row.textStart, row.textEnd]).toEqual([0, 9]);
    expect([...row.values]).toEqual([7]);
    expect(splitCells('"a,""b""", 7 ,', ',')).toEqual(['a,"b"', '7', '']);
  });
});

describe('decimal text', () => {
  it('is strict', () => {
    expect(['1', '-1.5', '+.5', '2.', '1e3', ' 4 '].map(parseDecimal)).toEqual([1, -1.5, 0.5, 2, 1000, 4]);
    expect(['', '.', 'e3', '1e400', 'NaN', 'Infinity', '1_0', '0x1', '1,5', '١'].map(parseDecimal)).toEqual(
      Array.from({ length: 10 }, () => Number.NaN),
    );
  });

  it('gives epoch seconds as exact milliseconds', () => {
    expect(secondsToMs(1592690752.7)).toBe(1592690752700);
    expect(secondsToMs(1559734111.239)).toBe(1559734111239);
  });
});
