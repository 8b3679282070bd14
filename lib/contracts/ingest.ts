import { z } from 'zod';
import { counts, id, plainText } from './common';

/** So much is taken in one request or message. */
export const INGEST_LIMITS = { fixesPerRequest: 50_000, bytes: 16 * 1024 * 1024 } as const;

/** `index` counts the fixes (or lines) of the request from 0. */
export const refusedFix = z.object({ index: z.number().int(), reason: z.string(), message: z.string() });
export type RefusedFix = z.infer<typeof refusedFix>;

/** What became of the fixes of a request. Stored ones are on disk. */
export const ingestAnswer = z.object({
  stored: z.number().int(),
  /** They were there already, with the same values: as good as stored. */
  duplicates: z.number().int(),
  refused: counts,
  /** The first refused ones. */
  errors: z.array(refusedFix),
});
export type IngestAnswer = z.infer<typeof ingestAnswer>;

export const attributes = z.record(
  z.string().max(60),
  z.union([z.number(), z.string().max(500), z.boolean()]),
);

/** A fix as programs send it: lat and lon, or x_m and y_m. A time is epoch milliseconds or ISO 8601. */
export const sentFix = z.object({
  time_ms: z.number().optional(),
  time: z.string().max(40).optional(),
  lat: z.number().optional(),
  lon: z.number().optional(),
  x_m: z.number().optional(),
  y_m: z.number().optional(),
  speed_mps: z.number().nullish(),
  course_deg: z.number().nullish(),
  altitude_m: z.number().nullish(),
  accuracy_m: z.number().nullish(),
  attributes: attributes.nullish(),
});
export type SentFix = z.infer<typeof sentFix>;

/** Which device: its id, or the sender's own name for it (`external_id`), made when it is new. */
export const sentDevice = z.object({
  device_id: id.optional(),
  device: plainText.trim().min(1).max(150).optional(),
});
