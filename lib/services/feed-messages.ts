import { FEED_MESSAGES, type FeedMessages, RESERVED_TYPES } from '@/lib/contracts/feeds';
import { addAttribute, attributesOrNull } from '@/lib/feeds/feed-lines';
import type { Attributes, IncomingFix } from '@/lib/live/ingest';

export type FeedMessage = FeedMessages[keyof FeedMessages];
export type MessageId = FeedMessage['id'];

/** What came up: a message, or what is wrong with it. `counts` = it was no message at all. */
export type ReadMessage =
  | { message: FeedMessage }
  | { fault: { id: MessageId; error: string; message: string; counts: boolean } };

const KNOWN = Object.keys(FEED_MESSAGES);
const TYPES = [...new Set(KNOWN.map((name) => name.split(' ')[0]))].join(', ');

/** Reads one text message of a feed (lib/contracts/feeds). */
export function readMessage(text: string): ReadMessage {
  const value = parsedText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return bad(undefined, 'A message is one JSON object with a type.');
  const { id: sentId, type, action } = { id: undefined, type: undefined, action: undefined, ...value };
  const id = FEED_MESSAGES.hello.shape.id.safeParse(sentId).data;
  if (RESERVED_TYPES.some((reserved) => reserved === type))
    return fault(id, 'not_supported', `Messages of type ${type} are kept for later: send fixes.`, false);
  const shape = Object.entries(FEED_MESSAGES).find(
    ([name]) => name === (type === 'session' ? `session ${action}` : type),
  )?.[1];
  if (!shape)
    return bad(
      id,
      type === 'session' ? 'action: must be open or close' : `type: must be one of ${TYPES}, hello the first`,
    );
  const read = shape.safeParse(value);
  if (read.success) return { message: read.data };
  const [issue] = read.error.issues;
  const place = issue?.path.map(String).join('.') || 'message';
  return bad(id, `${place}: ${issue?.message ?? 'is not valid'}`);
}

const fault = (id: MessageId, error: string, message: string, counts: boolean): ReadMessage => ({
  fault: { id, error, message, counts },
});
const bad = (id: MessageId, message: string): ReadMessage => fault(id, 'bad_message', message, true);

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The fix in a row of a fixes message; null = it is no feedFix (lib/contracts/feeds). */
export function fixOfRow(row: unknown): IncomingFix | null {
  if (!Array.isArray(row) || row.length < 3 || row.length > 8) return null;
  const [timeMs, x, y]: unknown[] = row;
  if (typeof timeMs !== 'number' || typeof x !== 'number' || typeof y !== 'number') return null;
  const [speedMps, courseDeg, altitudeM, accuracyM] = [3, 4, 5, 6].map((at) => numberAt(row, at));
  if (speedMps === undefined || courseDeg === undefined) return null;
  if (altitudeM === undefined || accuracyM === undefined) return null;
  const attributes = attributesOf(row[7]);
  if (attributes === undefined) return null;
  return { timeMs, x, y, speedMps, courseDeg, altitudeM, accuracyM, attributes };
}

/** NaN where it is not known, undefined where it is no number. */
function numberAt(row: readonly unknown[], at: number): number | undefined {
  const value = row[at] ?? Number.NaN;
  return typeof value === 'number' ? value : undefined;
}

function attributesOf(value: unknown): Attributes | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const attributes: Attributes = {};
  for (const [name, one] of Object.entries(value)) if (addAttribute(attributes, name, one)) return undefined;
  return attributesOrNull(attributes);
}
