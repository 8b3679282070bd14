import { z } from 'zod';

/** A track file: the JSON of Telemetron, extended (frame, centreline, direction, closesLap, schema). */
const geoPoint = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });
const planarPoint = z.strictObject({ x: z.number(), y: z.number() });

const checkpointFields = {
  number: z.int().min(1),
  name: z.string().max(150).default(''),
  type: z.enum(['start', 'sector', 'finish', 'pit_entry', 'pit_exit', 'pit']),
  previous: z.array(z.int()).nullish(),
  direction: z.union([z.literal(1), z.literal(-1)]).nullish(),
  closesLap: z.boolean().nullish(),
};

const head = {
  schema: z.literal(1).optional(),
  track: z.object({ name: z.string().min(1).max(150), location: z.string().max(150).default('') }),
};

export const geoTrackFile = z.object({
  ...head,
  frame: z.literal('wgs84').optional(),
  checkpoints: z.array(z.object({ ...checkpointFields, points: z.tuple([geoPoint, geoPoint]) })).min(1),
  centreline: z.array(geoPoint).min(3).nullish(),
});

export const planarTrackFile = z.object({
  ...head,
  frame: z.literal('planar'),
  checkpoints: z.array(z.object({ ...checkpointFields, points: z.tuple([planarPoint, planarPoint]) })).min(1),
  centreline: z.array(planarPoint).min(3).nullish(),
});

export const trackFile = z.union([planarTrackFile, geoTrackFile]);
export type TrackFile = z.infer<typeof trackFile>;
