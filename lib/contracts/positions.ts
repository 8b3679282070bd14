import { z } from 'zod';
import { id, instant, listOf, milliseconds } from './common';

/** So many positions make a page at most, and so long a window. */
export const POSITION_LIMITS = { rows: 100_000, windowS: 24 * 3600 } as const;

/** Where a device was: lat and lon in degrees, or x_m and y_m where it moves on a plane. null = not known. */
export const position = z.object({
  time_ms: milliseconds,
  lat: z.number().optional(),
  lon: z.number().optional(),
  x_m: z.number().optional(),
  y_m: z.number().optional(),
  speed_mps: z.number().nullable(),
  course_deg: z.number().nullable(),
  altitude_m: z.number().nullable(),
  accuracy_m: z.number().nullable(),
});
export type Position = z.infer<typeof position>;

export const positionList = listOf(position).extend({
  device_id: id,
  frame: z.enum(['wgs84', 'planar']),
  /** The window that was read, [from, to). */
  from: instant,
  to: instant,
});
export type PositionList = z.infer<typeof positionList>;

/** [from, to); without one of them 24 hours from the other, without both the device's newest 24 hours. */
export const positionQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  limit: z.coerce.number().int().min(1).max(POSITION_LIMITS.rows).default(1000),
  cursor: z.string().max(20).optional(),
  format: z.enum(['json', 'csv', 'geojson']).default('json'),
});
export type PositionQuery = z.infer<typeof positionQuery>;

/** A passage of a gate. */
export const crossing = z.object({
  entry_id: id,
  device_id: id,
  time_ms: milliseconds,
  at: instant,
  /** The gate's number on its track. */
  checkpoint: z.number().int(),
  /** 1 = the gate's first point lies to the left of the car. */
  direction: z.union([z.literal(1), z.literal(-1)]),
  method: z.enum(['hermite', 'acceleration', 'linear']),
  speed_mps: z.number().nullable(),
  uncertainty_ms: milliseconds,
  /** It lies in a gap of the positions. */
  in_gap: z.boolean(),
});
export type CrossingItem = z.infer<typeof crossing>;
export const crossingList = listOf(crossing);
