import type { RobotItem, RobotNews } from '@/lib/contracts/robots';
import type { Bus } from './bus';
import { type CommittedFixes, FIXES_TOPIC } from './ingest';
import { memoryBus } from './memory-bus';

/** The topic on the channel's own bus; by its name it keeps what a board keeps (lib/live/topics). */
export const ROBOTS_TOPIC = 'live:robots';

/** How often news go out at most. */
const TICK_MS = 100;
/** How often a robot's row (odometer, counts) is read while it moves. */
const ROWS_EVERY_MS = 1_000;
/** Of a robot that sends faster so many places of a tick are drawn. */
const MOST_PLACES = 20;

/** What whoever watches robots listens to, as long as somebody does. */
export type RobotChannel = {
  bus: Bus;
  /** Listeners of the channel. */
  users: number;
  release(): void;
};

type Parts = {
  bus: Bus;
  /** The robots among these devices, as they are now. */
  robotsOf(deviceIds: readonly number[]): Promise<RobotItem[]>;
  report(line: string): void;
};

const channels = new WeakMap<Bus, RobotChannel>();

/** Joins the one channel of this process that tells where robots are, at most ten times a second. */
export function joinRobotChannel(parts: Parts): RobotChannel {
  const channel = channels.get(parts.bus) ?? openChannel(parts);
  channels.set(parts.bus, channel);
  channel.users++;
  return channel;
}

function openChannel({ bus, robotsOf, report }: Parts): RobotChannel {
  const own = memoryBus({ report });
  const places = new Map<number, RobotNews['fixes']>();
  /** Whether a device on a plane is a robot, as far as it was asked. */
  const isRobot = new Map<number, boolean>();
  const moved = new Set<number>();
  let rowsReadMs = 0;
  let isReading = false;

  const unsubscribe = bus.subscribe(FIXES_TOPIC, ({ data }) => {
    const { deviceId, frame, fixes } = committed(data);
    if (frame !== 'planar' || isRobot.get(deviceId) === false) return;
    moved.add(deviceId);
    const waiting = places.get(deviceId) ?? [];
    places.set(deviceId, waiting);
    for (const { timeMs, x, y } of fixes) waiting.push([deviceId, timeMs, x, y]);
    if (waiting.length > 20 * MOST_PLACES) places.set(deviceId, thinned(waiting));
  });

  const rows = async (): Promise<RobotItem[]> => {
    const isUnknown = [...moved].some((id) => !isRobot.has(id));
    const nowMs = performance.now();
    if (moved.size === 0 || (!isUnknown && nowMs - rowsReadMs < ROWS_EVERY_MS)) return [];
    const asked = [...moved];
    moved.clear();
    rowsReadMs = nowMs;
    const robots = await robotsOf(asked);
    for (const id of asked)
      isRobot.set(
        id,
        robots.some(({ device_id }) => device_id === id),
      );
    return robots;
  };
  const tick = async (): Promise<void> => {
    if (isReading || moved.size + places.size === 0) return;
    isReading = true;
    try {
      const robots = await rows();
      const fixes = [...places].flatMap(([id, waiting]) => (isRobot.get(id) ? thinned(waiting) : []));
      places.clear();
      const news: RobotNews = { fixes, robots };
      if (fixes.length + robots.length > 0) own.publish(ROBOTS_TOPIC, news);
    } catch (error) {
      report(`The robots' stream could not be read: ${String(error)}`);
    } finally {
      isReading = false;
    }
  };
  const timer = setInterval(tick, TICK_MS);
  timer.unref();

  const channel: RobotChannel = {
    bus: own,
    users: 0,
    release() {
      channel.users--;
      if (channel.users > 0) return;
      clearInterval(timer);
      unsubscribe();
      channels.delete(bus);
    },
  };
  return channel;
}

/** Only lib/live/group-commit publishes on this topic, and only what its type says. */
const committed = (data: unknown): CommittedFixes => data as CommittedFixes;

/** At most so many places of a way, its last one among them. */
function thinned(places: RobotNews['fixes']): RobotNews['fixes'] {
  const each = Math.ceil(places.length / MOST_PLACES);
  return each <= 1 ? places : places.filter((_, at) => (places.length - 1 - at) % each === 0);
}
