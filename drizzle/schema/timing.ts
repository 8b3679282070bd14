import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { bytea, instant, timeUs } from './columns';

/** No foreign key and no further btree: this table takes every fix there is. */
export const positions = pgTable(
  'positions',
  {
    deviceId: integer('device_id').notNull(),
    timeUs: timeUs('time_us').notNull(),
    receivedAt: instant('received_at').notNull().defaultNow(),
    lat: doublePrecision(),
    lon: doublePrecision(),
    xM: doublePrecision('x_m'),
    yM: doublePrecision('y_m'),
    speedMps: real('speed_mps'),
    courseDeg: real('course_deg'),
    altitudeM: real('altitude_m'),
    accuracyM: real('accuracy_m'),
    attributes: jsonb(),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.timeUs] }),
    index('positions_received').using('brin', table.receivedAt),
    check(
      'positions_one_pair',
      sql`(${table.lat} is null) = (${table.lon} is null) and (${table.xM} is null) = (${table.yM} is null) and (${table.lat} is null) <> (${table.xM} is null)`,
    ),
  ],
);

/** A recording's own channel: its values stand beside the fixes, column by column. */
export type BlockChannel = { name: string; unit: string; scale: number | null };

/**
 * The channels of a run of fixes, one compressed row per run, exact to the bit. As JSON per
 * fix the same values cost several times the fixes themselves.
 */
export const channelBlocks = pgTable(
  'channel_blocks',
  {
    deviceId: integer('device_id').notNull(),
    /** Times of the run's first and last fix; runs of a device do not overlap. */
    fromUs: timeUs('from_us').notNull(),
    toUs: timeUs('to_us').notNull(),
    count: integer().notNull(),
    channels: jsonb().$type<BlockChannel[]>().notNull(),
    data: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.fromUs] })],
);

export type StoredSector = { number: number; time_ms: number | null };

/** Every key carries device_id, so that the table can be distributed by it. */
export const laps = pgTable(
  'laps',
  {
    deviceId: integer('device_id').notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    sessionId: integer('session_id').notNull(),
    number: integer().notNull(),
    class: text({ enum: ['complete', 'invalid', 'outlap', 'inlap', 'pitstop'] }).notNull(),
    reason: text(),
    startedUs: timeUs('started_us').notNull(),
    endedUs: timeUs('ended_us').notNull(),
    timeMs: doublePrecision('time_ms').notNull(),
    uncertaintyMs: doublePrecision('uncertainty_ms'),
    estimated: boolean().notNull(),
    sectors: jsonb().$type<StoredSector[]>().notNull(),
    distanceM: real('distance_m').notNull(),
    topSpeedMps: real('top_speed_mps'),
    minSpeedMps: real('min_speed_mps'),
    source: text({ enum: ['gps', 'insim', 'import'] }).notNull(),
    trackRevision: integer('track_revision').notNull(),
    detectorVersion: integer('detector_version').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.id] }),
    unique('laps_session_device_started').on(table.sessionId, table.deviceId, table.startedUs),
    index('laps_id').on(table.id),
  ],
);

export const crossings = pgTable(
  'crossings',
  {
    deviceId: integer('device_id').notNull(),
    sessionId: integer('session_id').notNull(),
    timeUs: timeUs('time_us').notNull(),
    checkpoint: integer().notNull(),
    direction: smallint().notNull(),
    method: text({ enum: ['hermite', 'acceleration', 'linear'] }).notNull(),
    speedMps: real('speed_mps'),
    uncertaintyMs: doublePrecision('uncertainty_ms').notNull(),
    inGap: boolean('in_gap').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.sessionId, table.timeUs, table.checkpoint] })],
);

export type StoredChannel = { name: string; unit: string; scale: number };

/** What one lap recorded, one compressed row (packed columns, raw deflate). */
export const lapTraces = pgTable(
  'lap_traces',
  {
    deviceId: integer('device_id').notNull(),
    lapId: bigint('lap_id', { mode: 'number' }).notNull(),
    samples: integer().notNull(),
    channels: jsonb().$type<StoredChannel[]>().notNull(),
    data: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.lapId] })],
);
