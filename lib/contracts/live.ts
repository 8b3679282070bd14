import { z } from 'zod';
import { id, instant, listOf, milliseconds } from './common';
import { sessionKind } from './sessions';
import { trackShape } from './tracks';

/** Where race control stands: the last flag shown; `waiting` before the first one. */
export const sessionStatus = z.enum(['waiting', 'green', 'yellow', 'red', 'safety_car', 'chequered']);
export type SessionStatus = z.infer<typeof sessionStatus>;

export const markKind = z.enum(['green', 'yellow', 'red', 'safety_car', 'chequered', 'note']);
export type MarkKind = z.infer<typeof markKind>;

/** A flag or a note of race control. `entry_id` = the one it is about, null = everybody. */
export const mark = z.object({
  id,
  at_ms: milliseconds,
  kind: markKind,
  text: z.string(),
  entry_id: id.nullable(),
});
export type Mark = z.infer<typeof mark>;

/** session: the best of all so far · personal: this entry's own best · slower · none: nothing to compare with. */
export const timeColour = z.enum(['session', 'personal', 'slower', 'none']);
export type TimeColour = z.infer<typeof timeColour>;

/** So many equal lengths of the reference path make a lap. */
export const MINI_SECTORS = 24;

/** By how much an entry is behind: whole laps when it is lapped, else milliseconds; null = not known (yet). */
export const boardGap = z.object({ ms: milliseconds.nullable(), laps: z.number().int().nullable() });
export type BoardGap = z.infer<typeof boardGap>;

export const boardLap = z.object({
  number: z.number().int(),
  time_ms: milliseconds,
  class: z.enum(['complete', 'invalid', 'outlap', 'inlap', 'pitstop']),
  reason: z.string().nullable(),
  uncertainty_ms: milliseconds.nullable(),
  estimated: z.boolean(),
  colour: timeColour,
});
export type BoardLap = z.infer<typeof boardLap>;

/** A sector as the board shows it: of the running lap once it is driven, before that the last lap's (`old`). */
export const boardSector = z.object({
  time_ms: milliseconds.nullable(),
  colour: timeColour,
  old: z.boolean(),
});

/**
 * waiting: no fix yet · out: on its way to its first start crossing · track · pit: in the pit lane · stopped: it
 * stands on the track · finished: it has taken the chequered flag · lost: no fix for longer than it should.
 */
export const entryState = z.enum(['waiting', 'out', 'track', 'pit', 'stopped', 'finished', 'lost']);

/** One entry of the board. Times are milliseconds; instants epoch milliseconds of the fixes' clock. */
export const boardRow = z.object({
  entry_id: id,
  device_id: id,
  number: z.string().nullable(),
  driver: z.string().nullable(),
  car: z.string().nullable(),
  car_class: z.string().nullable(),
  label: z.string(),
  /** null while it has nothing to be ranked by. */
  position: z.number().int().nullable(),
  state: entryState,
  /** Laps completed. */
  laps: z.number().int(),
  /** Instant at which the running lap began; null = none. */
  lap_started_ms: milliseconds.nullable(),
  last: boardLap.nullable(),
  /** Its best complete lap that is not estimated. */
  best: boardLap.nullable(),
  gap: boardGap.nullable(),
  interval: boardGap.nullable(),
  sectors: z.array(boardSector),
  /** One letter for each mini-sector: `.` not driven yet in this lap, `b` best of all, `p` personal best, `s` slower, `-` driven, nothing to compare. Empty without a reference path. */
  minis: z.string(),
  /** Running lap against this entry's best and against the session's best, at the same place of the track. */
  delta_best_ms: milliseconds.nullable(),
  delta_session_ms: milliseconds.nullable(),
  /** The reference lap's time and the delta to it. */
  predicted_ms: milliseconds.nullable(),
  stint: z.object({ number: z.number().int(), laps: z.number().int() }),
  pit_stops: z.number().int(),
  speed_mps: z.number().nullable(),
  /** Part of the lap driven, 0 to 1; null without a reference path. */
  lap_part: z.number().nullable(),
  /** Instant of its newest fix. */
  fix_at_ms: milliseconds.nullable(),
  /** Laps that were corrected after late fixes. */
  corrected: z.number().int(),
});
export type BoardRow = z.infer<typeof boardRow>;

/** What the board says above its rows. */
export const boardSession = z.object({
  session_id: id,
  name: z.string(),
  kind: sessionKind,
  track: z.object({ id, name: z.string(), revision: z.number().int() }).nullable(),
  status: sessionStatus,
  /** race: by distance and time · practice: by best lap. */
  order: z.enum(['race', 'practice']),
  started_at_ms: milliseconds,
  green_at_ms: milliseconds.nullable(),
  chequered_at_ms: milliseconds.nullable(),
  laps_target: z.number().int().nullable(),
  duration_target_ms: milliseconds.nullable(),
  /** Laps of the leader. */
  leader_laps: z.number().int(),
  best: z.object({ entry_id: id, time_ms: milliseconds, lap: z.number().int() }).nullable(),
  best_sectors_ms: z.array(milliseconds.nullable()),
  simulated: z.boolean(),
  /** The session has ended; nothing more comes. */
  closed: z.boolean(),
});
export type BoardSession = z.infer<typeof boardSession>;

/**
 * A car on the map: entry, instant of the fix, x and y (longitude and latitude in degrees, or metres on a planar
 * track), speed in m/s, course in degrees.
 */
export const carFix = z.tuple([
  id,
  milliseconds,
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
]);
export type CarFix = z.infer<typeof carFix>;

/** The whole board. `seq` counts the frames of a session; a receiver that misses one asks for a snapshot again. */
export const snapshotFrame = z.object({
  type: z.literal('snapshot'),
  seq: z.number().int(),
  /** The server's clock when the frame was made. */
  at_ms: milliseconds,
  /** The same moment by the clock of the fixes: a replay's runs behind, a robot's counts from anywhere. */
  clock_ms: milliseconds,
  /** How long the newest fix in it had been with the server. */
  lag_ms: milliseconds,
  /** By how much this receiver sees everything late. */
  delay_s: z.number(),
  session: boardSession,
  /** In the order of the board. */
  rows: z.array(boardRow),
  cars: z.array(carFix),
  marks: z.array(mark),
});
export type SnapshotFrame = z.infer<typeof snapshotFrame>;

/** What changed since the frame before; absent = nothing. A row holds its entry_id and the fields that changed. */
export const updateFrame = z.object({
  type: z.literal('update'),
  seq: z.number().int(),
  at_ms: milliseconds,
  clock_ms: milliseconds,
  lag_ms: milliseconds,
  session: boardSession.partial().optional(),
  rows: z.array(boardRow.partial().required({ entry_id: true })).optional(),
  /** All entries in their new order. */
  order: z.array(id).optional(),
  cars: z.array(carFix).optional(),
  /** New or changed ones. */
  marks: z.array(mark).optional(),
});
export type UpdateFrame = z.infer<typeof updateFrame>;

export const liveFrame = z.discriminatedUnion('type', [snapshotFrame, updateFrame]);
export type LiveFrame = z.infer<typeof liveFrame>;

/**
 * Every fix of the entry that a receiver follows (`follow=<entry_id>`), at its full rate: instant, x, y, speed,
 * course, altitude and the further channels by name.
 */
export const followedFixes = z.object({
  type: z.literal('follow'),
  entry_id: id,
  fixes: z.array(
    z.tuple([
      milliseconds,
      z.number(),
      z.number(),
      z.number().nullable(),
      z.number().nullable(),
      z.number().nullable(),
      z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).nullable(),
    ]),
  ),
});
export type FollowedFixes = z.infer<typeof followedFixes>;

/** Why a stream ends, as its last message. `come_again` = connect anew and go on. */
export const endFrame = z.object({
  type: z.literal('end'),
  reason: z.enum(['closed', 'slow', 'stopping', 'access', 'deleted']),
  message: z.string(),
  come_again: z.boolean(),
});
export type EndFrame = z.infer<typeof endFrame>;

/** Everything that a live stream sends. */
export const liveEvent = z.discriminatedUnion('type', [snapshotFrame, updateFrame, followedFixes, endFrame]);

export const LIVE_LIMITS = { delayS: 300 } as const;

export const liveQuery = z.object({
  /** Seconds by which everything is to come late, to go with a picture that does. */
  delay_s: z.coerce.number().int().min(0).max(LIVE_LIMITS.delayS).default(0),
  follow: id.optional(),
});
export type LiveQuery = z.infer<typeof liveQuery>;

/** Without a session the newest one that is live. */
export const telemetryQuery = liveQuery.extend({ session_id: id.optional() });

/** An open session in the list of what is live. */
export const liveSession = z.object({
  session_id: id,
  name: z.string(),
  kind: sessionKind,
  track: z.object({ id, name: z.string() }).nullable(),
  status: sessionStatus,
  opened_by: z.enum(['hand', 'feed', 'itself']),
  started_at: instant,
  simulated: z.boolean(),
  delay_s: z.number().int(),
  entries: z.number().int(),
  laps: z.number().int(),
  /** null = no fix yet. */
  last_fix_at: instant.nullable(),
  best_ms: milliseconds.nullable(),
  best_label: z.string().nullable(),
  /** Whether the caller may mark and close it. */
  mine: z.boolean(),
});
export type LiveSession = z.infer<typeof liveSession>;
export const liveSessionList = listOf(liveSession);

/** What the page of a live session begins with; `track` is a track shape (lib/contracts/tracks). */
export const liveBoardPage = z.object({
  session: boardSession,
  track: trackShape.nullable(),
  /** Whether the caller may mark, change and close it. */
  mine: z.boolean(),
  /** Every viewer below that right sees everything so late at least. */
  delay_s: z.number().int(),
});
export type LiveBoardPage = z.infer<typeof liveBoardPage>;
