import { robotsById } from '@/lib/db/device-states';
import { joinRobotChannel, type RobotChannel } from '@/lib/live/robot-news';
import { robotItemOf } from './robots';
import { verb } from './verb';

/** What tells where robots are while they move; to be released when nobody listens any more. */
export const watchRobots = verb(
  'robot.list',
  async ({ bus, db, report }, _: undefined): Promise<RobotChannel> =>
    joinRobotChannel({
      bus,
      report,
      async robotsOf(deviceIds) {
        const rows = await robotsById(db, deviceIds);
        return rows.map((row) => robotItemOf(row, Date.now()));
      },
    }),
);
