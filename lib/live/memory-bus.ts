import { type Bus, type BusMessage, compareIds, type Listener } from './bus';

type Topic = { kept: BusMessage[]; listeners: Set<Listener>; dropped: string };

export type MemoryBusOptions = {
  /** Messages kept per topic; default 2000. */
  keep?: number;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Told when a listener throws; the others still get the message. */
  report?: (line: string) => void;
};

/** The bus of a single process. */
export function memoryBus(options: MemoryBusOptions = {}): Bus {
  const { keep = 2000, now = Date.now, report = () => {} } = options;
  const topics = new Map<string, Topic>();
  const bornId = `${now()}-0`;
  let lastMs = 0;
  let seq = 0;

  const topicOf = (name: string): Topic => {
    const known = topics.get(name);
    if (known) return known;
    const made: Topic = { kept: [], listeners: new Set(), dropped: bornId };
    topics.set(name, made);
    return made;
  };
  // The clock may step back; ids may not.
  const nextId = (): string => {
    const ms = Math.max(now(), lastMs);
    seq = ms === lastMs ? seq + 1 : 1;
    lastMs = ms;
    return `${ms}-${seq}`;
  };

  return {
    publish(name, data) {
      const topic = topicOf(name);
      const message = { id: nextId(), data };
      topic.kept.push(message);
      if (topic.kept.length > keep) topic.dropped = topic.kept.shift()?.id ?? topic.dropped;
      for (const listener of [...topic.listeners]) {
        try {
          listener(message);
        } catch (error) {
          report(`A listener of ${name} failed: ${String(error)}`);
        }
      }
      return message.id;
    },
    subscribe(name, listener) {
      const { listeners } = topicOf(name);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    since(name, id) {
      const topic = topicOf(name);
      if (compareIds(id, topic.dropped) < 0) return null;
      return topic.kept.filter((message) => compareIds(message.id, id) > 0);
    },
  };
}
