import { FIXES_TOPIC } from './ingest';

/**
 * The board of a session: `LiveFrame` messages (lib/contracts/live) whose `seq` rises by one. A snapshot with the seq of
 * the frame before it says nothing new and goes only to who has no board; one with the next seq goes to everybody. As
 * a last message an `EndFrame` may follow (closed, deleted).
 */
export const boardTopic = (sessionId: number): string => `live:${sessionId}`;

/** Somebody needs a snapshot of the session's board; the engine that times it publishes one. */
export const askTopic = (sessionId: number): string => `live:ask:${sessionId}`;

/** What is kept of a topic for those who come again; the oldest go first, by whichever bound is met. */
export type TopicPolicy = {
  messages: number;
  /** Of their JSON; infinite = not measured. */
  bytes: number;
  ageMs: number;
  /** Turns back what JSON cannot carry, in a message that another process sent. */
  fromWire?: (data: unknown) => unknown;
};

const NOTHING: TopicPolicy = { messages: 0, bytes: 0, ageMs: 0 };
/** A minute of a board: who was away for longer needs a snapshot, which is shorter than the frames. */
const BOARD: TopicPolicy = { messages: 1_000, bytes: 8e6, ageMs: 60_000 };
const OTHERS: TopicPolicy = {
  messages: 2_000,
  bytes: Number.POSITIVE_INFINITY,
  ageMs: Number.POSITIVE_INFINITY,
};

/** What the bus keeps of a topic by its name. */
export function policyOf(topic: string): TopicPolicy {
  // Who follows the fixes and misses some reads them from the database.
  if (topic === FIXES_TOPIC) return { ...NOTHING, fromWire: fixesFromWire };
  if (topic.startsWith('live:ask:')) return NOTHING;
  return topic.startsWith('live:') ? BOARD : OTHERS;
}

const NUMBERS = new Set(['timeMs', 'x', 'y', 'speedMps', 'courseDeg', 'altitudeM', 'accuracyM']);

/** JSON writes NaN as null; in a fix the one stands for the other. What is no batch of fixes stays as it is. */
function fixesFromWire(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('fixes' in data) || !Array.isArray(data.fixes))
    return data;
  return { ...data, fixes: data.fixes.map(fixFromWire) };
}

function fixFromWire(fix: unknown): unknown {
  if (typeof fix !== 'object' || fix === null) return fix;
  return Object.fromEntries(
    Object.entries(fix).map(([name, value]) => [
      name,
      value === null && NUMBERS.has(name) ? Number.NaN : value,
    ]),
  );
}
