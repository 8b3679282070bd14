import { patiently } from '@/lib/db/patience';
import { newestFixUs, prepareFixes, storePrepared } from '@/lib/db/positions';
import type { Channel, FixColumns } from '@/lib/timing/types';
import type { WorkerContext } from '../context';

/** A statement should take about this long, so that others get their turn on the embedded database. */
const AIM_MS = 30;
const [LEAST_ROWS, FIRST_ROWS, MOST_ROWS] = [250, 1000, 2500];

/**
 * Stores a device's normalised fixes and channels, piece by piece in order of time; what is there already from an
 * interrupted run is left out. `onStored` hears how many rows are stored.
 */
export async function storeFixes(
  { db, sql }: Pick<WorkerContext, 'db' | 'sql'>,
  deviceId: number,
  fixes: FixColumns,
  channels: readonly Channel[],
  onStored: (rows: number) => void = () => {},
): Promise<void> {
  const newestUs = await patiently(() => newestFixUs(db, deviceId));
  let from = newestUs === null ? 0 : rowsUntil(fixes, newestUs);
  let rows = FIRST_ROWS;
  let next = prepare(from, rows);
  while (next) {
    const { run, to } = next;
    const startMs = performance.now();
    const stored = patiently(() => storePrepared(sql, run)).then(() => performance.now() - startMs);
    // It is on its way before the next is made; order matters, so only one is on its way.
    await new Promise(setImmediate);
    next = prepare(to, rows);
    const tookMs = await stored;
    rows = Math.round(Math.min(MOST_ROWS, Math.max(LEAST_ROWS, (rows * AIM_MS) / Math.max(tookMs, 1))));
    from = to;
    onStored(from);
  }

  function prepare(first: number, count: number) {
    const to = Math.min(first + count, fixes.count);
    return to > first ? { run: prepareFixes(deviceId, fixes, channels, first, to), to } : null;
  }
}

/** How many rows lie at or before a time. */
function rowsUntil(fixes: FixColumns, timeUs: number): number {
  const row = fixes.timeMs.findIndex((timeMs) => Math.round(timeMs * 1000) > timeUs);
  return row < 0 ? fixes.count : row;
}
