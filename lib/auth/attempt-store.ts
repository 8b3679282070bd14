import type { RedisConnection } from '@/lib/live/redis';
import type { Budget } from './attempt-budget';

/** What a change makes of the budgets it was given, in their order; null = remove. Without `next` all stay. */
export type Change<T> = { result: T; next?: readonly (Budget | null)[] };
export type Decide<T> = (budgets: (Budget | null)[]) => Change<T>;

/** Keeps budgets by key. Each change sees and writes all its keys at once, with no other change between. */
export type AttemptStore = {
  change<T>(keys: readonly string[], decide: Decide<T>): Promise<T>;
};

/** About 15 MB. */
const MOST_KEPT = 50_000;
/** Only a change that wrote something makes another one try again, and few changes of one place write. */
const MOST_TRIES = 500;

/**
 * In this process. It never holds more than `most` budgets: those written longest ago go first. A flood that
 * pushes others out needs thousands of addresses, because an address whose budget is used up writes nothing.
 */
export function openMemoryAttempts(most = MOST_KEPT) {
  const kept = new Map<string, Budget>();
  const put = (key: string, budget: Budget | null) => {
    kept.delete(key);
    if (budget) kept.set(key, budget);
    if (kept.size <= most) return;
    // A tenth at once: to find the first key of a Map that has lost many costs a walk over the gaps.
    for (const oldest of kept.keys()) {
      if (kept.size <= most * 0.9) break;
      kept.delete(oldest);
    }
  };
  const putAll = (keys: readonly string[], budgets: readonly (Budget | null)[]) => {
    for (const [index, key] of keys.entries()) put(key, budgets[index] ?? null);
  };
  return {
    async change<T>(keys: readonly string[], decide: Decide<T>): Promise<T> {
      const { result, next } = decide(keys.map((key) => kept.get(key) ?? null));
      if (next) putAll(keys, next);
      return result;
    },
    putAll,
    size: () => kept.size,
  };
}

/**
 * In Redis, for all processes together. While Redis is away this process goes on in memory with what it has written
 * itself, so a login never waits for Redis and an outage gives nobody new free attempts at the same process.
 */
export function openRedisAttempts(redis: RedisConnection, nowMs: () => number): AttemptStore {
  const memory = openMemoryAttempts();
  return {
    async change(keys, decide) {
      try {
        const { result, next } = await changeInRedis(redis, keys, decide, nowMs);
        if (next) memory.putAll(keys, next);
        return result;
      } catch (error) {
        redis.complain(error);
        return memory.change(keys, decide);
      }
    },
  };
}

/** Reads, decides, and writes if nothing has changed meanwhile; else again. */
async function changeInRedis<T>(
  { client }: RedisConnection,
  keys: readonly string[],
  decide: Decide<T>,
  nowMs: () => number,
): Promise<Change<T>> {
  const names = keys.map((key) => `pitwall:attempts:${key}`);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await client.mget(names);
    const change = decide(before.map(readBudget));
    if (!change.next) return change;
    const values = names.flatMap((_, index) => {
      const budget = change.next?.[index] ?? null;
      const keptForMs = budget ? Math.max(1, Math.ceil(budget.forgottenAtMs - nowMs())) : 1;
      return [before[index] ?? '', budget ? writeBudget(budget) : '', keptForMs];
    });
    if ((await client.eval(WRITE_IF_UNCHANGED, names.length, ...names, ...values)) === 1) return change;
  }
  throw new Error(`the counters of one address changed ${MOST_TRIES} times while one attempt was counted`);
}

/** Per key: what it was, what it becomes, for how many ms; an empty text stands for nothing. */
const WRITE_IF_UNCHANGED = `
for index, key in ipairs(KEYS) do
  if (redis.call('GET', key) or '') ~= ARGV[3 * index - 2] then return 0 end
end
for index, key in ipairs(KEYS) do
  local value = ARGV[3 * index - 1]
  if value == '' then redis.call('DEL', key) else redis.call('SET', key, value, 'PX', ARGV[3 * index]) end
end
return 1`;

const writeBudget = (budget: Budget): string =>
  [budget.failures, Math.round(budget.forgottenAtMs), Math.round(budget.nextAtMs)].join(' ');

/** Null for nothing, and for what this version does not understand. */
function readBudget(text: string | null): Budget | null {
  const found = /^(\d{1,9}) (\d{1,15}) (\d{1,15})$/.exec(text ?? '');
  if (!found) return null;
  const [failures = 0, forgottenAtMs = 0, nextAtMs = 0] = found.slice(1).map(Number);
  return { failures, forgottenAtMs, nextAtMs };
}
