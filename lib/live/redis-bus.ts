import { randomUUID } from 'node:crypto';
import { type Bus, type BusMessage, busMessage, isBusId } from './bus';
import { memoryBus } from './memory-bus';
import { openRedis, type RedisConnection } from './redis';
import { policyOf } from './topics';

export type RedisBusOptions = {
  url: string;
  /** What messages go out on; a second connection listens. */
  redis: RedisConnection;
  report: (line: string) => void;
  /** Of the channels' names. */
  prefix?: string;
  /** How often the listening connection is asked whether it still lives. */
  pingEveryMs?: number;
  /** Epoch milliseconds. */
  now?: () => number;
};

/** A topic that no caller can name: its messages say that some of their sender's were lost. */
const LOST = '!lost';

/**
 * The bus of several processes. A message is handed out here at once and goes to the others over Redis, which keeps
 * their order; every process keeps what it needs by itself. While Redis is away each goes on alone; afterwards all
 * know that they may have missed something (`since` gives null, `onGap` is called).
 */
export function redisBus(options: RedisBusOptions): Bus {
  const { url, redis, report, prefix = 'pitwall:bus:', pingEveryMs = 5_000 } = options;
  const { put, take, gap, ...local } = memoryBus({
    report,
    ...(options.now && { now: options.now }),
  });
  const origin = randomUUID();
  const send = sender(redis, (topic, text) => redis.client.publish(prefix + topic, text), origin);

  // Its faults are those of the other connection, which reports them.
  const listening = openRedis(url, () => {});
  listening.client.on('ready', () => {
    // What was said until the subscription began again is lost. A failure breaks the connection, and all begins anew.
    listening.client.psubscribe(`${prefix}*`).then(gap, () => listening.client.disconnect(true));
  });
  listening.client.on('pmessage', (_pattern, channel, text) => {
    const topic = channel.slice(prefix.length);
    const found = messageFrom(topic, text, origin);
    if (found === 'own') return;
    if (found === 'broken') report(`A message of ${topic} from Redis is none of this program's: ignored.`);
    else if (topic === LOST) gap();
    else take(topic, found);
  });
  // A connection whose other end has vanished is silent, as one is on which nothing happens.
  const pinging = setInterval(() => {
    if (listening.client.status === 'ready') listening.client.ping().catch(() => {});
  }, pingEveryMs);
  pinging.unref();

  return {
    ...local,
    publish(topic, data) {
      const message = put(topic, data);
      send(topic, message);
      return message.id;
    },
    async close() {
      clearInterval(pinging);
      await listening.close();
    },
  };
}

/** Sends messages to the other processes; tells them when it could not, as soon as it can again. */
function sender(
  redis: RedisConnection,
  publish: (topic: string, text: string) => Promise<unknown>,
  origin: string,
): (topic: string, message: BusMessage) => void {
  let lost = false;
  const fail = (error: unknown): void => {
    lost = true;
    redis.complain(error);
    tell();
  };
  const tell = (): void => {
    if (!lost || redis.client.status !== 'ready') return;
    lost = false;
    publish(LOST, `${origin} 0-0 null`).catch((error: unknown) => {
      lost = true;
      redis.complain(error);
    });
  };
  redis.client.on('ready', tell);
  return (topic, message) => {
    if (redis.client.status !== 'ready') {
      lost = true;
      return;
    }
    tell();
    publish(topic, `${origin} ${message.id} ${message.json}`).catch(fail);
  };
}

/**
 * A message as it came over the wire. What carries an origin and an id was written by `sender` of a process of this
 * product, so that its data is what that one published: JSON, with what the topic's policy turns back.
 */
function messageFrom(topic: string, text: string, own: string): BusMessage | 'own' | 'broken' {
  const [, origin = '', id = '', json = ''] = /^(\S+) (\S+) ([\s\S]+)$/.exec(text) ?? [];
  if (origin === own) return 'own';
  if (!isBusId(id)) return 'broken';
  const { fromWire = (data: unknown) => data } = policyOf(topic);
  try {
    return busMessage(id, fromWire(JSON.parse(json)), json);
  } catch {
    return 'broken';
  }
}
