/** Milliseconds in steps of one; what is above the last step counts there. */
export type Histogram = {
  add(ms: number): void;
  count(): number;
  /** The value that the given part (0–1) of all does not exceed; null without any. */
  quantile(part: number): number | null;
  max(): number | null;
};

const STEPS = 30_000;

export function histogram(): Histogram {
  const counts = new Uint32Array(STEPS + 1);
  let [total, most] = [0, Number.NEGATIVE_INFINITY];
  return {
    add(ms) {
      const step = Math.min(STEPS, Math.max(0, Math.round(ms)));
      counts[step] = (counts[step] ?? 0) + 1;
      total++;
      most = Math.max(most, ms);
    },
    count: () => total,
    quantile(part) {
      let left = Math.ceil(total * part);
      for (let step = 0; step <= STEPS; step++) {
        left -= counts[step] ?? 0;
        if (left <= 0 && total > 0) return step;
      }
      return null;
    },
    max: () => (total > 0 ? most : null),
  };
}
