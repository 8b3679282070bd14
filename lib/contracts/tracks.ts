import { z } from 'zod';
import { id, instant, listOf, milliseconds } from './common';

const point = z.object({ x: z.number(), y: z.number() });

export const checkpoint = z.object({
  number: z.number().int(),
  name: z.string(),
  type: z.enum(['start', 'sector', 'finish', 'pit_entry', 'pit_exit', 'pit']),
  points: z.tuple([point, point]),
  previous: z.array(z.number().int()).nullable(),
  direction: z.union([z.literal(1), z.literal(-1)]).nullable(),
  closes_lap: z.boolean().nullable(),
  length_m: z.number(),
});
export type CheckpointItem = z.infer<typeof checkpoint>;

const trackFacts = z.object({
  id,
  name: z.string(),
  location: z.string(),
  frame: z.enum(['wgs84', 'planar']),
  revision: z.number().int(),
  length_m: z.number().nullable(),
  simulated: z.boolean(),
});
export type TrackFacts = z.infer<typeof trackFacts>;

/** x, y: longitude and latitude in degrees (frame wgs84) or metres east and north (planar). */
export const trackShape = trackFacts.extend({
  checkpoints: z.array(checkpoint),
  centreline: z.array(point).nullable(),
});
export type TrackShape = z.infer<typeof trackShape>;

export const trackListItem = trackFacts.extend({
  checkpoints: z.number().int(),
  sessions: z.number().int(),
  complete_laps: z.number().int(),
  record_ms: milliseconds.nullable(),
  outline: z.array(point),
});
export type TrackListItem = z.infer<typeof trackListItem>;
export const trackList = listOf(trackListItem);

export const trackRecord = z.object({
  lap_id: id,
  device_id: id,
  session_id: id,
  session_name: z.string(),
  label: z.string(),
  lap_time_ms: milliseconds,
  uncertainty_ms: milliseconds.nullable(),
  started_at: instant,
});
export type TrackRecord = z.infer<typeof trackRecord>;

/** Whether a track file is a track. */
export const trackCheck = z.object({
  ok: z.boolean(),
  /** What is wrong, and how to mend it. */
  message: z.string().nullable(),
  checkpoints: z.int(),
  length_m: z.number().nullable(),
});
export type TrackCheck = z.infer<typeof trackCheck>;

/** Best lap of each entry, fastest first. */
export const trackDetail = trackShape.extend({ sessions: z.number().int(), records: z.array(trackRecord) });
export type TrackDetail = z.infer<typeof trackDetail>;
