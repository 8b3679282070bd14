import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  serial,
  text,
} from 'drizzle-orm/pg-core';
import { instant, timeUs } from './columns';
import { users } from './people';
import { devices, sessions } from './sessions';

/** A trip counter: what the odometer showed when it was set to zero. */
export type Trip = { from_m: number; at: string };

/** What is known of a device now; written together with its fixes. */
export const deviceStates = pgTable('device_states', {
  deviceId: integer('device_id')
    .primaryKey()
    .references(() => devices.id, { onDelete: 'cascade' }),
  /** Time of the newest fix: the high-water mark. The columns up to attributes are that fix. */
  lastUs: timeUs('last_us'),
  x: doublePrecision(),
  y: doublePrecision(),
  speedMps: real('speed_mps'),
  courseDeg: real('course_deg'),
  altitudeM: real('altitude_m'),
  accuracyM: real('accuracy_m'),
  attributes: jsonb().$type<Record<string, number | string | boolean>>(),
  /** When it was heard of last; when its newest fix came. */
  receivedAt: instant('received_at'),
  lastAt: instant('last_at'),
  /** Sum of the ways between consecutive stored fixes (lib/timing/odometer). */
  odometerM: doublePrecision('odometer_m').notNull().default(0),
  /** Fixes stored so far through the live ways in; who follows them sees by it whether one was missed. */
  stored: bigint({ mode: 'number' }).notNull().default(0),
  duplicates: bigint({ mode: 'number' }).notNull().default(0),
  /** Fixes that were not stored, by reason. */
  refused: jsonb().$type<Record<string, number>>().notNull().default({}),
  trips: jsonb().$type<Record<string, Trip>>().notNull().default({}),
});

/** What a phone or tracker that can send no header puts into its URL. The key itself is shown once. */
export const deviceKeys = pgTable(
  'device_keys',
  {
    id: serial().primaryKey(),
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    /** Who made it: its fixes come in by this account's right. */
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256, hex. */
    hash: text().notNull().unique(),
    prefix: text().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('device_keys_device').on(table.deviceId)],
);

/** What a live session has beside every session; the row stays when it has closed. */
export const liveSessions = pgTable('live_sessions', {
  sessionId: integer('session_id')
    .primaryKey()
    .references(() => sessions.id, { onDelete: 'cascade' }),
  openedBy: text('opened_by', { enum: ['hand', 'feed', 'itself'] }).notNull(),
  /** The process whose engine times it, until the lease ends. */
  holder: text(),
  leaseUntil: instant('lease_until'),
  /** Seconds by which spectators see everything late. */
  delayS: integer('delay_s').notNull().default(0),
  /** Length of a race; null = not given. */
  lapsTarget: integer('laps_target'),
  durationTargetMs: bigint('duration_target_ms', { mode: 'number' }),
  closedAt: instant('closed_at'),
});

/** Flags and what race control wrote. */
export const sessionMarks = pgTable(
  'session_marks',
  {
    id: serial().primaryKey(),
    sessionId: integer('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    atUs: timeUs('at_us').notNull(),
    kind: text({ enum: ['green', 'yellow', 'red', 'safety_car', 'chequered', 'note'] }).notNull(),
    text: text().notNull().default(''),
    /** The entry that it is about; null = all. */
    entryId: integer('entry_id'),
    authorId: integer('author_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [index('session_marks_session').on(table.sessionId, table.atUs)],
);

/** Where the timing of a live entry stood after a fix: a restart goes on from here. */
export const detectorStates = pgTable(
  'detector_states',
  {
    deviceId: integer('device_id').notNull(),
    sessionId: integer('session_id').notNull(),
    trackRevision: integer('track_revision').notNull(),
    detectorVersion: integer('detector_version').notNull(),
    uptoUs: timeUs('upto_us').notNull(),
    snapshot: jsonb().$type<unknown>().notNull(),
    savedAt: instant('saved_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.sessionId] })],
);
