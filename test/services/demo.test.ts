import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDemo } from '@/lib/services/demo-maker';
import { getSession } from '@/lib/services/sessions';
import { testDatabases } from '../support/database';
import { makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

let product: Product;
beforeAll(async () => {
  product = await openProduct(database);
});
afterAll(() => product?.stop());

test('a demo belongs to who asked for it, and to nobody when that account is gone meanwhile', async () => {
  const { db, sql } = product.runtime;
  const startMs = Date.UTC(2026, 0, 1);
  const who = await makePerson(product.ctx, 1);
  const own = await makeDemo({ db, sql }, 'own', startMs, who.row.id);
  expect((await getSession(product.ctx, own.sessionId)).owner?.id).toBe(who.row.id);
  await sql`delete from users where id = ${who.row.id}`;
  const orphan = await makeDemo({ db, sql }, 'orphan', startMs, who.row.id);
  expect((await getSession(product.ctx, orphan.sessionId)).owner).toBeNull();
});
