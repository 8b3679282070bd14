import type { LiveDevice } from '@/lib/db/live-devices';
import { isAppError } from '@/lib/errors';
import type { RobotError, RobotEvent, RobotFault } from '@/lib/feeds/robots';
import type { Verdict } from '@/lib/live/ingest';
import type { ServiceContext } from './context';
import { devicesNamed, findOrMakeDevices, ingestDeviceOf, type NamedDevice } from './live-devices';
import { mayWith } from './rights';
import { verb } from './verb';

export type RobotInput = {
  events: readonly (RobotEvent | RobotFault)[];
  /** Robots by name that the sender has met already; those of these events join them. */
  known?: Map<string, LiveDevice>;
};

/** What became of an event: stored or there already, else why not. */
export type RobotReply = 'ok' | RobotError;

/**
 * Stores events of robots, which are made when they are new, and gives what became of each, in their order, once they
 * are committed. What a robot sends twice is as good as stored; its past is refused.
 */
export const takeRobotEvents = verb(
  'robot.send',
  async (ctx, { events, known = new Map() }: RobotInput): Promise<RobotReply[]> => {
    await meet(ctx, events, known);
    const replies: RobotReply[] = events.map((event) => ('error' in event ? event.error : 'busy'));
    const groups = new Map<string, number[]>();
    for (const [at, event] of events.entries()) {
      const robot = event.name === null ? undefined : known.get(event.name);
      if ('error' in event) {
        if (robot && maySend(ctx, robot)) ctx.ingest.refuse(robot.id, 'malformed', 1);
      } else if (!robot) replies[at] = 'full';
      else if (!maySend(ctx, robot)) replies[at] = 'owner';
      else placesOf(groups, event.name).push(at);
    }
    await Promise.all(
      [...groups].map(async ([name, places]) => {
        const fixes = places.flatMap((at) => fixOf(events[at]));
        const verdicts = await takeOf(ctx, known, name, fixes);
        for (const [row, at] of places.entries()) replies[at] = replyOf(verdicts?.[row]);
      }),
    );
    return replies;
  },
);

function placesOf(groups: Map<string, number[]>, name: string): number[] {
  const places = groups.get(name) ?? [];
  groups.set(name, places);
  return places;
}

const fixOf = (event: RobotEvent | RobotFault | undefined) => (event && 'fix' in event ? [event.fix] : []);

/** Finds the robots of these events; makes those that have an event to store; none of them when there is no room for all. */
async function meet(
  ctx: ServiceContext,
  events: RobotInput['events'],
  known: Map<string, LiveDevice>,
): Promise<void> {
  const wanted = new Map<string, NamedDevice>();
  const blamed = new Set<string>();
  for (const event of events) {
    if (event.name === null || known.has(event.name)) continue;
    if ('error' in event) blamed.add(event.name);
    else wanted.set(event.name, { name: event.name, frame: 'planar' });
  }
  try {
    if (wanted.size > 0) join(known, await findOrMakeDevices(ctx, 'robot', wanted));
  } catch (error) {
    if (!isAppError(error) || error.code !== 'too_many_devices') throw error;
    join(known, await devicesNamed(ctx, 'robot', [...wanted.keys()]));
  }
  const unknown = [...blamed].filter((name) => !known.has(name));
  if (unknown.length > 0) join(known, await devicesNamed(ctx, 'robot', unknown));
}

function join(known: Map<string, LiveDevice>, met: ReadonlyMap<string, LiveDevice>): void {
  for (const [name, device] of met) known.set(name, device);
}

/** A robot without an owner is everybody's. */
const maySend = (ctx: ServiceContext, { ownerId }: LiveDevice): boolean =>
  ownerId === null || mayWith(ctx, 'position.create', ownerId);

/** The verdicts; null = not now: the sender may come again. */
async function takeOf(
  ctx: ServiceContext,
  known: Map<string, LiveDevice>,
  name: string,
  fixes: RobotEvent['fix'][],
): Promise<Verdict[] | null> {
  const device = known.get(name);
  if (!device) return null;
  try {
    return await ctx.ingest.take(ingestDeviceOf(device), fixes);
  } catch (error) {
    if (!isAppError(error)) throw error;
    // Deleted meanwhile, it is made anew when its next event comes.
    if (error.code === 'not_found') known.delete(name);
    else if (error.code !== 'busy') throw error;
    return null;
  }
}

function replyOf(verdict: Verdict | undefined): RobotReply {
  if (verdict === undefined) return 'busy';
  if (verdict === 'stored' || verdict === 'duplicate') return 'ok';
  if (verdict === 'past' || verdict === 'conflict') return verdict;
  // What else can be wrong with a place or time was found when the event was read.
  return 'timestamp';
}
