type Comparable = { startMs: number; endMs: number; class: string; reason: string | null };

/** How many of the laps of `before` are others in `after`. */
export function changedLaps(before: readonly Comparable[], after: readonly Comparable[]): number {
  const key = (lap: Comparable) => `${lap.startMs} ${lap.endMs} ${lap.class} ${lap.reason}`;
  const now = new Set(after.map(key));
  return before.filter((lap) => !now.has(key(lap))).length;
}
