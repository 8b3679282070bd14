import { z } from 'zod';
import { POSITION_LIMITS } from '@/lib/contracts/positions';
import type { RobotItem } from '@/lib/contracts/robots';
import { isAppError } from '@/lib/errors';
import { getRobot, getRobotOdometer, listRobotEvents, listRobots } from '@/lib/services/robots';
import { wholeNumber } from './seed-body';
import { type SeedRoute, seedAnswer, seedRoute } from './seed-route';
import { wholeList } from './whole-list';

const seed = 'fr-telemetry';

const robotOf = (robot: RobotItem) => ({
  name: robot.name,
  odometer: robot.odometer_m,
  last_x: robot.x_m,
  last_y: robot.y_m,
  created_time: robot.created_at,
  updated_time: robot.last_seen,
  // Robots were never removed there either.
  removed_time: null,
});

const moment = wholeNumber(z.int().min(0).max(9_007_199_254_740)).optional();
const range = z.object({ start_time: moment, end_time: moment });

/** What `read` gives, or `other` for a robot that is none: these URLs answer for every name. */
async function orElse<T>(read: Promise<T>, other: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (isAppError(error) && error.code === 'not_found') return other;
    throw error;
  }
}

const listRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/robots',
  successor: '/api/v1/robots',
  action: listRobots.action,
  fn: ({ ctx }) => wholeList((page) => listRobots(ctx, page), robotOf),
});

const robotRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/robots/{name}',
  successor: '/api/v1/robots/{name}',
  action: getRobot.action,
  fn: async ({ ctx, name }) => robotOf(await getRobot(ctx, name)),
});

const eventsRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/robots/{name}/events',
  successor: '/api/v1/robots/{name}/events',
  action: listRobotEvents.action,
  query: range,
  async fn({ ctx, name, query }) {
    const asked = listRobotEvents(ctx, { ...query, name, limit: POSITION_LIMITS.rows });
    const { robot, items, total } = await orElse(asked, { robot: name, items: [], total: 0, next: null });
    const events = items.map(({ time_ms, x_m, y_m }) => ({ robot, x: x_m, y: y_m, timestamp: time_ms }));
    return seedAnswer(events, { headers: { 'X-Total-Count': String(total) } });
  },
});

const odometerRoute = seedRoute({
  seed,
  method: 'GET',
  path: '/api/robots/{name}/odometer',
  successor: '/api/v1/robots/{name}/odometer',
  action: getRobotOdometer.action,
  query: range,
  async fn({ ctx, name, query }) {
    const { odometer_m } = await orElse<{ odometer_m: number }>(getRobotOdometer(ctx, { ...query, name }), {
      odometer_m: 0,
    });
    return { robot: name, odometer: odometer_m };
  },
});

/** fr_telemetry's URLs. */
export const ROBOTS: readonly SeedRoute[] = [listRoute, robotRoute, eventsRoute, odometerRoute];
