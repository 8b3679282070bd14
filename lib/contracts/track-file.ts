import { z } from 'zod';
import { plainText } from './common';

/** A track file: the JSON of Telemetron, extended (frame, centreline, direction, closesLap, schema). */
const geoPoint = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });
/** Metres; within this every sum of ways is exact enough. */
const metres = z.number().min(-1e9).max(1e9);
const planarPoint = z.strictObject({ x: metres, y: metres });

/** More is no circuit, and its order of gates would take seconds to check. */
const MAX_CHECKPOINTS = 200;
const MAX_CENTRELINE = 100_000;

const checkpointFields = {
  number: z.int().min(1).max(1_000_000),
  name: plainText.max(150).default(''),
  type: z.enum(['start', 'sector', 'finish', 'pit_entry', 'pit_exit', 'pit']),
  previous: z.array(z.int()).max(MAX_CHECKPOINTS).nullish(),
  direction: z.union([z.literal(1), z.literal(-1)]).nullish(),
  closesLap: z.boolean().nullish(),
};

const head = {
  schema: z.literal(1).optional(),
  track: z.object({ name: plainText.min(1).max(150), location: plainText.max(150).default('') }),
};

const gatesOf = <Point extends z.ZodType>(point: Point) =>
  z
    .array(z.object({ ...checkpointFields, points: z.tuple([point, point]) }))
    .min(1)
    .max(MAX_CHECKPOINTS);

export const geoTrackFile = z.object({
  ...head,
  frame: z.literal('wgs84').optional(),
  checkpoints: gatesOf(geoPoint),
  centreline: z.array(geoPoint).min(3).max(MAX_CENTRELINE).nullish(),
});

export const planarTrackFile = z.object({
  ...head,
  frame: z.literal('planar'),
  checkpoints: gatesOf(planarPoint),
  centreline: z.array(planarPoint).min(3).max(MAX_CENTRELINE).nullish(),
});

export const trackFile = z.union([planarTrackFile, geoTrackFile]);
export type TrackFile = z.infer<typeof trackFile>;
