import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteSession } from '@/lib/services/delete-session';
import { getSession } from '@/lib/services/sessions';
import { testDatabases } from '../support/database';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

// Wall time: a busy machine may stretch one turn, but not in three runs.
test('a file of a thousand devices is stored and deleted in short turns', { retry: 2 }, async () => {
  const rows = ['device,time_ms,lat,lon'];
  for (let device = 0; device < 1000; device++)
    for (let fix = 0; fix < 3; fix++)
      rows.push(`car ${device},${1_750_000_000_000 + fix * 1000 + device},48.${fix}1,11.5`);
  await database.embedded?.stats(true);
  const [item] = await product.drop([{ name: 'field.csv', content: rows.join('\n') }]);
  const id = item?.session_id ?? 0;
  const { entries } = await getSession(product.ctx, id);
  expect(entries).toHaveLength(1000);
  expect(entries.every((entry) => entry.fixes === 3)).toBe(true);
  await deleteSession(product.ctx, id);
  await product.idle();
  const stats = await database.embedded?.stats();
  expect(stats?.longestTransactionMs, stats?.longestStatement).toBeLessThan(200);
});
