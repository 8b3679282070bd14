import { describe, expect, it } from 'vitest';
import { type Budget, spend } from '@/lib/auth/attempt-budget';
import { openMemoryAttempts, openRedisAttempts } from '@/lib/auth/attempt-store';
import { openLoginGuard } from '@/lib/auth/login-guard';
import { connectRedis, testRedis } from '../support/redis-server';
import { until } from '../support/until';

const server = await testRedis();

const add = (budgets: (Budget | null)[]) => {
  const next = budgets.map((budget) => spend(budget, 1_000_000, Date.now()));
  return { result: next.map((budget) => budget.failures), next };
};

describe('attempts in memory', () => {
  it('are bounded: a million names leave no more than the most', async () => {
    const store = openMemoryAttempts(1_000);
    for (let name = 0; name < 1_000_000; name++) await store.change(['address', `address ${name}`], add);
    expect(store.size()).toBeGreaterThanOrEqual(900);
    expect(store.size()).toBeLessThanOrEqual(1_000);
    expect(await store.change(['address', 'address 999999'], add)).toEqual([1_000_001, 2]);
    expect(await store.change(['address 0'], add)).toEqual([1]);
  });

  it('are not filled by one address: when its budget is used up, new names write nothing', async () => {
    const guard = openLoginGuard({ clock: () => 1_800_000_000_000 });
    const kinds = new Map<string, number>();
    for (let name = 0; name < 100_000; name++) {
      const { kind } = await guard.enter({ ip: '192.0.2.1', name: `name-${name}`, captchaSolved: false });
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(Object.fromEntries(kinds)).toEqual({ go: 30, wait: 99_970 });
  });
});

describe.skipIf(!server)('attempts in Redis', () => {
  it('are counted by several processes together, none lost', async () => {
    if (!server) return;
    const [one, other] = [await connectRedis(server.url), await connectRedis(server.url)];
    const stores = [openRedisAttempts(one, Date.now), openRedisAttempts(other, Date.now)];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => stores[index % 2]?.change(['shared', `own ${index}`], add)),
    );
    expect(await stores[0]?.change(['shared', 'own 1'], add)).toEqual([101, 2]);
    expect(one.lines).toEqual([]);
  });

  it('expire there by themselves and hold no names', async () => {
    if (!server) return;
    const redis = await connectRedis(server.url);
    const guard = openLoginGuard({ redis });
    await guard.enter({ ip: '192.0.2.9', name: 'a-secret-typed-as-name', captchaSolved: false });
    const keys = await redis.client.keys('pitwall:attempts:192.0.2.9*');
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toContain('secret');
    for (const key of keys) {
      const leftMs = await redis.client.pttl(key);
      expect(leftMs).toBeGreaterThan(14 * 60_000);
      expect(leftMs).toBeLessThanOrEqual(15 * 60_000);
    }
  });

  it('survive what another version wrote there', async () => {
    if (!server) return;
    const redis = await connectRedis(server.url);
    await redis.client.set('pitwall:attempts:odd', '{"failures":"many"}');
    expect(await openRedisAttempts(redis, Date.now).change(['odd'], add)).toEqual([1]);
    await redis.client.del('pitwall:attempts:odd');
    await redis.client.lpush('pitwall:attempts:odd', 'a list');
    expect(await openRedisAttempts(redis, Date.now).change(['odd'], add)).toEqual([1]);
    expect(redis.lines.join()).toContain('WRONGTYPE');
  });

  it('go on in memory when Redis dies, with what this process knew, and are used again when it is back', async () => {
    if (!server) return;
    const redis = await connectRedis(server.url);
    const guard = openLoginGuard({ redis });
    const enter = () => guard.enter({ ip: '192.0.2.8', name: 'anna', captchaSolved: false });
    for (let attempt = 0; attempt < 3; attempt++) expect(await enter()).toEqual({ kind: 'go' });
    await server.kill();
    const gates = [await enter(), await enter(), await enter()];
    expect(gates.map((gate) => gate.kind)).toEqual(['go', 'go', 'wait']);
    await until('the outage is reported', () => redis.lines.length > 0);
    expect(redis.lines).toHaveLength(1);
    await server.start();
    await until('Redis is connected again', () => redis.client.status === 'ready');
    expect(await enter()).toEqual({ kind: 'go' });
    expect(await redis.client.keys('*')).toHaveLength(2);
  });
});
