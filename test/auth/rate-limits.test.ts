import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRateLimiter, rateHeaders } from '@/lib/auth/rate-limits';
import { connectRedis, testRedis } from '../support/redis-server';
import { until } from '../support/until';

const server = await testRedis();
const redis = server && (await connectRedis(server.url));
const backends = [{ name: 'memory', options: {} }, ...(redis ? [{ name: 'Redis', options: { redis } }] : [])];

/** Callers of one test, known to no other. */
let tests = 0;
const caller = () => `user:${++tests}`;

describe.each(backends)('rate limits in $name', ({ options }) => {
  it('count down, refuse what is too much and say when to come again', async () => {
    const { take, enabled } = openRateLimiter({ perMinute: 2, ...options });
    const who = caller();
    expect(enabled).toBe(true);
    expect(await take(who)).toEqual({ allowed: true, limit: 2, remaining: 1, resetS: 60, retryAfterS: 0 });
    expect(await take(who)).toMatchObject({ allowed: true, remaining: 0, retryAfterS: 0 });
    for (let more = 0; more < 3; more++) {
      const refused = await take(who);
      expect(refused).toMatchObject({ allowed: false, remaining: 0 });
      expect(refused.retryAfterS).toBeGreaterThanOrEqual(58);
      expect(refused.retryAfterS).toBe(refused.resetS);
    }
    expect(await take(caller())).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('let exactly the limit through when all come at once', async () => {
    const { take } = openRateLimiter({ perMinute: 50, ...options });
    const who = caller();
    const results = await Promise.all(Array.from({ length: 200 }, () => take(who)));
    const allowed = results.filter((result) => result.allowed);
    expect(allowed.map((result) => result.remaining).sort((a, b) => b - a)).toEqual(
      Array.from({ length: 50 }, (_, index) => 49 - index),
    );
    expect(results.every((result) => result.allowed || result.remaining === 0)).toBe(true);
  });

  it('allow again after the window', async () => {
    const { take } = openRateLimiter({ perMinute: 1, windowS: 1, ...options });
    const who = caller();
    expect((await take(who)).allowed).toBe(true);
    expect(await take(who)).toMatchObject({ allowed: false, retryAfterS: 1 });
    await until('the window has passed', async () => (await take(who)).allowed);
  });

  it('count the addresses of one IPv6 network together, and other networks apart', async () => {
    const { take } = openRateLimiter({ perMinute: 1, ...options });
    const network = `2001:db8:${(++tests).toString(16)}:1`;
    expect((await take(`ip:${network}::1`)).allowed).toBe(true);
    expect((await take(`ip:${network}:ffff::2`)).allowed).toBe(false);
    expect((await take(`ip:2001:db8:${tests.toString(16)}:2::1`)).allowed).toBe(true);
  });
});

describe('rate limits', () => {
  afterEach(() => void vi.useRealTimers());

  it('are off at 0: all is allowed and no header speaks of limits', async () => {
    const { take, enabled } = openRateLimiter({ perMinute: 0 });
    expect(enabled).toBe(false);
    const result = await take('user:1');
    expect(result.allowed).toBe(true);
    expect(rateHeaders(result)).toEqual({});
  });

  it('tell their state in headers, and when to retry only on refusal', async () => {
    const { take } = openRateLimiter({ perMinute: 1 });
    expect(rateHeaders(await take('user:1'))).toEqual({
      'RateLimit-Limit': '1',
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '60',
    });
    expect(rateHeaders(await take('user:1'))).toMatchObject({
      'RateLimit-Remaining': '0',
      'Retry-After': '60',
    });
  });

  it('never say to retry after 0 seconds, not in the last millisecond either', async () => {
    vi.useFakeTimers();
    const { take } = openRateLimiter({ perMinute: 1 });
    await take('user:1');
    vi.setSystemTime(Date.now() + 59_999);
    expect(rateHeaders(await take('user:1'))).toMatchObject({ 'RateLimit-Reset': '1', 'Retry-After': '1' });
  });

  it('hold a bounded number of callers, and forget the oldest first', async () => {
    vi.useFakeTimers();
    const { take } = openRateLimiter({ perMinute: 2, mostKept: 100 });
    for (let caller = 0; caller <= 10_000; caller++) await take(`user:${caller}`);
    // One timer per kept caller.
    expect(vi.getTimerCount()).toBeGreaterThanOrEqual(90);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(100);
    expect((await take('user:10000')).remaining).toBe(0);
    expect((await take('user:0')).remaining).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
    expect((await take('user:10000')).remaining).toBe(1);
  });

  it('keep the newest window of a caller who has been there before', async () => {
    vi.useFakeTimers();
    const { take } = openRateLimiter({ perMinute: 2, mostKept: 100 });
    for (let caller = 0; caller < 50; caller++) await take(`user:${caller}`);
    vi.advanceTimersByTime(60_000);
    await take('user:0');
    for (let caller = 50; caller <= 100; caller++) await take(`user:${caller}`);
    expect((await take('user:0')).remaining).toBe(0);
  });
});

describe.skipIf(!server)('rate limits on a Redis that comes and goes', () => {
  it('go on in memory while it is dead, say so once, and use it again', async () => {
    if (!server) return;
    const own = await connectRedis(server.url);
    let failures = 0;
    own.client.on('error', () => failures++);
    const { take } = openRateLimiter({ perMinute: 5, redis: own });
    const who = caller();
    expect((await take(who)).remaining).toBe(4);
    await server.kill();
    await until('the outage is noticed', () => own.lines.length > 0);
    const remaining: number[] = [];
    for (let request = 0; request < 6; request++) remaining.push((await take(who)).remaining);
    expect(remaining).toEqual([4, 3, 2, 1, 0, 0]);
    expect((await take(who)).allowed).toBe(false);
    await until('it has tried again a few times', () => failures >= 3);
    expect(own.lines).toHaveLength(1);
    await server.start();
    await until('Redis is connected again', () => own.client.status === 'ready');
    expect(await take(who)).toMatchObject({ allowed: true, remaining: 4 });
    expect(await own.client.keys('pitwall:rate:*')).toEqual([`pitwall:rate:${who}`]);
    expect(own.lines).toHaveLength(2);
    expect(own.lines[1]).toContain('answers again');
  });
});
