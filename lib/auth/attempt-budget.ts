/** What is remembered of one counter of failed logins. */
export type Budget = {
  /** Attempts that did not succeed; those under way count as failed. */
  failures: number;
  /** When all of this is forgotten (epoch ms). */
  forgottenAtMs: number;
  /** Before this no further attempt (epoch ms); 0 while attempts are free. */
  nextAtMs: number;
};

/** The first `free` failures within this time cost nothing. */
const FREE_WINDOW_MS = 15 * 60_000;
/** Once there were more, only so much quiet makes them forgotten. */
const QUIET_MS = 60 * 60_000;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 15 * 60_000;

/** The budget that counts now, or null when there is none or it is forgotten. */
export function current(budget: Budget | null, nowMs: number): Budget | null {
  if (budget === null || budget.forgottenAtMs <= nowMs) return null;
  // Further away than any rule puts it: the clock was set back, and a wait must not last until it caught up.
  return budget.forgottenAtMs > nowMs + QUIET_MS ? null : budget;
}

/** Whether its free failures are used up. */
export const isUsedUp = (budget: Budget | null, free: number): boolean =>
  budget !== null && budget.failures >= free;

/** How long until the next attempt (ms), 0 = now. */
export const waitMs = (budget: Budget | null, nowMs: number): number =>
  budget === null ? 0 : Math.max(0, budget.nextAtMs - nowMs);

/** Counts one attempt as failed. From the last free one on, each makes the next wait: 2 s, 4 s, 8 s … 15 min. */
export function spend(budget: Budget | null, free: number, nowMs: number): Budget {
  const failures = (budget?.failures ?? 0) + 1;
  if (failures < free)
    return { failures, forgottenAtMs: budget?.forgottenAtMs ?? nowMs + FREE_WINDOW_MS, nextAtMs: 0 };
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - free, 30), LONGEST_DELAY_MS);
  return { failures, forgottenAtMs: nowMs + QUIET_MS, nextAtMs: nowMs + delayMs };
}

/**
 * Takes one attempt back. A wait goes with it only when free attempts are left again: beyond them others may have
 * caused it meanwhile. Null = nothing is left.
 */
export function refund(budget: Budget | null, free: number): Budget | null {
  if (budget === null || budget.failures <= 1) return null;
  const failures = budget.failures - 1;
  return { ...budget, failures, nextAtMs: failures < free ? 0 : budget.nextAtMs };
}
