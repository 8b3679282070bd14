import { z } from 'zod';
import { counts, id, milliseconds, plainText } from './common';
import { attributes } from './ingest';
import { markKind } from './live';
import { liveOpen } from './live-requests';

/**
 * The feed channel, WebSocket /api/v1/feeds: JSON text messages both ways, for programs that bring several devices and
 * say what goes on (sessions, entries, flags). A message may carry an `id`; its answer repeats it. Answers come in the
 * order of the messages. What is called stored in an answer is on disk.
 */
export const FEED_LIMITS = {
  fixesPerMessage: 5_000,
  /** Of one message; a longer one ends the channel. */
  bytes: 1024 * 1024,
  /** Messages that may wait for their answer; beyond them the channel is not read. */
  unanswered: 32,
  /** After so many messages that were none the channel is closed. */
  malformed: 1_000,
  devices: 2_000,
} as const;

/** The end of the year 9999: later instants have no ISO 8601 form of their own. */
const LATEST_MS = 253_402_300_799_999;

export const feedKind = z.enum(['replay', 'insim', 'other']);
export type FeedKind = z.infer<typeof feedKind>;

const messageId = z.union([z.int(), plainText.max(60)]).optional();
/** The sender's own short name of a device within this channel. */
const ref = plainText.min(1).max(60);
const message = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), id: messageId, ...shape });

/** The first message. `late`: whether fixes older than a device's newest one are stored (default) or refused. */
export const feedHello = message('hello', {
  feed: feedKind,
  name: plainText.trim().min(1).max(100),
  late: z.enum(['drop', 'backfill']).default('backfill'),
});

/** Finds or makes a device; `external_id` is its name for ever, unique within the feed's kind. Before its fixes. */
export const feedDevice = message('device', {
  ref,
  external_id: plainText.trim().min(1).max(150),
  name: plainText.trim().min(1).max(150),
  frame: z.enum(['wgs84', 'planar']),
});

const orUnknown = z.number().nullable();

/**
 * A fix: epoch ms, x, y (longitude and latitude in degrees, or metres), speed in m/s, course in degrees, altitude and
 * accuracy in metres, further values by name. null = not known; what is missing at the end is not known either.
 */
export const feedFix = z.union([
  z.tuple([milliseconds, z.number(), z.number()]),
  z.tuple([milliseconds, z.number(), z.number(), orUnknown]),
  z.tuple([milliseconds, z.number(), z.number(), orUnknown, orUnknown]),
  z.tuple([milliseconds, z.number(), z.number(), orUnknown, orUnknown, orUnknown]),
  z.tuple([milliseconds, z.number(), z.number(), orUnknown, orUnknown, orUnknown, orUnknown]),
  z.tuple([
    milliseconds,
    z.number(),
    z.number(),
    orUnknown,
    orUnknown,
    orUnknown,
    orUnknown,
    attributes.nullable(),
  ]),
]);
export type FeedFix = z.infer<typeof feedFix>;

/** Fixes of one device. One that is no feedFix is refused as `malformed`; the others are taken. */
export const feedFixes = message('fixes', {
  device: ref,
  fixes: z.array(z.unknown()).max(FEED_LIMITS.fixesPerMessage),
});

/** The same for several devices at once: what a tick brought. All are taken, or none when a device is unknown. */
export const feedBatch = message('batch', {
  of: z
    .array(z.strictObject({ device: ref, fixes: z.array(z.unknown()) }))
    .max(FEED_LIMITS.devices)
    .refine(
      (list) => list.reduce((sum, { fixes }) => sum + fixes.length, 0) <= FEED_LIMITS.fixesPerMessage,
      `holds more than ${FEED_LIMITS.fixesPerMessage} fixes`,
    ),
});

const entryFacts = z.strictObject({
  device: ref,
  number: plainText.trim().min(1).max(10).nullish(),
  driver: plainText.trim().min(1).max(60).nullish(),
  car: plainText.trim().min(1).max(60).nullish(),
  car_class: plainText.trim().min(1).max(60).nullish(),
});

/** Opens a live session. `track` is a track file, kept when it is new; `from_ms` in the past takes stored fixes too. */
export const feedSessionOpen = message('session', {
  action: z.literal('open'),
  ...liveOpen.pick({ name: true, kind: true, track_id: true, laps_target: true, duration_target_ms: true })
    .shape,
  track: z.record(z.string(), z.unknown()).nullish(),
  from_ms: z.number().min(0).max(LATEST_MS).optional(),
  entries: z.array(entryFacts).max(500).default([]),
});

export const feedSessionClose = message('session', { action: z.literal('close'), session_id: id });

/** One more entry of an open session. */
export const feedEntry = message('entry', { session_id: id, ...entryFacts.shape });

/** A flag or a note of race control at an instant of the fixes' clock. */
export const feedFlag = message('flag', {
  session_id: id,
  kind: markKind,
  at_ms: z.number().min(0).max(LATEST_MS),
  text: plainText.trim().max(300).default(''),
});

/** Kept for feeds that time by themselves; today they are answered with an error. */
export const RESERVED_TYPES = ['lap', 'split', 'pit', 'command'] as const;

/** Everything that may come up, by type (and action). */
export const FEED_MESSAGES = {
  hello: feedHello,
  device: feedDevice,
  fixes: feedFixes,
  batch: feedBatch,
  'session open': feedSessionOpen,
  'session close': feedSessionClose,
  entry: feedEntry,
  flag: feedFlag,
} as const;

export type FeedMessages = {
  [Name in keyof typeof FEED_MESSAGES]: z.output<(typeof FEED_MESSAGES)[Name]>;
};

/** What a program writes for one device. */
export type FixesOf = { device: string; fixes: readonly FeedFix[] };

export type FeedUp =
  | z.input<typeof feedHello>
  | z.input<typeof feedDevice>
  | (Omit<z.input<typeof feedFixes>, 'fixes'> & FixesOf)
  | (Omit<z.input<typeof feedBatch>, 'of'> & { of: readonly FixesOf[] })
  | z.input<typeof feedSessionOpen>
  | z.input<typeof feedSessionClose>
  | z.input<typeof feedEntry>
  | z.input<typeof feedFlag>;

/** Everything that goes up. */
export const feedUp = z.union([
  feedHello,
  feedDevice,
  feedFixes,
  feedBatch,
  feedSessionOpen,
  feedSessionClose,
  feedEntry,
  feedFlag,
]);

/** The answers. `command` is kept for what a server may tell a feed to do. */
export const feedDown = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    id: messageId,
    limits: z.object({
      fixes_per_message: z.int(),
      bytes: z.int(),
      unanswered: z.int(),
      malformed: z.int(),
      devices: z.int(),
    }),
  }),
  z.object({ type: z.literal('device'), id: messageId, ref, device_id: id }),
  z.object({
    type: z.literal('ack'),
    id: messageId,
    /** Of fixes: what became of them. */
    stored: z.int().optional(),
    duplicates: z.int().optional(),
    refused: counts.optional(),
    session_id: id.optional(),
    entry_id: id.optional(),
    mark_id: id.optional(),
  }),
  z.object({
    type: z.literal('error'),
    id: messageId,
    /** A fixed word for programs; `busy` and `database_away` are worth another try after retry_after_s. */
    error: z.string(),
    message: z.string(),
    retry_after_s: z.number().optional(),
  }),
  z.object({ type: z.literal('command') }),
]);
export type FeedDown = z.infer<typeof feedDown>;
