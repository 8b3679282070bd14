import type postgres from 'postgres';
import type { IncomingFix, IngestDevice } from '@/lib/live/ingest';
import { type OdometerFix, stepM } from '@/lib/timing/odometer';

type Row = {
  before_us: string | null;
  before_x: number;
  before_y: number;
  before_speed: number | null;
  after_us: string | null;
  after_x: number;
  after_y: number;
  after_speed: number | null;
};

const us = (timeMs: number): number => Math.round(timeMs * 1000);

/**
 * By how many metres a device's odometer changes when `late` (rising in time, stored already) stand between older
 * fixes: the ways through them instead of the ways past them. Each asks the index for its two neighbours.
 */
export async function lateWaysM(
  tx: postgres.TransactionSql,
  { id, frame }: IngestDevice,
  late: readonly IncomingFix[],
): Promise<number> {
  const place = frame === 'planar' ? 'x_m as x, y_m as y' : 'lon as x, lat as y';
  const side = (order: 'desc' | 'asc') => `
    select time_us, ${place}, speed_mps from positions
    where device_id = $1::int4 and time_us ${order === 'desc' ? '<' : '>'} fix.time_us
    order by time_us ${order} limit 1`;
  const rows = await tx.unsafe<Row[]>(
    `select before.time_us as before_us, before.x as before_x, before.y as before_y,
       before.speed_mps as before_speed, after.time_us as after_us, after.x as after_x, after.y as after_y,
       after.speed_mps as after_speed
     from unnest($2::text::int8[]) with ordinality as fix(time_us, place)
     left join lateral (${side('desc')}) as before on true
     left join lateral (${side('asc')}) as after on true
     order by fix.place`,
    [id, `{${late.map(({ timeMs }) => us(timeMs)).join(',')}}`],
    { prepare: true },
  );
  const way = (a: OdometerFix | null, b: OdometerFix | null) => (a && b ? stepM(frame, a, b) : 0);
  let changeM = 0;
  /** Where the run of late fixes that stand side by side began. */
  let runBefore: OdometerFix | null = null;
  for (const [index, fix] of late.entries()) {
    const row = rows[index];
    if (!row) break;
    const before = neighbour(row.before_us, row.before_x, row.before_y, row.before_speed);
    const after = neighbour(row.after_us, row.after_x, row.after_y, row.after_speed);
    const goesOn = index > 0 && before?.timeMs === late[index - 1]?.timeMs;
    if (!goesOn) runBefore = before;
    changeM += way(before, fix);
    const next = late[index + 1];
    if (next && after?.timeMs === next.timeMs) continue;
    changeM += way(fix, after) - way(runBefore, after);
  }
  return changeM;
}

function neighbour(timeUs: string | null, x: number, y: number, speedMps: number | null): OdometerFix | null {
  if (timeUs === null) return null;
  return { timeMs: Number(timeUs) / 1000, x, y, speedMps: Math.fround(speedMps ?? Number.NaN) };
}
