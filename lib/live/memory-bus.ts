import { type Bus, type BusMessage, busMessage, compareIds, idMs, type Listener } from './bus';
import { policyOf, type TopicPolicy } from './topics';

type Topic = {
  policy: TopicPolicy;
  kept: BusMessage[];
  /** Of the kept ones' JSON, where the policy bounds it. */
  bytes: number;
  listeners: Map<symbol, { listen: Listener; onGap: (() => void) | undefined }>;
  /** Nothing is known of what came up to this id. */
  dropped: string;
};

export type MemoryBusOptions = {
  /** What is kept of a topic; default by its name (lib/live/topics). */
  policy?: (topic: string) => Pick<TopicPolicy, 'messages'> & Partial<TopicPolicy>;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Told when a listener throws; the others still get the message. */
  report?: (line: string) => void;
};

export type MemoryBus = Bus & {
  /** Makes the message that `publish` would, and hands it out. */
  put(topic: string, data: unknown): BusMessage;
  /** Takes in a message of another process under the id that it has there. */
  take(topic: string, message: BusMessage): void;
  /** Messages of other processes may have been missed up to now: nobody can go on after an earlier id. */
  gap(): void;
};

const SWEEP_EVERY_MS = 10_000;

/** The bus of a single process. */
export function memoryBus(options: MemoryBusOptions = {}): MemoryBus {
  const { now = Date.now, report = () => {}, policy = policyOf } = options;
  const ids = idsFrom(now);
  const { topics, topicOf, keep, forget } = shelfOf(policy, now);

  const handOut = (name: string, message: BusMessage): void => {
    for (const { listen } of [...topicOf(name).listeners.values()])
      attempt(() => listen(message), `A listener of ${name} failed`, report);
  };
  const put = (name: string, data: unknown): BusMessage => {
    const message = busMessage(ids.next(), data);
    keep(name, message);
    handOut(name, message);
    return message;
  };

  return {
    put,
    publish: (name, data) => put(name, data).id,
    take(name, message) {
      ids.atLeast(message.id);
      keep(name, message);
      handOut(name, message);
    },
    gap() {
      forget(ids.next());
      for (const [name, { listeners }] of [...topics])
        for (const { onGap } of [...listeners.values()])
          if (onGap) attempt(onGap, `A listener of ${name} failed`, report);
    },
    subscribe(name, listen, { onGap } = {}) {
      const { listeners } = topicOf(name);
      const key = Symbol(name);
      listeners.set(key, { listen, onGap });
      return () => {
        listeners.delete(key);
      };
    },
    since(name, id) {
      const { kept, dropped } = topicOf(name);
      if (compareIds(id, dropped) < 0) return null;
      return kept.filter((message) => compareIds(message.id, id) > 0);
    },
    kept: (name) => [...topicOf(name).kept],
    listeners: (name) =>
      [...topics]
        .filter(([known]) => name === undefined || known === name)
        .reduce((sum, [, topic]) => sum + topic.listeners.size, 0),
    close: async () => {},
  };
}

/** The topics by name; one that nobody listens to and that keeps nothing takes no memory. */
function shelfOf(policy: NonNullable<MemoryBusOptions['policy']>, now: () => number) {
  const topics = new Map<string, Topic>();
  /** Where a topic begins that is not known (any more). */
  let forgotten = `${now()}-0`;
  let sweptAtMs = now();

  const topicOf = (name: string): Topic => {
    const known = topics.get(name);
    if (known) return known;
    const bounds = { bytes: Number.POSITIVE_INFINITY, ageMs: Number.POSITIVE_INFINITY, ...policy(name) };
    const made: Topic = { policy: bounds, kept: [], bytes: 0, listeners: new Map(), dropped: forgotten };
    topics.set(name, made);
    return made;
  };
  const sweep = (): void => {
    if (Math.abs(now() - sweptAtMs) < SWEEP_EVERY_MS) return;
    sweptAtMs = now();
    for (const [name, topic] of topics) {
      trim(topic, now());
      if (topic.listeners.size > 0 || topic.kept.length > 0) continue;
      if (compareIds(topic.dropped, forgotten) > 0) forgotten = topic.dropped;
      topics.delete(name);
    }
  };
  return {
    topics,
    topicOf,
    keep(name: string, message: BusMessage): void {
      const topic = topicOf(name);
      insert(topic, message);
      trim(topic, now());
      sweep();
    },
    /** Nothing that was kept up to `id` counts any more. */
    forget(id: string): void {
      forgotten = id;
      for (const topic of topics.values()) drop(topic, topic.kept.length, id);
    },
  };
}

/** Ids that only grow: the clock may step back, and another process's may be ahead. */
function idsFrom(now: () => number) {
  let lastMs = 0;
  let seq = 0;
  return {
    next(): string {
      const ms = Math.max(now(), lastMs);
      seq = ms === lastMs ? seq + 1 : 1;
      lastMs = ms;
      return `${ms}-${seq}`;
    },
    atLeast(id: string): void {
      const [ms = 0, itsSeq = 0] = id.split('-').map(Number);
      if (ms > lastMs || (ms === lastMs && itsSeq > seq)) [lastMs, seq] = [ms, itsSeq];
    },
  };
}

/** Puts a message in its place; two processes may have published at the same moment. */
function insert(topic: Topic, message: BusMessage): void {
  if (compareIds(message.id, topic.dropped) <= 0) return;
  if (topic.policy.messages === 0) {
    topic.dropped = message.id;
    return;
  }
  let at = topic.kept.length;
  while (at > 0 && compareIds(topic.kept[at - 1]?.id ?? '', message.id) > 0) at--;
  topic.kept.splice(at, 0, message);
  topic.bytes += sizeOf(topic, message);
}

const sizeOf = ({ policy }: Topic, message: BusMessage): number =>
  Number.isFinite(policy.bytes) ? message.json.length : 0;

/** Drops the oldest kept messages as far as the policy asks. */
function trim(topic: Topic, nowMs: number): void {
  const { kept, policy } = topic;
  let count = 0;
  let { bytes } = topic;
  for (const message of kept) {
    const isOver = kept.length - count > policy.messages || bytes > policy.bytes;
    if (!isOver && nowMs - idMs(message.id) <= policy.ageMs) break;
    bytes -= sizeOf(topic, message);
    count++;
  }
  if (count > 0) drop(topic, count, kept[count - 1]?.id ?? topic.dropped);
}

/** Drops the `count` oldest messages: nothing is known up to the id any more. */
function drop(topic: Topic, count: number, upTo: string): void {
  for (const message of topic.kept.splice(0, count)) topic.bytes -= sizeOf(topic, message);
  if (compareIds(upTo, topic.dropped) > 0) topic.dropped = upTo;
}

function attempt(work: () => void, what: string, report: (line: string) => void): void {
  try {
    work();
  } catch (error) {
    report(`${what}: ${String(error)}`);
  }
}
