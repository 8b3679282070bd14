import { z } from 'zod';
import { id, instant, listOf, milliseconds } from './common';
import { sessionRef } from './sessions';

export const lapClass = z.enum(['complete', 'invalid', 'outlap', 'inlap', 'pitstop']);

export const lapSector = z.object({ number: z.number().int(), time_ms: milliseconds.nullable() });

export const lapItem = z.object({
  id,
  session_id: id,
  entry_id: id,
  device_id: id,
  number: z.number().int(),
  class: lapClass,
  reason: z.string().nullable(),
  lap_time_ms: milliseconds,
  uncertainty_ms: milliseconds.nullable(),
  estimated: z.boolean(),
  started_at: instant,
  started_ms: milliseconds,
  ended_ms: milliseconds,
  sectors: z.array(lapSector),
  distance_m: z.number(),
  top_speed_mps: z.number().nullable(),
  min_speed_mps: z.number().nullable(),
  /** Counts from 1; a new stint begins after each pit visit. */
  stint: z.number().int(),
  track_revision: z.number().int(),
  source: z.enum(['gps', 'insim', 'import']),
});
export type LapItem = z.infer<typeof lapItem>;
export const lapList = listOf(lapItem);

/** A lap with where and by whom it was driven. */
export const lapListItem = lapItem.extend({
  session_name: z.string(),
  simulated: z.boolean(),
  track: z.object({ id, name: z.string() }).nullable(),
  /** What people call the entry: number and driver, else the device's name. */
  label: z.string(),
  car_number: z.string().nullable(),
  driver: z.string().nullable(),
});
export type LapListItem = z.infer<typeof lapListItem>;
export const lapsOfSessions = listOf(lapListItem);

export const lapFilter = z.object({
  session_id: sessionRef.optional(),
  /** fastest: by lap time, whatever the class: ask for class=complete too. */
  sort: z.enum(['newest', 'fastest']).default('newest'),
});
export type LapFilter = z.infer<typeof lapFilter>;

/**
 * What one lap recorded, column by column; every column has `samples` values. Always there: time_ms (from the
 * lap's start), distance_m, x, y, speed_mps; then the recording's own channels. null = no value.
 */
export const lapTrace = z.object({
  lap_id: id,
  device_id: id,
  frame: z.enum(['wgs84', 'planar']),
  samples: z.number().int(),
  channels: z.array(z.object({ name: z.string(), unit: z.string() })),
  columns: z.record(z.string(), z.array(z.number().nullable())),
});
export type LapTrace = z.infer<typeof lapTrace>;
