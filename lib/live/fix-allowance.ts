export type FixAllowance = {
  /** 0 = the device may send so many now (they are counted); else whole seconds to wait. */
  waitS(deviceId: number, fixes: number): number;
};

/** A device that was away may send so many seconds' worth at once. */
const BURST_S = 60;
/** Devices remembered; a full allowance needs no memory. */
const MOST_DEVICES = 10_000;

/**
 * Fixes per second and device as a bucket that fills at `perSecond`. A request larger than the whole bucket passes
 * when the bucket is full. 0 = no limit.
 */
export function fixAllowance(perSecond: number, now: () => number): FixAllowance {
  const full = perSecond * BURST_S;
  const buckets = new Map<number, { left: number; atMs: number }>();
  return {
    waitS(deviceId, fixes) {
      if (perSecond === 0) return 0;
      const nowMs = now();
      const bucket = buckets.get(deviceId) ?? { left: full, atMs: nowMs };
      const left = Math.min(full, bucket.left + ((nowMs - bucket.atMs) / 1000) * perSecond);
      const needed = Math.min(fixes, full);
      if (left < needed) return Math.max(1, Math.ceil((needed - left) / perSecond));
      if (buckets.size >= MOST_DEVICES) buckets.delete(buckets.keys().next().value ?? deviceId);
      buckets.delete(deviceId);
      buckets.set(deviceId, { left: left - needed, atMs: nowMs });
      return 0;
    },
  };
}
