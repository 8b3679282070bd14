/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value that the given part (0–1) of the values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/**
 * Runs two works alternately, so that a machine that slows down slows both, and gives the median ms of each.
 * The first round warms up and does not count.
 */
export async function sideBySide(
  rounds: number,
  first: () => unknown,
  second: () => unknown,
): Promise<{ firstMs: number; secondMs: number }> {
  const times: [number, number][] = [];
  for (let round = 0; round <= rounds; round++) times.push([await timed(first), await timed(second)]);
  const counted = times.slice(1);
  return { firstMs: median(counted.map(([ms]) => ms)), secondMs: median(counted.map(([, ms]) => ms)) };
}
