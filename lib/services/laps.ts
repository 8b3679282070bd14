import { stintsOf } from '@/lib/analysis/statistics';
import type { LapItem, LapTrace } from '@/lib/contracts/laps';
import { type LapRow, lapTrace } from '@/lib/db/laps';
import { loadTrace } from '@/lib/db/trace-blob';
import { notFound } from '@/lib/errors';
import { isoOfUs, roundedOrNull, roundMs } from './instants';
import { verb } from './verb';

/** Rows of one session, entry by entry in driving order, as the API gives them. */
export function lapItemsOf(rows: readonly LapRow[]): LapItem[] {
  const byEntry = new Map<number, LapRow[]>();
  for (const row of rows) byEntry.set(row.entry_id, [...(byEntry.get(row.entry_id) ?? []), row]);
  return [...byEntry.values()].flatMap((laps) => {
    const stints = stintsOf(laps);
    return laps.map((row, index) => lapItemOf(row, stints[index] ?? 1));
  });
}

/** A lap as the API gives it. */
export function lapItemOf(row: LapRow, stint: number): LapItem {
  const startedUs = Number(row.started_us);
  return {
    id: Number(row.id),
    session_id: row.session_id,
    entry_id: row.entry_id,
    device_id: row.device_id,
    number: row.number,
    class: row.class,
    reason: row.reason,
    lap_time_ms: roundMs(row.time_ms),
    uncertainty_ms: roundedOrNull(row.uncertainty_ms),
    estimated: row.estimated,
    started_at: isoOfUs(startedUs),
    started_ms: startedUs / 1000,
    ended_ms: Number(row.ended_us) / 1000,
    sectors: row.sectors.map(({ number, time_ms }) => ({ number, time_ms: roundedOrNull(time_ms) })),
    distance_m: row.distance_m,
    top_speed_mps: row.top_speed_mps,
    min_speed_mps: row.min_speed_mps,
    stint,
    track_revision: row.track_revision,
    source: row.source,
  };
}

/** What one lap recorded. With its device it is one look at one place of the database. */
export const getLapTrace = verb(
  'lap.read',
  async (ctx, input: { id: number; deviceId: number | null }): Promise<LapTrace> => {
    const row = await lapTrace(ctx.db, input.id, input.deviceId);
    if (!row) throw notFound(`trace of lap ${input.id}`);
    const { samples, columns } = loadTrace(row);
    return {
      lap_id: input.id,
      device_id: row.deviceId,
      frame: row.frame,
      samples,
      channels: columns.map(({ name, unit }) => ({ name, unit })),
      columns: Object.fromEntries(
        columns.map(({ name, values }) => [
          name,
          Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
        ]),
      ),
    };
  },
);
