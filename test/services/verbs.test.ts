import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionOf, SCOPES } from '@/lib/auth/permissions';
import { isAppError } from '@/lib/errors';
import { testDatabases } from '../support/database';
import { asking, makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';
import { makeWorld, SCENARIOS, type World } from '../support/verb-scenarios';
import { everyVerb, levelsBelow } from '../support/verbs';

const [database] = await testDatabases();
if (!database) throw new Error('There is always the embedded database.');

const verbs = await everyVerb();

let product: Product;
let world: World;
beforeAll(async () => {
  product = await openProduct(database);
  world = await makeWorld(product);
});
afterAll(() => product?.stop());

const rowsOf = (action: string, who: Person) => product.runtime.sql`
  select 1 from logs where action = ${action} and user_id = ${who.row.id}`;
/** The newest row by an account; the product itself writes meanwhile, as for a demo race that goes on. */
const everyRow = async () => {
  const [row] = await product.runtime.sql`select max(id) as id from logs where actor <> 'system'`;
  return Number(row?.id ?? 0);
};

async function refusal(work: Promise<unknown>): Promise<number | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (isAppError(error)) return error.status;
    throw error;
  }
}

test('there are verbs, and each has a scenario of its own', () => {
  expect(verbs.length).toBeGreaterThanOrEqual(40);
  expect(verbs.map(({ name }) => name).sort()).toEqual(Object.keys(SCENARIOS).sort());
});

describe.each(verbs)('$name', ({ name, verb }) => {
  const { action } = verb;
  const permission = permissionOf(action);
  const inputFor = (who: Person) => SCENARIOS[name]?.(world, who);

  test.runIf(permission.level !== null)('is refused to nobody', async () => {
    const who = await makePerson(product.ctx, 5);
    const nobody = asking(product.ctx, { kind: 'nobody' });
    expect(await refusal(verb(nobody, await inputFor(who)))).toBe(401);
  });

  test.each(levelsBelow(permission.level))('is refused to level %i, and leaves no trace', async (level) => {
    const who = await makePerson(product.ctx, level);
    const input = await inputFor(who);
    const before = await everyRow();
    expect(await refusal(verb(who.ctx, input))).toBe(403);
    expect(await everyRow()).toBe(before);
  });

  test(`is allowed at level ${permission.level ?? 'any'}${permission.writes ? ' and audited' : ''}`, async () => {
    // Whoever has no level at all still needs an account that is not inactive where the scenario logs in.
    const who = await makePerson(product.ctx, permission.level ?? 1);
    await verb(who.ctx, await inputFor(who));
    expect((await rowsOf(action, who)).length > 0).toBe(permission.writes === true);
  });

  test.runIf(permission.level !== null)('is refused to a key without its scope', async () => {
    const who = await makePerson(product.ctx, 5);
    const { jti: _jti, ...account } = who.actor;
    const scopes = SCOPES.filter((scope) => scope !== permission.scope && scope !== 'admin');
    const asked = permission.scope === null ? SCOPES : scopes;
    const key = asking(product.ctx, { ...account, kind: 'key', keyId: 1, keyName: 'k', scopes: asked });
    expect(await refusal(verb(key, await inputFor(who)))).toBe(403);
  });
});

describe('what belongs to somebody', () => {
  const owned = verbs.filter(({ verb }) => permissionOf(verb.action).others !== undefined);

  test.each(owned)(
    '$name is refused with what is another account’s, below level 2',
    async ({ name, verb }) => {
      const [owner, stranger, superUser] = [
        await makePerson(product.ctx, 1),
        await makePerson(product.ctx, 1),
        await makePerson(product.ctx, 2),
      ];
      if (name === 'createSession')
        await product.runtime.sql`update devices set owner_id = ${owner.row.id} where id = ${world.deviceId}`;
      const input = await SCENARIOS[name]?.(world, owner);
      expect(await refusal(verb(stranger.ctx, input))).toBe(403);
      expect(await refusal(verb(superUser.ctx, input))).toBeNull();
      await product.runtime.sql`update devices set owner_id = null where id = ${world.deviceId}`;
    },
  );

  test('those verbs are the sessions’ and the devices’', () => {
    expect(owned.map(({ name }) => name).sort()).toEqual([
      'addEntry',
      'closeLive',
      'createDeviceKey',
      'createSession',
      'deleteSession',
      'listDeviceKeys',
      'openLive',
      'recomputeSession',
      'resetDeviceTrip',
      'revokeDeviceKey',
      'takePositions',
      'updateLive',
      'updateSession',
    ]);
  });
});
