import { afterEach, describe, expect, it } from 'vitest';
import { openRateLimiter } from '@/lib/auth/rate-limits';
import { openRedis, type RedisConnection } from '@/lib/live/redis';
import { connectRedis, testRedis } from '../support/redis-server';
import { until } from '../support/until';

const password = 'a-password-of-redis';
const server = await testRedis(['--requirepass', password]);
const urlWith = (secret: string) => (server?.url ?? '').replace('//', `//:${secret}@`);

const opened: RedisConnection[] = [];
const lines: string[] = [];
const open = (url: string) => {
  const redis = openRedis(url, (line) => lines.push(line));
  opened.push(redis);
  return redis;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
  lines.length = 0;
});

describe.skipIf(!server)('the connection to Redis', () => {
  it('answers by its password', async () => {
    const { client } = await connectRedis(urlWith(password));
    await client.set('a', '1');
    expect(await client.get('a')).toBe('1');
  });

  it('names the server and the fault but no password when the password is wrong', async () => {
    open(urlWith('another-secret'));
    await until('it is reported', () => lines.length > 0);
    expect(lines[0]).toContain('Redis at 127.0.0.1:');
    expect(lines[0]).toContain('WRONGPASS');
    expect(lines[0]).toContain('REDIS_URL');
    expect(lines.join()).not.toContain('another-secret');
  });

  it('fails commands at once while nobody answers, reports one line and still closes', async () => {
    const { client } = open('redis://127.0.0.1:1');
    let failures = 0;
    client.on('error', () => failures++);
    await expect(client.get('a')).rejects.toThrow();
    const late = new Promise((resolve) => setImmediate(resolve, 'late'));
    await expect(Promise.race([client.get('a'), late])).rejects.toThrow();
    await until('it has tried a few times', () => failures >= 3);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ECONNREFUSED');
  });

  it('holds nobody longer than a second when Redis hangs, and recovers', async () => {
    const redis = open(urlWith(password));
    await until('Redis is connected', () => redis.client.status === 'ready');
    const { take } = openRateLimiter({ perMinute: 10, redis });
    await take('user:1');
    server?.freeze();
    const beganAtMs = performance.now();
    const results = await Promise.all(Array.from({ length: 20 }, () => take('user:1')));
    // One second by the setting; the rest is for a busy machine.
    expect(performance.now() - beganAtMs).toBeLessThan(5_000);
    expect(results.filter((result) => result.allowed)).toHaveLength(10);
    await until('the hanging connection is given up', () => redis.client.status !== 'ready');
    expect((await take('user:1')).allowed).toBe(false);
    server?.thaw();
    await until('Redis is connected again', () => redis.client.status === 'ready');
    expect((await take('user:2')).remaining).toBe(9);
    expect(lines.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });

  it('fails what was under way when Redis dies, and does not send it again', async () => {
    const { client } = open(urlWith(password));
    await until('Redis is connected', () => client.status === 'ready');
    server?.freeze();
    const underWay = client.incr('counted').catch((error: unknown) => error);
    await server?.kill();
    await server?.start();
    await until('Redis is connected again', () => client.status === 'ready');
    expect(await underWay).toBeInstanceOf(Error);
    expect(await client.get('counted')).toBeNull();
  });

  it('says that Redis is full, and the limits go on in memory', async () => {
    const redis = open(urlWith(password));
    await until('Redis is connected', () => redis.client.status === 'ready');
    await redis.client.config('SET', 'maxmemory', '1');
    const { take } = openRateLimiter({ perMinute: 2, redis });
    const allowed = [await take('user:3'), await take('user:3'), await take('user:3')].map((r) => r.allowed);
    await redis.client.config('SET', 'maxmemory', '0');
    expect(allowed).toEqual([true, true, false]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('OOM');
  });
});
