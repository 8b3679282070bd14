import { expect, test } from 'vitest';
import { attachment, csvResponse } from '@/lib/api/csv';

test('a cell that a spreadsheet would run is led by an apostrophe; numbers stay numbers', async () => {
  const rows = [
    ['=1+1', '@cmd', '-2.5', -2.5],
    ['a "quoted", one', null, true, '+49 123'],
  ];
  const text = await csvResponse('t.csv', ['a', 'b', 'c', 'd'], rows).text();
  expect(text).toBe(`a,b,c,d\n'=1+1,'@cmd,-2.5,-2.5\n"a ""quoted"", one",,true,'+49 123\n`);
});

test('a name of any script is saved under itself', () => {
  expect(attachment('Nürburgring "24h".csv')).toBe(
    `attachment; filename="N_rburgring_24h_.csv"; filename*=UTF-8''N%C3%BCrburgring%20%2224h%22.csv`,
  );
});
