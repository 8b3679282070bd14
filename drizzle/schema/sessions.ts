import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  serial,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { exactText, instant, timeUs } from './columns';
import { users } from './people';
import { tracks } from './tracks';

export const devices = pgTable(
  'devices',
  {
    id: serial().primaryKey(),
    source: text({
      enum: ['file', 'simulator', 'traccar', 'osmand', 'insim', 'robot', 'replay', 'api'],
    }).notNull(),
    /** Unique within its source, exact and case-sensitive. */
    externalId: exactText('external_id').notNull(),
    name: text().notNull(),
    frame: text({ enum: ['wgs84', 'planar'] }).notNull(),
    /** Who made it; null = nobody's own, shared by all. */
    ownerId: integer('owner_id').references(() => users.id, { onDelete: 'set null' }),
    /** False while an import still writes its fixes. */
    ready: boolean().notNull().default(true),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [unique('devices_source_external_id').on(table.source, table.externalId)],
);

export const sessions = pgTable(
  'sessions',
  {
    id: serial().primaryKey(),
    name: text().notNull(),
    trackId: integer('track_id').references(() => tracks.id, { onDelete: 'set null' }),
    kind: text({ enum: ['practice', 'qualifying', 'race'] }).notNull(),
    /** The window [from, to). */
    fromUs: timeUs('from_us').notNull(),
    toUs: timeUs('to_us').notNull(),
    /** A race's green instant; null = none given. */
    greenUs: timeUs('green_us'),
    timeBasis: text('time_basis', { enum: ['utc', 'local', 'none'] }).notNull(),
    simulated: boolean().notNull().default(false),
    /** Track, window and devices of a session made from stored fixes: asked for twice it is one. */
    windowKey: text('window_key').unique(),
    /** Who made it; null = nobody's own. */
    ownerId: integer('owner_id').references(() => users.id, { onDelete: 'set null' }),
    /** False while an import still writes it: hidden from every list. */
    ready: boolean().notNull().default(true),
    /** Open: fixes still come in; to_us is then the newest one seen, not an end. */
    live: boolean().notNull().default(false),
    /** Counts up whenever laps are replaced: caches and ETags follow it. */
    revision: integer().notNull().default(1),
    /** What a person should know, in whole sentences. */
    notes: jsonb().$type<string[]>().notNull().default([]),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('sessions_from').on(table.fromUs),
    index('sessions_live').on(table.id).where(sql`${table.live}`),
  ],
);

/** A device in a session, with who drove what. */
export const sessionEntries = pgTable(
  'session_entries',
  {
    id: serial().primaryKey(),
    sessionId: integer('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    deviceId: integer('device_id')
      .notNull()
      .references(() => devices.id, { onDelete: 'cascade' }),
    number: text(),
    driver: text(),
    car: text(),
    carClass: text('car_class'),
    fixes: integer().notNull().default(0),
    rateHz: real('rate_hz'),
    rejected: jsonb().$type<Record<string, number>>().notNull().default({}),
    distanceM: real('distance_m'),
  },
  (table) => [
    unique('session_entries_session_device').on(table.sessionId, table.deviceId),
    index('session_entries_device').on(table.deviceId),
  ],
);

/** One row per uploaded file. */
export const imports = pgTable(
  'imports',
  {
    id: serial().primaryKey(),
    /** Files dropped together. */
    batch: text().notNull(),
    file: text().notNull(),
    /** SHA-256 of the content, hex; null while it still arrives. */
    hash: text(),
    bytes: bigint({ mode: 'number' }).notNull(),
    status: text({ enum: ['queued', 'running', 'done', 'failed'] }).notNull(),
    phase: text({ enum: ['queued', 'reading', 'detecting', 'storing', 'done', 'failed'] }).notNull(),
    /** 0 … 1 within the phase. */
    progress: real().notNull().default(0),
    /** What goes on, or how it ended, for people. */
    message: text().notNull().default(''),
    /** 1-based line of the fault in a text file. */
    line: integer(),
    trackId: integer('track_id'),
    /** Who made it; null = nobody's own. */
    ownerId: integer('owner_id').references(() => users.id, { onDelete: 'set null' }),
    sessionName: text('session_name'),
    /** The file's own modification time, from the browser. */
    modifiedAt: instant('modified_at'),
    deviceIds: jsonb('device_ids').$type<number[]>().notNull().default([]),
    sessionId: integer('session_id').references(() => sessions.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [index('imports_hash').on(table.hash), index('imports_batch').on(table.batch)],
);
