import { ONLINE_S, type RobotItem, type RobotRange } from '@/lib/contracts/robots';
import * as store from '@/lib/db/device-states';
import { readFixes } from '@/lib/db/positions';
import { AppError, notFound } from '@/lib/errors';
import { robotName } from '@/lib/feeds/robots';
import type { ServiceContext } from './context';
import { isoOf } from './instants';
import { inOrder, tripsOf } from './odometer';
import { type Page, pageOf } from './paging';
import { verb } from './verb';

/** Robots by name. */
export const listRobots = verb('robot.list', async (ctx, input: Page) => {
  const page = pageOf(input);
  const rows = await store.listRobots(ctx.db, page.limit, page.offset);
  return page.list(
    rows.map((row) => robotItemOf(row, Date.now())),
    await store.countRobots(ctx.db),
  );
});

/** A robot by its name. */
export const getRobot = verb('robot.read', async (ctx, name: string): Promise<RobotItem> => {
  const row = await rowNamed(ctx, name);
  if (!row) throw notFound(`robot ${JSON.stringify(name)}`);
  return robotItemOf(row, Date.now());
});

/** A robot as the API gives it. */
export function robotItemOf({ state, ...row }: store.RobotRow, nowMs: number): RobotItem {
  const lastSeen = state?.receivedAt == null ? null : isoOf(state.receivedAt);
  return {
    device_id: row.id,
    name: row.name,
    time_ms: state?.lastUs == null ? null : state.lastUs / 1000,
    x_m: state?.x ?? null,
    y_m: state?.y ?? null,
    odometer_m: state?.odometerM ?? 0,
    trips: tripsOf(state),
    last_seen: lastSeen,
    online: lastSeen !== null && nowMs - Date.parse(lastSeen) <= ONLINE_S * 1000,
    events: state?.stored ?? 0,
    duplicates: state?.duplicates ?? 0,
    refused: state?.refused ?? {},
    created_at: isoOf(row.createdAt),
  };
}

async function rowNamed(ctx: Pick<ServiceContext, 'db'>, text: string): Promise<store.RobotRow | null> {
  const name = robotName(text);
  return name === null ? null : store.robotNamed(ctx.db, name);
}

const LATEST_US = Number.MAX_SAFE_INTEGER;

function boundsUs({ start_time, end_time }: RobotRange): { fromUs: number | null; toUs: number | null } {
  const [fromMs, toMs] = inOrder(start_time ?? null, end_time ?? null);
  return { fromUs: fromMs === null ? null : fromMs * 1000, toUs: toMs === null ? null : toMs * 1000 };
}

export type RobotEventsQuery = RobotRange & Page & { name: string };

/** Where a robot was between two times of its own clock, both included, oldest first. */
export const listRobotEvents = verb('robot.read', async (ctx, { name, ...query }: RobotEventsQuery) => {
  const row = await rowNamed(ctx, name);
  if (!row) throw notFound(`robot ${JSON.stringify(name)}`);
  const { fromUs, toUs } = boundsUs(query);
  const [from, until] = [Math.max(fromUs ?? 0, afterCursor(query.cursor)), toUs ?? LATEST_US - 1];
  // One more than asked for tells whether there is a next page.
  const fixes = await readFixes(ctx.db, row.id, 'planar', from, until + 1, query.limit + 1);
  const items = Array.from({ length: Math.min(fixes.count, query.limit) }, (_, at) => ({
    time_ms: fixes.timeMs[at] ?? 0,
    x_m: fixes.x[at] ?? 0,
    y_m: fixes.y[at] ?? 0,
  }));
  const isAll = query.cursor === undefined && fixes.count <= query.limit;
  return {
    robot: row.name,
    items,
    total: isAll ? items.length : await store.countBetween(ctx.db, row.id, fromUs ?? 0, until),
    next: fixes.count > query.limit ? String(Math.round((items.at(-1)?.time_ms ?? 0) * 1000)) : null,
  };
});

/** The first time that a page after this cursor may have. */
function afterCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const lastUs = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(lastUs)) return lastUs + 1;
  throw new AppError('bad_request', 400, 'The cursor is not one that a list gave.', [
    { field: 'cursor', message: 'unknown' },
  ]);
}

/** A robot's way between two times of its own clock, both included; without any as its odometer stands. */
export const getRobotOdometer = verb(
  'robot.read',
  async (ctx, { name, ...query }: RobotRange & { name: string }) => {
    const row = await rowNamed(ctx, name);
    if (!row) throw notFound(`robot ${JSON.stringify(name)}`);
    const { fromUs, toUs } = boundsUs(query);
    const isWhole = fromUs === null && toUs === null;
    return {
      device_id: row.id,
      odometer_m: isWhole
        ? (row.state?.odometerM ?? 0)
        : await store.rangeOdometer(ctx.db, row.id, 'planar', fromUs, toUs),
      from_ms: fromUs === null ? null : fromUs / 1000,
      to_ms: toUs === null ? null : toUs / 1000,
      trips: tripsOf(row.state),
    };
  },
);
