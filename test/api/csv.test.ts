import { expect, test } from 'vitest';
import { attachment, csvLines } from '@/lib/api/csv';

test('a cell that a spreadsheet would run is led by an apostrophe; numbers stay numbers', () => {
  const text = csvLines([
    ['=1+1', '@cmd', '-2.5', -2.5],
    ['a "quoted", one', null, true, '+49 123'],
  ]);
  expect(text).toBe(`'=1+1,'@cmd,-2.5,-2.5\n"a ""quoted"", one",,true,'+49 123\n`);
});

test.each([
  ['=cmd|1', "'=cmd|1"],
  ['  =1+1', "'  =1+1"],
  ['"=1+1', `"'""=1+1"`],
  ["'=1+1", "''=1+1"],
  ['\t=1', "'\t=1"],
  ['\rx', `"'\rx"`],
  ['\u00a0-1-1', "'\u00a0-1-1"],
  ['＝1+1', "'＝1+1"],
  ['-1+2', "'-1+2"],
  ['+1', '+1'],
  ['12:30', '12:30'],
  ['a=b', 'a=b'],
  ['Team "Ａ" - one', '"Team ""Ａ"" - one"'],
])('the cell %j becomes %j', (cell, written) => {
  expect(csvLines([[cell]])).toBe(`${written}\n`);
});

test('a line break in a cell does not begin a row', () => {
  expect(csvLines([['a\n=1', 'b']])).toBe('"a\n=1",b\n');
});

test('a name of any script is saved under itself', () => {
  expect(attachment('Nürburgring "24h".csv')).toBe(
    `attachment; filename="N_rburgring_24h_.csv"; filename*=UTF-8''N%C3%BCrburgring%20%2224h%22.csv`,
  );
  expect(attachment("a'b(c)*.csv")).toContain("UTF-8''a%27b%28c%29%2A.csv");
});
