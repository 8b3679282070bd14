import {
  POSITION_LIMITS,
  type Position,
  type PositionList,
  type PositionQuery,
} from '@/lib/contracts/positions';
import { deviceById } from '@/lib/db/devices';
import { countFixes, newestFixUs, readFixes } from '@/lib/db/positions';
import { AppError, notFound } from '@/lib/errors';
import type { FixColumns } from '@/lib/timing/types';
import type { ServiceContext } from './context';
import { isoOfUs } from './instants';
import { verb } from './verb';

const WINDOW_US = POSITION_LIMITS.windowS * 1e6;

/** The stored positions of a device, oldest first; the cursor is the time of the last one given, in µs. */
export const listPositions = verb(
  'device.read',
  async (ctx, input: Omit<PositionQuery, 'format'> & { id: number }): Promise<PositionList> => {
    const device = await deviceById(ctx.db, input.id);
    if (!device) throw notFound(`device ${input.id}`);
    const { id, frame } = device;
    const { fromUs, untilUs } = await windowOf(ctx, input);
    const startUs = Math.max(fromUs, afterCursor(input.cursor));
    // One more than asked for tells whether there is a next page.
    const fixes = await readFixes(ctx.db, id, frame, startUs, untilUs, input.limit + 1);
    const items = positionsOf(fixes, Math.min(input.limit, fixes.count));
    const isAll = input.cursor === undefined && fixes.count <= input.limit;
    return {
      device_id: id,
      frame,
      from: isoOfUs(fromUs),
      to: isoOfUs(untilUs),
      items,
      total: isAll ? items.length : await countFixes(ctx.db, id, fromUs, untilUs),
      next: fixes.count > input.limit ? String(Math.round((items.at(-1)?.time_ms ?? 0) * 1000)) : null,
    };
  },
);

async function windowOf(
  ctx: Pick<ServiceContext, 'db'>,
  input: Pick<PositionQuery, 'from' | 'to'> & { id: number },
): Promise<{ fromUs: number; untilUs: number }> {
  const given = (text: string | undefined) => (text === undefined ? null : Date.parse(text) * 1000);
  const [from, to] = [given(input.from), given(input.to)];
  const untilUs =
    to ??
    (from === null
      ? Math.ceil(((await newestFixUs(ctx.db, input.id)) ?? 0) / 1000 + 1) * 1000
      : from + WINDOW_US);
  const fromUs = from ?? Math.max(0, untilUs - WINDOW_US);
  if (fromUs >= untilUs) throw refused('from', 'must lie before to');
  if (untilUs - fromUs > WINDOW_US)
    throw refused(
      'to',
      `lies more than ${POSITION_LIMITS.windowS / 3600} hours after from: ask for less at a time`,
    );
  return { fromUs, untilUs };
}

/** The first time that a page after this cursor may have. */
function afterCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const lastUs = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(lastUs)) return lastUs + 1;
  throw refused('cursor', 'is not one that a list gave');
}

const refused = (field: string, message: string): AppError =>
  new AppError('bad_request', 400, `${field}: ${message}.`, [{ field, message }]);

function positionsOf(fixes: FixColumns, count: number): Position[] {
  return Array.from({ length: count }, (_, row) => ({
    time_ms: fixes.timeMs[row] ?? 0,
    ...placeOf(fixes, row),
    speed_mps: known(fixes.speedMps[row]),
    course_deg: known(fixes.courseDeg[row]),
    altitude_m: known(fixes.altitudeM[row]),
    accuracy_m: known(fixes.accuracyM[row]),
  }));
}

function placeOf({ frame, x, y }: FixColumns, row: number) {
  const [first, second] = [x[row] ?? 0, y[row] ?? 0];
  return frame === 'wgs84' ? { lat: second, lon: first } : { x_m: first, y_m: second };
}

/** A stored float4 by the fewest digits that read back as the same; null = not known. */
function known(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
