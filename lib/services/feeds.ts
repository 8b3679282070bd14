import { FEED_LIMITS, type FeedDown, type FeedMessages } from '@/lib/contracts/feeds';
import { isAppError, messageOf } from '@/lib/errors';
import type { IngestDevice } from '@/lib/live/ingest';
import type { SocketEnds, SocketSession } from '@/lib/live/socket-session';
import type { ServiceContext } from './context';
import { type FeedDevices, feedDevices } from './feed-devices';
import { type FeedMessage, fixOfRow, type MessageId, readMessage } from './feed-messages';
import { addFeedEntry, addFeedFlag, closeFeedSession, openFeedSession } from './feed-sessions';
import { requireLevel } from './rights';

/** WebSocket close code: what came broke the rules. */
const POLICY = 1008;

/**
 * A feed on its channel (lib/contracts/feeds). Fixes are taken while earlier ones are still on their way to the disk;
 * every other message waits for all before it. Throws an AppError 401 or 403 when the caller may bring no fixes.
 */
export function openFeed(ctx: ServiceContext, ends: Pick<SocketEnds, 'send' | 'close'>): SocketSession {
  requireLevel(ctx, 'position.create');
  const answers = answerQueue(ends);
  let feed: { name: string; devices: FeedDevices } | null = null;
  let malformed = 0;

  const refuse = (id: MessageId, error: string, message: string): void =>
    answers.add(id, Promise.resolve({ type: 'error', error, message }));
  const refuseMalformed = async (id: MessageId, error: string, message: string): Promise<void> => {
    malformed++;
    refuse(id, error, message);
    if (malformed < FEED_LIMITS.malformed) return;
    await answers.settled();
    ends.close(POLICY, `${malformed} messages of this feed were malformed. Mend it and connect again.`);
  };
  const greet = (hello: FeedMessages['hello']): FeedDown => {
    feed = { name: hello.name, devices: feedDevices(ctx, hello) };
    const { fixesPerMessage, bytes, unanswered, malformed: most, devices } = FEED_LIMITS;
    const limits = { fixes_per_message: fixesPerMessage, bytes, unanswered, malformed: most, devices };
    return { type: 'welcome', limits };
  };

  const take = async (text: string): Promise<void> => {
    const read = readMessage(text);
    if ('fault' in read) {
      const { id, error, message, counts } = read.fault;
      if (counts) await refuseMalformed(id, error, message);
      else refuse(id, error, message);
      return;
    }
    const { message } = read;
    if (message.type === 'hello') {
      if (feed) return refuseMalformed(message.id, 'bad_message', 'type: hello comes once, first');
      answers.add(message.id, Promise.resolve(greet(message)));
      return;
    }
    if (!feed)
      return refuseMalformed(
        message.id,
        'hello_first',
        'The first message of a feed is hello with its kind and name.',
      );
    const { devices } = feed;
    if (message.type === 'fixes' || message.type === 'batch') {
      const lists = message.type === 'fixes' ? [message] : message.of;
      answers.add(message.id, orFault(ctx, takeFixes(ctx, devices, lists)));
      return;
    }
    await answers.settled();
    answers.add(message.id, orFault(ctx, handle(ctx, devices, message)));
    await answers.settled();
  };

  return {
    async message(text) {
      await take(text);
      await answers.belowMost();
    },
    closed() {
      answers.end();
      if (malformed > 0)
        ctx.report(`Feed ${feed?.name ?? 'without a name'} sent ${malformed} malformed messages.`);
    },
  };
}

type FixesAck = { type: 'ack'; stored: number; duplicates: number; refused: Record<string, number> };

/** Takes lists of fixes side by side; when one is turned away and all are sent again, the others are duplicates. */
async function takeFixes(
  ctx: ServiceContext,
  devices: FeedDevices,
  lists: readonly { device: string; fixes: readonly unknown[] }[],
): Promise<FeedDown> {
  const known = lists.map(({ device, fixes }) => ({ device: devices.get(device), rows: fixes }));
  const answer: FixesAck = { type: 'ack', stored: 0, duplicates: 0, refused: {} };
  await Promise.all(known.map(({ device, rows }) => takeRows(ctx, device, rows, answer)));
  return answer;
}

async function takeRows(
  ctx: ServiceContext,
  device: IngestDevice,
  rows: readonly unknown[],
  answer: FixesAck,
): Promise<void> {
  const fixes = rows.map(fixOfRow).filter((fix) => fix !== null);
  const refuse = (reason: string, count: number): void => {
    answer.refused[reason] = (answer.refused[reason] ?? 0) + count;
  };
  for (const verdict of await ctx.ingest.take(device, fixes)) {
    if (verdict === 'stored') answer.stored++;
    else if (verdict === 'duplicate') answer.duplicates++;
    else refuse(verdict, 1);
  }
  const malformed = rows.length - fixes.length;
  if (malformed === 0) return;
  ctx.ingest.refuse(device.id, 'malformed', malformed);
  refuse('malformed', malformed);
}

async function handle(
  ctx: ServiceContext,
  devices: FeedDevices,
  message: Exclude<FeedMessage, FeedMessages['hello' | 'fixes' | 'batch']>,
): Promise<FeedDown> {
  switch (message.type) {
    case 'device':
      return { type: 'device', ref: message.ref, device_id: await devices.add(message) };
    case 'session':
      return message.action === 'open'
        ? { type: 'ack', session_id: await openFeedSession(ctx, devices, message) }
        : { type: 'ack', session_id: await closeFeedSession(ctx, message) };
    case 'entry':
      return { type: 'ack', entry_id: await addFeedEntry(ctx, devices, message) };
    case 'flag':
      return { type: 'ack', mark_id: await addFeedFlag(ctx, message) };
  }
}

/** What went wrong, as the answer that says so. */
async function orFault(ctx: ServiceContext, work: Promise<FeedDown>): Promise<FeedDown> {
  try {
    return await work;
  } catch (error) {
    if (!isAppError(error)) {
      ctx.report(`A feed's message failed: ${messageOf(error)}`);
      return {
        type: 'error',
        error: 'internal',
        message: 'The server could not do this; its log says why. Send it again.',
      };
    }
    const retry = error.more.retryAfterS;
    const wait = retry === undefined ? {} : { retry_after_s: retry };
    return { type: 'error', error: error.code, message: error.message, ...wait };
  }
}

/** Sends answers in the order of their messages, each as soon as it and those before it are known. */
function answerQueue(ends: Pick<SocketEnds, 'send'>) {
  const open: Promise<void>[] = [];
  let tail = Promise.resolve();
  let ended = false;
  return {
    /** `work` must not reject. */
    add(id: MessageId, work: Promise<FeedDown>): void {
      const before = tail;
      tail = (async () => {
        const answer = await work;
        await before;
        open.shift();
        const idOf = id === undefined ? {} : { id };
        if (!ended) ends.send(JSON.stringify({ ...answer, ...idOf }));
      })();
      open.push(tail);
    },
    settled: () => tail,
    /** Waits until fewer than FEED_LIMITS.unanswered wait. */
    async belowMost(): Promise<void> {
      while (open.length >= FEED_LIMITS.unanswered) await open[0];
    },
    end(): void {
      ended = true;
    },
  };
}
