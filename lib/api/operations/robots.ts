import { z } from 'zod';
import { id, listQuery } from '@/lib/contracts/common';
import {
  odometer,
  odometerQuery,
  type RobotNews,
  robotEventList,
  robotInPath,
  robotItem,
  robotList,
  robotRange,
  tripName,
} from '@/lib/contracts/robots';
import { ROBOTS_TOPIC } from '@/lib/live/robot-news';
import { sseResponse } from '@/lib/live/sse';
import { getOdometer, resetDeviceTrip } from '@/lib/services/odometer';
import { watchRobots } from '@/lib/services/robot-watch';
import { getRobot, getRobotOdometer, listRobotEvents, listRobots } from '@/lib/services/robots';
import { operation } from '../operation';
import { watchLogin } from '../request-context';

export const listRobotsOperation = operation('listRobots', {
  method: 'GET',
  path: '/api/v1/robots',
  summary: 'Robots by name, with where they are and their odometers',
  action: listRobots.action,
  query: listQuery,
  csv: { name: 'robots.csv', omit: ['refused'] },
  answer: robotList,
  fn: ({ ctx, query }) => listRobots(ctx, query),
});

export const streamRobotsOperation = operation('streamRobots', {
  method: 'GET',
  path: '/api/v1/robots/stream',
  summary: 'Robots as they move',
  description:
    'Server-sent events `robots`, at most ten a second: `{fixes: [[device_id, time_ms, x_m, y_m], …], robots: […]}` with the places since the last event (thinned out where a robot sends faster than 200 a second) and the rows that changed. The first event, or the first ones where there are over 1,000, has all robots. Last-Event-ID goes on where it ended.',
  action: watchRobots.action,
  answer: null,
  status: 200,
  otherAnswers: [{ type: 'text/event-stream', description: 'Events `robots`.' }],
  async fn({ ctx, request }) {
    const login = await watchLogin(ctx, request);
    const channel = await watchRobots(ctx, undefined);
    return sseResponse({
      bus: channel.bus,
      topic: ROBOTS_TOPIC,
      event: 'robots',
      async initial(): Promise<RobotNews[]> {
        const news: RobotNews[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await listRobots(ctx, { limit: 1000, ...(cursor && { cursor }) });
          news.push({ fixes: [], robots: page.items });
          cursor = page.next;
        }
        return news;
      },
      lastEventId: request.headers.get('last-event-id'),
      signal: login.signal,
      release() {
        login.release();
        channel.release();
      },
    });
  },
});

export const getRobotOperation = operation('getRobot', {
  method: 'GET',
  path: '/api/v1/robots/{name}',
  summary: 'One robot',
  description:
    'The name is compared exactly; a blank in it is %20, a slash %2F. A robot named `events` or `stream` is found in the list alone.',
  action: getRobot.action,
  params: robotInPath,
  answer: robotItem,
  fn: ({ ctx, params }) => getRobot(ctx, params.name),
});

const RANGE =
  '`start_time` and `end_time` are milliseconds by the robot’s own clock, both included, in either order; one alone is open at the other end.';

export const listRobotEventsOperation = operation('listRobotEvents', {
  method: 'GET',
  path: '/api/v1/robots/{name}/events',
  summary: 'Where a robot was, oldest first',
  description: RANGE,
  action: listRobotEvents.action,
  params: robotInPath,
  query: listQuery.extend(robotRange.shape),
  csv: { name: 'robot-events.csv' },
  answer: robotEventList,
  fn: ({ ctx, params, query }) => listRobotEvents(ctx, { ...query, name: params.name }),
});

export const getRobotOdometerOperation = operation('getRobotOdometer', {
  method: 'GET',
  path: '/api/v1/robots/{name}/odometer',
  summary: 'The way of a robot, in all or between two times',
  description: `${RANGE} Ways between two stored places count when both lie inside.`,
  action: getRobotOdometer.action,
  params: robotInPath,
  query: robotRange,
  answer: odometer,
  fn: ({ ctx, params, query }) => getRobotOdometer(ctx, { ...query, name: params.name }),
});

export const getOdometerOperation = operation('getOdometer', {
  method: 'GET',
  path: '/api/v1/devices/{id}/odometer',
  summary: 'The way of a device, in all or between two times',
  description:
    'Without bounds what the odometer shows. `from` and `to` are instants, `from_ms` and `to_ms` milliseconds where the device’s clock is not the world’s; both are included, in either order.',
  action: getOdometer.action,
  params: z.object({ id }),
  query: odometerQuery,
  answer: odometer,
  fn: ({ ctx, params, query }) => getOdometer(ctx, { ...query, id: params.id }),
});

export const resetTripOperation = operation('resetTrip', {
  method: 'POST',
  path: '/api/v1/devices/{id}/trips/{trip}',
  summary: 'Set a trip counter of a device to zero',
  action: resetDeviceTrip.action,
  params: z.object({ id, trip: tripName }),
  answer: odometer,
  fn: ({ ctx, params }) => resetDeviceTrip(ctx, params),
});
