import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionOf } from '@/lib/auth/permissions';
import { testDatabases } from '../support/database';
import { makePerson } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { makeWorld, SCENARIOS, type World } from '../support/verb-scenarios';
import { everyVerb } from '../support/verbs';

const databases = await testDatabases();
const verbs = (await everyVerb()).filter(({ verb }) => permissionOf(verb.action).writes);

const TABLES = [
  'users',
  'login_tokens',
  'api_keys',
  'device_keys',
  'settings',
  'logs',
  'devices',
  'tracks',
  'track_revisions',
  'sessions',
  'session_entries',
  'imports',
  'laps',
  'crossings',
  'lap_traces',
  'jobs',
  'job_events',
];

describe.each(databases)('a change that cannot be audited on $name', (database) => {
  let product: Product;
  let world: World;
  beforeAll(async () => {
    product = await openProduct(database);
    world = await makeWorld(product);
    await product.idle();
    await product.pause();
  });
  afterAll(() => product?.stop());

  const everything = async () => {
    const found: Record<string, unknown> = {};
    for (const table of TABLES) {
      const rows = await product.runtime.sql.unsafe<{ row: string }[]>(
        `select md5(coalesce(string_agg(${table}::text, ' ' order by ${table}::text), '')) as row from ${table}`,
      );
      found[table] = rows[0]?.row;
    }
    return found;
  };

  test.each(verbs)('by $name is not made', async ({ name, verb }) => {
    const who = await makePerson(product.ctx, permissionOf(verb.action).level || 1);
    const input = await SCENARIOS[name]?.(world, who);
    await product.runtime.sql`alter table logs add constraint none_today check (false) not valid`;
    try {
      const before = await everything();
      await expect(verb(who.ctx, input)).rejects.toThrow();
      expect(await everything()).toEqual(before);
    } finally {
      await product.runtime.sql`alter table logs drop constraint none_today`;
    }
  });
});
