import { Redis } from 'ioredis';
import { messageOf } from '@/lib/errors';

export type RedisConnection = {
  client: Redis;
  /** Says, at most once a minute, that a command failed although Redis is reachable: it is full, or read only. */
  complain(error: unknown): void;
  close(): Promise<void>;
};

/** A Redis that hangs holds no request longer than this; after that its connection is dropped and made anew. */
const ANSWER_WITHIN_MS = 1_000;
const REPORT_EVERY_MS = 60_000;

/**
 * Connects to Redis and keeps trying as long as it is away. A command is never queued: while Redis is away it fails
 * at once, and none is sent twice, so whoever counts something can count it elsewhere. `report` gets one line at
 * most once a minute while Redis fails, and one when it answers again; never the URL's password.
 */
export function openRedis(url: string, report: (line: string) => void): RedisConnection {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    // What is under way when the connection breaks fails then, and is not sent again on the next one.
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    socketTimeout: ANSWER_WITHIN_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
    // After a failover the old master refuses writes; a new connection finds the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  const place = `Redis at ${new URL(url).host}`;
  let reportedAtMs: number | null = null;
  let isAway = false;
  const say = (line: string) => {
    const nowMs = performance.now();
    if (reportedAtMs !== null && nowMs - reportedAtMs < REPORT_EVERY_MS) return;
    reportedAtMs = nowMs;
    report(line);
  };
  client.on('error', (error) => {
    isAway = true;
    say(
      `${place} does not answer (${reasonOf(error)}): this process counts alone until it does. Check REDIS_URL.`,
    );
  });
  client.on('ready', () => {
    if (isAway) report(`${place} answers again.`);
    isAway = false;
  });
  return {
    client,
    complain: (error) => {
      if (client.status === 'ready')
        say(`${place} refused a command (${reasonOf(error)}): this process counts alone. Check its memory.`);
    },
    close: async () => {
      if (client.status === 'ready') await client.quit().catch(() => {});
      client.disconnect();
    },
  };
}

/** A refused connection to a name with several addresses has a code but no message. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
  return messageOf(error) || code;
}
