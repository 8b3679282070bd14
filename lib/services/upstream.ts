import type { LiveDevice } from '@/lib/db/live-devices';
import { linesOf, parseRobotLine } from '@/lib/feeds/robots';
import type { SocketEnds, SocketSession } from '@/lib/live/socket-session';
import type { ServiceContext } from './context';
import { requireLevel } from './rights';
import { takeRobotEvents } from './take-robots';

/** Robots are looked up once for each socket; beyond so many they are forgotten and looked up anew. */
const MOST_KNOWN = 10_000;

/**
 * A robots' socket: each message is one or several lines `x,y,timestamp,robot_name`, and gets one answer with a line
 * for each: `OK` once it is on disk, else `ERR` and why (lib/feeds/robots). Throws an AppError 401 or 403.
 */
export function openUpstream(ctx: ServiceContext, { send }: Pick<SocketEnds, 'send'>): SocketSession {
  requireLevel(ctx, takeRobotEvents.action);
  const known = new Map<string, LiveDevice>();
  return {
    async message(text) {
      const events = linesOf(text).map(parseRobotLine);
      const replies = await takeRobotEvents(ctx, { events, known });
      if (known.size > MOST_KNOWN) known.clear();
      send(replies.map((reply) => (reply === 'ok' ? 'OK' : `ERR ${reply}`)).join('\n'));
    },
    closed() {},
  };
}
