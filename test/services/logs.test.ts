import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAppError } from '@/lib/errors';
import { createKey } from '@/lib/services/keys';
import { clearLogs, deleteLog, getUsage, listLogs, retireLogs } from '@/lib/services/logs';
import { updateMe } from '@/lib/services/me';
import { updateUser } from '@/lib/services/users';
import { testDatabases } from '../support/database';
import { makePerson, type Person } from '../support/people';
import { openProduct, type Product } from '../support/product';

const databases = await testDatabases();
const DAY_MS = 24 * 3600 * 1000;

describe.each(databases)('the audit log on $name', (database) => {
  let product: Product;
  let admin: Person;
  let ada: Person;
  beforeAll(async () => {
    product = await openProduct(database);
    admin = await makePerson(product.ctx, 5, 'the boss');
    ada = await makePerson(product.ctx, 1, 'Ada');
    await updateMe(ada.ctx, { theme: 'dark' });
    await updateMe(ada.ctx, { units: 'mph', email: 'ada@example.org' });
    await createKey(ada.ctx, { name: '100 % logger_1', scopes: ['ingest'] });
    await updateUser(admin.ctx, { id: ada.row.id, level: 2 });
  });
  afterAll(() => product?.stop());

  const all = { limit: 100 };
  const actions = async (filter: Parameters<typeof listLogs>[1]) =>
    (await listLogs(admin.ctx, filter)).items.map((item) => item.action);
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (isAppError(error) ? error.code : String(error)),
    );

  test('tells who did what to what, when and from where, the newest first', async () => {
    const { items } = await listLogs(admin.ctx, all);
    expect(items.map((item) => item.action)).toEqual(['user.update', 'key.create', 'me.update', 'me.update']);
    expect(items[0]).toMatchObject({
      actor: 'user',
      user_id: admin.row.id,
      username: 'the boss',
      target: 'user',
      target_id: String(ada.row.id),
      target_name: 'Ada',
      details: { level: [1, 2], logins_ended: 1 },
      ip: '192.0.2.7',
      user_agent: 'tests',
      request_id: admin.ctx.caller.requestId,
    });
    expect(Math.abs(Date.parse(items[0]?.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  test('can be cut down by person, action, target, time and words, which are no patterns', async () => {
    expect(await actions({ ...all, user_id: ada.row.id })).toHaveLength(3);
    expect(await actions({ ...all, action: 'me.update' })).toHaveLength(2);
    expect(await actions({ ...all, target: 'key' })).toEqual(['key.create']);
    expect(await actions({ ...all, search: 'LOGGER_1' })).toEqual(['key.create']);
    expect(await actions({ ...all, search: '100 %' })).toEqual(['key.create']);
    expect(await actions({ ...all, search: '_o' })).toEqual([]);
    expect(await actions({ ...all, search: '192.0.2.7' })).toHaveLength(4);
    const [newest] = (await listLogs(admin.ctx, all)).items;
    expect(await actions({ ...all, to: newest?.at })).toHaveLength(3);
    expect(await actions({ ...all, from: newest?.at })).toEqual(['user.update']);
  });

  test('takes every instant that ISO 8601 has, also of the year 0', async () => {
    const [first, last] = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'];
    expect(await actions({ ...all, from: first, to: last })).toHaveLength(4);
    expect(await actions({ ...all, to: first })).toEqual([]);
    const usage = await getUsage(admin.ctx, { limit: 100, from: first, to: last });
    expect([usage.total, usage.days.length]).toEqual([3, 1]);
  });

  test('comes in pages with a true total', async () => {
    const first = await listLogs(admin.ctx, { limit: 3 });
    expect([first.items.length, first.total]).toEqual([3, 4]);
    const second = await listLogs(admin.ctx, { limit: 3, cursor: first.next ?? '' });
    expect([second.items.length, second.next]).toEqual([1, null]);
  });

  test('says for each person what was done how often, and when', async () => {
    const usage = await getUsage(admin.ctx, { limit: 100 });
    expect(usage.items[0]).toMatchObject({ username: 'Ada', action: 'me.update', count: 2 });
    expect(usage.total).toBe(3);
    expect(usage.days).toEqual([{ day: new Date().toISOString().slice(0, 10), count: 4, users: 2 }]);
    const own = await getUsage(admin.ctx, { limit: 100, user_id: admin.row.id });
    expect(own.items.map((item) => item.action)).toEqual(['user.update']);
  });

  test('loses one row, and keeps that it was deleted, by whom and what it told in short', async () => {
    const [row] = (await listLogs(admin.ctx, { ...all, action: 'key.create' })).items;
    await deleteLog(admin.ctx, row?.id ?? 0);
    expect(await actions({ ...all, action: 'key.create' })).toEqual([]);
    const [told] = (await listLogs(admin.ctx, all)).items;
    expect(told).toMatchObject({ action: 'log.delete', username: 'the boss', target_id: String(row?.id) });
    expect(told?.details).toMatchObject({ action: 'key.create', username: 'Ada' });
    expect(await codeOf(deleteLog(admin.ctx, told?.id ?? 0))).toBe('kept');
    expect(await codeOf(deleteLog(admin.ctx, row?.id ?? 0))).toBe('not_found');
  });

  test('loses what is older than its days, but never what tells of deletions', async () => {
    await product.runtime.sql`
      update logs set at = at - interval '40 days' where action in ('me.update', 'log.delete')`;
    expect(await retireLogs(product.ctx, { days: 41, nowMs: Date.now() })).toEqual({ deleted: 0 });
    expect(await retireLogs(product.ctx, { days: 30, nowMs: Date.now() })).toEqual({ deleted: 2 });
    expect((await actions(all)).sort()).toEqual(['log.delete', 'log.retention', 'user.update']);
    const [told] = (await listLogs(admin.ctx, { ...all, action: 'log.retention' })).items;
    expect(told).toMatchObject({ actor: 'system', details: { deleted: 2, days: 30 } });
    expect(await retireLogs(product.ctx, { days: 30, nowMs: Date.now() + DAY_MS })).toEqual({ deleted: 0 });
  });

  test('can be cleared, in portions when it is long; the clearing stays with its count', async () => {
    await product.runtime.sql`
      insert into logs (actor, action) select 'system', 'made' from generate_series(1, 12000)`;
    const { deleted } = await clearLogs(admin.ctx, undefined);
    expect(deleted).toBe(12_001);
    const { items } = await listLogs(admin.ctx, all);
    expect(new Set(items.map((item) => item.action))).toEqual(
      new Set(['log.clear', 'log.delete', 'log.retention']),
    );
    const counts = items
      .filter((item) => item.action === 'log.clear')
      .map((item) => Number(item.details.deleted));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12_001);
    expect(await clearLogs(admin.ctx, undefined)).toEqual({ deleted: 0 });
  });
});
