import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '@/lib/errors';
import { deleteSession } from '@/lib/services/delete-session';
import { deleteLog } from '@/lib/services/logs';
import { deleteTrack } from '@/lib/services/track-edits';
import { deleteUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { makeWorld, SCENARIOS, type World } from '../support/verb-scenarios';

const databases = await testDatabases();
const DELETIONS = { deleteSession, deleteTrack, deleteUser, deleteLog };

describe.each(databases)('what six delete at once on $name', (database) => {
  let product: Product;
  let world: World;
  beforeAll(async () => {
    product = await openProduct(database);
    world = await makeWorld(product);
  });
  afterAll(() => product?.stop());

  test.each(Object.entries(DELETIONS))('%s deletes once and says so once', async (name, deletion) => {
    const who = await makePerson(product.ctx, 5);
    const id = Number(await SCENARIOS[name]?.(world, who));
    const codes = await Promise.all(
      Array.from({ length: 6 }, () =>
        deletion(who.ctx, id).then(
          () => 'done',
          (error: unknown) => (isAppError(error) ? error.code : String(error)),
        ),
      ),
    );
    expect(codes.sort()).toEqual(['done', ...Array(5).fill('not_found')]);
    const rows = await product.runtime.sql`
      select 1 from logs where action = ${deletion.action} and user_id = ${who.row.id}`;
    expect(rows).toHaveLength(1);
  });
});
