import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemDetail } from '@/lib/contracts/system';
import { openDatabase } from '@/lib/db/client';
import { parseEnvironment, settingsInForce } from '@/lib/env';
import { listDevices, updateDevice } from '@/lib/services/devices';
import { getSystem, type MachineProbes } from '@/lib/services/system';
import { circleCsv } from '../support/circle';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();

const MACHINE: MachineProbes = {
  versions: { node: '20', next: '16' },
  memory: { process_bytes: 1, heap_used_bytes: 1, system_total_bytes: 2 },
  disk: async () => ({ folder: '/data', free_bytes: 5e9, total_bytes: 9e9 }),
  uploads: async () => ({ files: 2, bytes: 10 }),
  redis: null,
  engines: 0,
  settings: [],
};

describe.each(databases)('the state of the system on $name', (database) => {
  let product: Product;
  let admin: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    admin = await makePerson(product.ctx, 5);
  });
  afterAll(() => product?.stop());

  const ask = (machine: Partial<MachineProbes> = {}, ctx = admin.ctx) =>
    getSystem(ctx, {
      facts: product.runtime.facts,
      probe: () => ({ ...MACHINE, ...machine }),
      nowMs: product.runtime.facts.startedAtMs + 90_000,
    });
  const partsOf = async (wanted: ReturnType<typeof ask>) =>
    Object.fromEntries((await wanted).parts.map((part) => [part.name, part]));

  it('tells the version and size of the database, and how long the server is up', async () => {
    const system = systemDetail.parse(await ask());
    expect(system.versions.postgresql).toMatch(/^\d+(\.\d+)?/);
    expect(system.database_bytes).toBeGreaterThan(1_000_000);
    expect(system.uptime_s).toBe(90);
    expect(system.parts.filter(({ state }) => state === 'failing')).toEqual([]);
  });

  it('is for level 5 alone', async () => {
    const other = await makePerson(product.ctx, 4);
    await expect(ask({}, other.ctx)).rejects.toMatchObject({ status: 403 });
  });

  it('says which part is away, and tells the rest all the same', async () => {
    const parts = await partsOf(
      ask({
        redis: () => Promise.reject(new Error('connection refused')),
        disk: () => Promise.reject(new Error('no such folder')),
        uploads: () => Promise.reject(new Error('not allowed')),
      }),
    );
    expect(parts.Redis).toMatchObject({
      state: 'failing',
      words: 'does not answer (connection refused): this server counts alone. Check REDIS_URL.',
    });
    expect(parts.Disk?.state).toBe('failing');
    expect(parts.Uploads?.state).toBe('failing');
    expect(parts.Database?.state).toBe('ok');
  });

  it('says that the disk is almost full', async () => {
    const parts = await partsOf(
      ask({ disk: async () => ({ folder: '/data', free_bytes: 1e6, total_bytes: 9e9 }) }),
    );
    expect(parts.Disk?.words).toMatch(/^almost full/);
  });

  it('answers while the database does not', async () => {
    const away = openDatabase('postgres://nobody@127.0.0.1:1/nothing');
    const system = await ask({}, { ...admin.ctx, db: away.db }).finally(away.close);
    expect(system.parts[0]).toMatchObject({ name: 'Database', state: 'failing' });
    expect(system.versions.postgresql).toBeNull();
    expect(system.versions.node).toBe('20');
  });

  it('lets level 2 give a device to somebody by name, and share it again', async () => {
    await product.drop([{ name: 'a.csv', content: circleCsv({ startMs: 1_750_000_000_000 }) }]);
    const { ctx, row } = await makePerson(product.ctx, 2, 'Ada of the pit wall');
    const [device] = (await listDevices(ctx, { limit: 1 })).items;
    const id = device?.id ?? 0;
    const given = await updateDevice(ctx, { id, owner_username: 'ADA of the pit wall' });
    expect(given.owner).toEqual({ id: row.id, username: 'Ada of the pit wall' });
    for (const owner_username of ['nobody here', 'nobody\0here'])
      await expect(updateDevice(ctx, { id, owner_username })).rejects.toMatchObject({
        status: 400,
        errors: [{ field: 'owner_username', message: 'is unknown' }],
      });
    expect((await updateDevice(ctx, { id, name: 'Van' })).owner?.id).toBe(row.id);
    expect((await updateDevice(ctx, { id, owner_username: '' })).owner).toBeNull();
  });
});

describe('the settings in force', () => {
  it('are told by name, but of a secret only that it is set', () => {
    const secret = 'a secret that nobody may read, at all';
    const settings = settingsInForce(
      parseEnvironment({
        AUTH_SECRET: secret,
        DATABASE_URL: `postgres://me:${encodeURIComponent(secret)}@db/x`,
        REDIS_URL: `redis://me:${encodeURIComponent(secret)}@cache`,
        TILE_URL: 'https://tiles.example.org/{z}/{x}/{y}.png?key=hidden',
        ALLOWED_HOSTS: 'a.example.org, b.example.org',
      }),
    );
    const of = (name: string) => settings.find((each) => each.name === name);
    expect(JSON.stringify(settings)).not.toMatch(/nobody may read|nobody%20may|hidden/);
    for (const name of ['AUTH_SECRET', 'DATABASE_URL', 'REDIS_URL', 'TILE_URL'])
      expect(of(name)).toEqual({ name, is_set: true, value: null });
    expect(of('SETUP_TOKEN')).toEqual({ name: 'SETUP_TOKEN', is_set: false, value: null });
    expect(of('ALLOWED_HOSTS')?.value).toBe('a.example.org, b.example.org');
    expect(of('PORT')?.value).toBe('3000');
  });
});
