import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisConnection } from '@/lib/live/redis';
import { networkPrefix } from './network-prefix';

export type RateResult = {
  allowed: boolean;
  /** Requests per window; 0 = there is no limit. */
  limit: number;
  /** What is left of it; never negative. */
  remaining: number;
  /** Whole seconds until the window ends, at least 1 (0 without a limit). */
  resetS: number;
  /** When refused: after how many whole seconds to come again, at least 1; else 0. */
  retryAfterS: number;
};

export type RateLimiter = {
  /** Counts one request of `who`: `user:3`, `key:12`, `token:<jti>`, `ip:1.2.3.4` (IPv6 counts by its /64). */
  take(who: string): Promise<RateResult>;
  enabled: boolean;
};

/** Windows begin with the first request of each `who`. */
const WINDOW_S = 60;
/** About 40 MB with their timers. */
const MOST_KEPT = 100_000;

const UNLIMITED: RateResult = { allowed: true, limit: 0, remaining: 0, resetS: 0, retryAfterS: 0 };

/**
 * Allows `perMinute` requests per caller; 0 = off. With `redis` all processes count together; while it is away each
 * counts alone in memory. `windowS` and `mostKept` are for tests.
 */
export function openRateLimiter(options: {
  perMinute: number;
  redis?: RedisConnection;
  windowS?: number;
  mostKept?: number;
}): RateLimiter {
  const { perMinute, redis, windowS = WINDOW_S, mostKept = MOST_KEPT } = options;
  if (perMinute <= 0) return { take: async () => UNLIMITED, enabled: false };
  const rule = { points: perMinute, duration: windowS, keyPrefix: 'pitwall:rate' };
  const inMemory = openMemoryCounter(rule, mostKept);
  const count = redis ? orElse(openRedisCounter(rule, redis), inMemory, redis) : inMemory;
  return {
    take: async (who) => {
      const key = who.startsWith('ip:') ? `ip:${networkPrefix(who.slice(3))}` : who;
      return resultOf(await count(key), perMinute);
    },
    enabled: true,
  };
}

/** The headers that tell a caller his limit; none without a limit. */
export function rateHeaders(result: RateResult): Record<string, string> {
  if (result.limit === 0) return {};
  return {
    'RateLimit-Limit': String(result.limit),
    'RateLimit-Remaining': String(result.remaining),
    'RateLimit-Reset': String(result.resetS),
    ...(!result.allowed && { 'Retry-After': String(result.retryAfterS) }),
  };
}

type Rule = { points: number; duration: number; keyPrefix: string };
type Count = (key: string) => Promise<RateLimiterRes>;

function openRedisCounter(rule: Rule, { client }: RedisConnection): Count {
  const limiter = new RateLimiterRedis({ ...rule, storeClient: client });
  // `penalty` counts as `consume` does, but throws only when Redis fails.
  return (key) => limiter.penalty(key);
}

/** The library's own insurance would swallow why Redis failed. */
function orElse(inRedis: Count, inMemory: Count, redis: RedisConnection): Count {
  return async (key) => {
    try {
      return await inRedis(key);
    } catch (error) {
      redis.complain(error);
      return inMemory(key);
    }
  };
}

/**
 * The library keeps a key until a timer ends its window, however many there are; here the oldest windows go first.
 * A tenth at once, because to find the first key of a Map that has lost many costs a walk over the gaps.
 */
function openMemoryCounter(rule: Rule, mostKept: number): Count {
  const limiter = new RateLimiterMemory(rule);
  const byAge = new Set<string>();
  return async (key) => {
    const result = await limiter.penalty(key);
    if (!result.isFirstInDuration) return result;
    byAge.delete(key);
    byAge.add(key);
    if (byAge.size <= mostKept) return result;
    for (const oldest of byAge) {
      if (byAge.size <= mostKept * 0.9) break;
      byAge.delete(oldest);
      void limiter.delete(oldest);
    }
    return result;
  };
}

function resultOf({ consumedPoints, msBeforeNext }: RateLimiterRes, limit: number): RateResult {
  const allowed = consumedPoints <= limit;
  const resetS = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return {
    allowed,
    limit,
    remaining: Math.max(0, limit - consumedPoints),
    resetS,
    retryAfterS: allowed ? 0 : resetS,
  };
}
