import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  serial,
  text,
} from 'drizzle-orm/pg-core';
import { instant } from './columns';

export const tracks = pgTable('tracks', {
  id: serial().primaryKey(),
  name: text().notNull(),
  location: text().notNull(),
  frame: text({ enum: ['wgs84', 'planar'] }).notNull(),
  /** The revision in force; its gates stand in track_revisions. */
  revision: integer().notNull(),
  /** Box of gates and centreline in the track's own coordinates, to find the track of a recording. */
  minX: doublePrecision('min_x').notNull(),
  minY: doublePrecision('min_y').notNull(),
  maxX: doublePrecision('max_x').notNull(),
  maxY: doublePrecision('max_y').notNull(),
  lengthM: real('length_m'),
  simulated: boolean().notNull().default(false),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** Immutable: an undo is a new revision with old content. */
export const trackRevisions = pgTable(
  'track_revisions',
  {
    trackId: integer('track_id')
      .notNull()
      .references(() => tracks.id, { onDelete: 'cascade' }),
    revision: integer().notNull(),
    /** A track file (lib/contracts/track-file). */
    json: jsonb().notNull(),
    author: text().notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.trackId, table.revision] })],
);
